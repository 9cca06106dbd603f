"""The outbox: facts from the journal to the stream, in order, at least once.

Where it stands is read from the stream itself: its newest entry of ours says what arrived, whatever was sent before a
connection broke. A stream that is gone (Redis was wiped) is filled again from the newest committed row on.
While Redis is away nothing is lost; the journal waits.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import msgspec
import structlog

from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.journal import Journal
from switchctl.bus.redis import Pauses, RedisError, client
from switchctl.contract.names import Names

BATCH = 500
SURVEY_S = 2.0
LOOK_BACK = 1000
STREAM_LENGTH = 1_000_000
WINDOW = 800_000
"""Facts in the stream that are not rows yet, beyond which the outbox waits: the stream would drop the oldest."""

log = structlog.get_logger(__name__)


class _Head(msgspec.Struct):
    """What the outbox reads of a fact in the stream."""

    id: str = ""
    seq: int = 0
    epoch: int = 0


class Outbox:
    """``committed`` is the newest sequence known to be a row, ``sent`` the newest in the stream.

    ``learned`` is told the terms in which facts were told, and by whom. Each daemon says its own beside the facts: from
    the stream's newest entries alone nobody would learn of one that told little.
    """

    def __init__(
        self, url: str, names: Names, journal: Journal, checkpoint: Checkpoint,
        learned: Callable[[int, str], None] = lambda _epoch, _daemon: None,
    ) -> None:  # fmt: skip
        self._redis = client(url)
        self._names = names
        self._journal = journal
        self._checkpoint = checkpoint
        self._learned = learned
        self._cursor = journal.cursor(0)
        self._added = 0
        self._surveyed = 0.0
        self._term = 0
        self.committed = 0
        self.problem = "not connected to Redis yet"

    @property
    def sent(self) -> int:
        """The newest sequence that was handed to Redis."""
        return self._cursor.seq

    @property
    def pending(self) -> int:
        """Facts on disk that are not known to be rows."""
        return max(0, self._journal.written - self.committed)

    def run(self) -> None:
        """For ever; a greenlet's body."""
        pauses = Pauses()
        while True:
            try:
                self._survey()
                self._resume()
                if self.problem:
                    log.info("facts go to Redis", after=self.sent)
                self.problem = ""
                pauses.reset()
                while True:
                    self.step()
            except RedisError as error:
                if not self.problem:
                    log.warning("Redis is away; facts wait in the journal", problem=str(error))
                self.problem = f"Redis is away: {error}"
                gevent.sleep(pauses.next())

    def step(self) -> None:
        """Send what there is, or wait for more. RedisError if that fails."""
        if time.monotonic() - self._surveyed >= SURVEY_S:
            self._survey()
        self._journal.grown.clear()
        room = self.sent - self.committed < WINDOW
        facts = self._cursor.read(BATCH) if room else []
        if facts:
            pipeline = self._redis.pipeline(transaction=False)
            for _, fact in facts:
                pipeline.xadd(self._names.facts, {b"f": fact}, maxlen=STREAM_LENGTH, approximate=True)
            term = msgspec.json.decode(facts[-1][1], type=_Head).epoch
            if term > self._term:
                pipeline.hset(self._names.terms, self._journal.id, term)
            pipeline.execute()
            self._term = max(self._term, term)
        else:
            self._journal.grown.wait(SURVEY_S / 4)

    def flushed(self, timeout: float) -> bool:
        """Wait until everything on disk is in the stream."""
        with gevent.Timeout(timeout, False):
            while self.problem or self.sent < self._journal.written:
                gevent.sleep(0.01)
            return True
        return False

    def _survey(self) -> None:
        """Learn what is committed, let the journal go up to there, and notice a stream that was wiped."""
        committed = self._redis.hget(self._names.committed, self._journal.id)
        self.committed = max(self.committed, int(committed or 0))
        self._journal.trim(min(self.committed, self._checkpoint.saved))
        added = self._entries_added()
        if added < self._added:
            log.warning("the stream of facts was wiped; it is filled again", after=self.committed)
            self._cursor.seek(self.committed)
        self._added = added
        for head in self._newest(1):
            self._learned(head.epoch, head.id.rpartition(":")[0])
        if self._term:
            self._redis.hset(self._names.terms, self._journal.id, self._term)  # Redis may have been wiped
        terms: Any = self._redis.hgetall(self._names.terms)
        for daemon, term in terms.items():
            if term.isdigit():
                self._learned(int(term), daemon.decode())
        self._surveyed = time.monotonic()

    def _entries_added(self) -> int:
        if not self._redis.exists(self._names.facts):
            return 0
        return int(self._redis.xinfo_stream(self._names.facts).get("entries-added", 0))

    def _resume(self) -> None:
        head = _Head()
        # Another daemon may have told since then; further back than this we rather tell twice.
        for found in self._newest(LOOK_BACK):
            if found.id.rpartition(":")[0] == self._journal.id:
                head = found
                break
        self._cursor.seek(head.seq if 0 < head.seq <= self._journal.seq else self.committed)

    def _newest(self, count: int) -> Iterator[_Head]:
        """The newest entries, the last one first."""
        for _, fields in self._redis.xrevrange(self._names.facts, count=count) or []:
            try:
                yield msgspec.json.decode((fields or {}).get(b"f", b"{}"), type=_Head)
            except msgspec.DecodeError:
                log.warning("an entry of the stream of facts is no fact")
