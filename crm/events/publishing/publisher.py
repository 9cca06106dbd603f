"""The publisher's loop. It outlives Redis and the database, and may be killed anywhere."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
import redis
from django.db import Error, connection, transaction
from django.utils import timezone

from crm import bus
from crm.alone import alone
from crm.calls.models import Fact, JournalMark
from crm.events.kept import KEPT
from crm.events.models import Mark, Pending
from crm.events.publishing import stream, writing
from crm.events.publishing.stream import BEGIN, Entry, Stream
from crm.events.wake import CHANNEL
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)

LOCK = 0x6576656E
BATCH = 1000
PIECE = 5000
"""So many numbers of a hole are looked up at a time."""
BLOCK_MS = 200
"""How soon what the CRM told is looked for."""
SURVEY_S = 2.0
STANDBY_S = 1.0
PAUSE_S = 1.0


class Publisher:
    """``client`` must not time out while it blocks; ``now`` and ``clock`` (monotonic seconds) tell the time."""

    def __init__(
        self,
        client: redis.Redis,
        names: Names = MAIN,
        now: Callable[[], datetime] = timezone.now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = Stream(client, names)
        self._now, self._clock = now, clock
        self._calls = writing.Calls()
        self._place = ""
        self._seen: dict[str, int] = {}
        self._surveyed = float("-inf")
        self.trouble = ""
        """What cannot be reached at the moment; empty while all is well."""

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; beside another publisher it stands by."""
        while not stop.is_set():
            try:
                with alone(LOCK) as mine:
                    while mine and not stop.is_set():
                        self.step()
                        self._back()
                if not mine:
                    self.forget()
                    stop.wait(STANDBY_S)
            except redis.RedisError as error:
                self._away("Redis", error)
                stop.wait(PAUSE_S)
            except Error as error:
                connection.close()
                self._away("the database", error)
                stop.wait(PAUSE_S)

    def step(self, block_ms: int = BLOCK_MS) -> int:
        """Writes what there is, or waits for it; returns how many entries of the stream it took. Raises
        redis.RedisError and django.db.Error, and has then done all or nothing."""
        if not self._place:
            self._open()
        if self._clock() - self._surveyed >= SURVEY_S:
            self._surveyed = self._clock()
            if self._stream.is_another(self._place):
                self._anew()
        entries = self._stream.read(self._place, BATCH, block_ms)
        told = entries
        while told and self._place:
            fits = _fitting(told, self._seen)
            if fits:
                self._write(told[:fits])
                told = told[fits:]
            else:
                journal, number = _number(told[0])
                self._fill(journal, number - 1)
        if not entries and Pending.objects.exists():
            self._write([])
        return len(entries)

    def forget(self) -> None:
        """Another may have written: where we are is read again."""
        self._place = ""
        self._calls.forget()

    def _open(self) -> None:
        journals = dict(JournalMark.objects.values_list("journal", "seq"))
        new = {"cursor": self._stream.begin(self._now()), "seen": journals}
        mark, _made = Mark.objects.get_or_create(pk=1, defaults=new)
        self._place, self._seen = mark.cursor, mark.seen

    def _write(self, entries: Sequence[Entry]) -> None:
        """One transaction: events of these entries, and of what the CRM told."""
        self._log([entry.fact for entry in entries if entry.fact], _numbers(entries), entries[-1:])

    def _fill(self, journal: str, until: int) -> None:
        """Facts of a hole in the stream, from their rows."""
        found = 0
        for begin in range(self._seen.get(journal, 0) + 1, until + 1, PIECE):
            end = min(begin + PIECE - 1, until)
            rows = Fact.objects.filter(pk__in=[f"{journal}:{number}" for number in range(begin, end + 1)])
            facts = [stream.entry_of("", msgspec.json.encode(row.payload)).fact for row in rows.order_by("seq")]
            self._log([fact for fact in facts if fact], {journal: end})
            found += len(facts)
        if found:
            log.warning("%d facts of journal %s were not in the stream; they came from their rows", found, journal)

    def _anew(self) -> None:
        log.warning("Redis lost the stream of facts; what is missing comes from rows, then it is read from its begin")
        for journal, until in JournalMark.objects.order_by("journal").values_list("journal", "seq"):
            self._fill(journal, until)
        with transaction.atomic():
            Mark.objects.filter(pk=1, cursor=self._place).update(cursor=BEGIN)
        self._place = BEGIN

    def _log(self, facts: Sequence[f.AnyFact], seen: dict[str, int], last: Sequence[Entry] = ()) -> None:
        now = self._now()
        with transaction.atomic():
            mark = Mark.objects.select_for_update().get(pk=1)
            if mark.cursor != self._place or mark.seen != self._seen:
                self.forget()  # our lock was lost with a connection, and somebody else went on
                return
            before = mark.last
            drafts = writing.drafts_of(_new(facts, self._seen, now))
            drafts += writing.pending_take(now, BATCH)
            calls = writing.events_add(mark, drafts, self._calls, now)
            mark.seen = self._seen | {one: max(number, self._seen.get(one, 0)) for one, number in seen.items()}
            mark.cursor = last[0].place if last else mark.cursor
            mark.save()
        self._place, self._seen = mark.cursor, mark.seen
        self._calls.learn(calls)
        if mark.last > before:
            _wake(mark.last)

    def _away(self, what: str, error: Exception) -> None:
        if self.trouble != what:
            log.warning("%s is away, events wait: %s", what, str(error).strip() or type(error).__name__)
        self.trouble = what
        self.forget()

    def _back(self) -> None:
        if self.trouble:
            log.info("%s is back", self.trouble)
        self.trouble = ""


def _new(facts: Sequence[f.AnyFact], seen: dict[str, int], now: datetime) -> list[f.AnyFact]:
    """Without those that are in the log, or were."""
    again = {fact.id for fact in facts if fact.seq <= seen.get(fact.id.rpartition(":")[0], 0)}
    if len(again) < len(facts) and len({fact.id for fact in facts}) == len(facts) and not again:
        return list(facts)
    gone = (now - KEPT + timedelta(hours=1)).timestamp() * 1e6
    known, kept = writing.in_the_log(again), []
    for fact in facts:
        if fact.id in known or (fact.id in again and fact.at < gone):
            continue
        known.add(fact.id)  # the stream may tell it twice in one batch
        kept.append(fact)
    return kept


def _number(entry: Entry) -> tuple[str, int]:
    return entry.journal, entry.fact.seq if entry.fact else 0


def _numbers(entries: Sequence[Entry]) -> dict[str, int]:
    found: dict[str, int] = {}
    for journal, number in map(_number, entries):
        if journal:
            found[journal] = max(number, found.get(journal, 0))
    return found


def _fitting(entries: Sequence[Entry], seen: dict[str, int]) -> int:
    """How many of them follow without a hole."""
    seen = dict(seen)
    for place, (journal, number) in enumerate(map(_number, entries)):
        if not journal:
            continue
        if number > seen.get(journal, 0) + 1:
            return place
        seen[journal] = max(number, seen.get(journal, 0))
    return len(entries)


def _wake(number: int) -> None:
    try:
        bus.client().publish(CHANNEL, number)
    except redis.RedisError as error:
        log.debug("nobody was woken: %s", error)
