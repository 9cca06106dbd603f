"""The recorder's loop: read, commit, acknowledge, tell the marks. It outlives Redis, the database and poison.

Order of a batch: rows are committed; only then are its entries acknowledged and the marks told. A crash between the
two repeats the batch, which changes nothing.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence

import redis
from django.db import DataError, Error, IntegrityError, connection, transaction

from crm.calls.erased.late import without_erased
from crm.calls.recording import letters
from crm.calls.recording.batches import Batch, Batches, ready
from crm.calls.recording.entries import Entries
from crm.calls.recording.holes import Holes
from crm.calls.recording.marks import leap, marks, raise_marks
from crm.calls.recording.prepare import Prepared, Told
from crm.calls.recording.write import record_facts
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)

BATCH = 8000
CLAIM_S = 15.0
PAUSES_S = (0.2, 10.0)


class Recorder:
    """One consumer. ``client`` must not time out while it blocks; ``clock`` is monotonic seconds."""

    def __init__(
        self,
        client: redis.Redis,
        consumer: str,
        names: Names = MAIN,
        clock: Callable[[], float] = time.monotonic,
        batch: int = BATCH,
    ) -> None:
        self._entries = Entries(client, names, consumer)
        self._clock = clock
        self._batches = Batches(self._entries, batch)
        self._holes = Holes()
        self._ready = False
        self._claimed = clock()
        self._pause = PAUSES_S[0]
        self.trouble = ""
        """What cannot be reached at the moment; empty while all is well."""

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; then the batch in hand is finished first."""
        while not stop.is_set():
            pause = self.attempt()
            if pause:
                stop.wait(pause)

    def attempt(self, block_ms: int = 1000) -> float:
        """One step; what cannot be reached is told in the log once. Returns the seconds to wait before the next."""
        try:
            self.step(block_ms)
        except redis.RedisError as error:
            return self._away("Redis", error)
        except Error as error:
            connection.close()
            return self._away("the database", error)
        if self.trouble:
            log.info("%s is back", self.trouble)
        self.trouble, self._pause = "", PAUSES_S[0]
        return 0.0

    def step(self, block_ms: int = 1000) -> int:
        """Reads a batch and makes it rows; returns how many entries it had."""
        if not self._ready:
            self._open()
        batch = None
        if self._clock() - self._claimed >= CLAIM_S:
            self._claimed = self._clock()
            batch = self._batches.claimed()
        if batch is None or not batch.entries:
            batch = self._batches.next(block_ms)
        if batch.entries:
            self._entries.finish(batch.entries, self._commit(batch))
        self._leap()
        return len(batch.entries)

    def _open(self) -> None:
        self._entries.open()
        with connection.cursor() as cursor:
            self._entries.finish([], marks(cursor))  # a Redis that was wiped learns again what is committed
        self._holes.restart(self._clock())
        self._ready = True

    def _away(self, what: str, error: Exception) -> float:
        if self.trouble != what:
            log.warning("%s is away, facts wait: %s", what, str(error).strip() or type(error).__name__)
        self.trouble, self._ready = what, False
        self._batches.drop()
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311  jitter
        self._pause = min(self._pause * 2, PAUSES_S[1])
        return pause

    def _commit(self, batch: Batch) -> dict[str, int]:
        raised: dict[str, int] = {}
        for (id_, raw), reason in batch.bad:
            raised |= self._bury(id_, raw, reason)
        if batch.told:
            raised |= self._write(*_without_erased(batch))
        return raised

    def _write(self, told: Sequence[tuple[bytes, Told]], whole: Prepared | None) -> dict[str, int]:
        """Rows of all, but of those that cannot be rows; these are found by halving."""
        reason = "a value that no column takes"
        if whole is not None:
            try:
                raised = record_facts(whole)
                self._holes.note(raised, whole.numbers, self._clock())
                return raised
            except (DataError, IntegrityError) as error:
                reason = f"{type(error).__name__}: {error}"
        if len(told) == 1:
            return self._bury(told[0][0], told[0][1].raw, reason)
        middle = len(told) // 2
        raised = {}
        for half in (told[:middle], told[middle:]):
            raised |= self._write(half, ready([one for _id, one in half]))
        return raised

    def _bury(self, id_: bytes, raw: bytes, reason: str) -> dict[str, int]:
        log.error("a fact cannot be recorded and is put aside: %s", reason)
        number = letters.bury(id_, raw, reason)
        if number is None:
            return {}
        with transaction.atomic(), connection.cursor() as cursor:
            raised = raise_marks(cursor, [number])
        self._holes.note(raised, [number], self._clock())
        return raised

    def _leap(self) -> None:
        for journal, hole in self._holes.old(self._clock()):
            if self._entries.waiting():
                return
            with transaction.atomic(), connection.cursor() as cursor:
                mark = leap(cursor, journal, hole.end)
            log.warning("facts %d to %d of journal %s do not exist", hole.mark + 1, hole.end - 1, journal)
            self._holes.note({journal: mark}, [], self._clock())
            self._entries.finish([], {journal: mark})


def _without_erased(batch: Batch) -> tuple[list[tuple[bytes, Told]], Prepared | None]:
    """What comes late of an erased caller is prepared anew; that is hardly ever the case."""
    told = [(id_, without_erased(one)) for id_, one in batch.told]
    if all(new[1] is old[1] for new, old in zip(told, batch.told, strict=True)):
        return batch.told, batch.ready
    return told, ready([one for _id, one in told])
