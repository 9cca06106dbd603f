"""What does not add up: how long each waited or talked, and who the different callers were, read once for all rows of a
report. Months that are closed give their bitmaps, other days and half-hours their ids; sets are united here.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, NamedTuple, Self

from django.db import connection
from django.db.models import Model
from pyroaring import BitMap

from crm.reports.periods import Span, Step
from crm.reports.rollup import sets
from crm.reports.rollup.kinds import KINDS
from crm.reports.rollup.pieces import OFFERED, Columns, Grain, grain_of, parts_of, rows, source

_KIND = KINDS["queue"]
PORTION = 500
"""Rows at once."""


@dataclass(frozen=True, slots=True)
class Callers:
    """How many different numbers called; how many of them within 24 hours of an earlier call of theirs."""

    unique: int
    repeating: int


@dataclass(frozen=True)
class Crowd:
    """``waits``: whole seconds that answered visits waited → how many waited so long; ``who`` called, and who called
    again within 24 hours (``again``), by ids; ``onlines``: whole seconds of talk with hold → how many were so long."""

    waits: Counter[int] = field(default_factory=Counter)
    who: BitMap = field(default_factory=BitMap)
    again: BitMap = field(default_factory=BitMap)
    onlines: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, many: Iterable[Self]) -> Self:
        """All together."""
        known, waits, onlines = list(many), Counter[int](), Counter[int]()
        for one in known:
            waits.update(one.waits)
            onlines.update(one.onlines)
        return cls(waits, sets.union(one.who for one in known), sets.union(one.again for one in known), onlines)

    @property
    def callers(self) -> Callers:
        """Different numbers, exact. Those without a number are counted apart (``QueueSums.withheld``)."""
        return Callers(len(self.who), len(self.again))


Place = tuple[datetime, str]


def crowds(
    span: Span, step: Step | None, queues: Collection[str], zone: tzinfo, by: str = OFFERED, *, together: bool = False
) -> dict[Place, Crowd]:
    """(Begin of the part, queue) → who came; parts and arguments as of ``reading.queue_buckets``."""
    asked = _Asked(span, parts_of(span, step, zone), grain_of(step), queues, zone, by, together)
    waits, talks, who = _spreads(("wait_s", "wait_n"), asked), _spreads(("online_s", "online_n"), asked), _ids(asked)
    nobody: tuple[BitMap, BitMap] = (BitMap(), BitMap())
    return {
        place: Crowd(waits.get(place, Counter()), *who.get(place, nobody), talks.get(place, Counter()))
        for place in waits.keys() | who.keys() | talks.keys()
    }


def waits(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> dict[int, int]:
    """Whole seconds that answered visits waited → how many waited so long. For percentiles."""
    return Crowd.of(crowds(span, None, queues, zone, by, together=True).values()).waits


def onlines(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> dict[int, int]:
    """Whole seconds of talk with hold → how many talks were so long."""
    found = _spreads(("online_s", "online_n"), _Asked(span, [span], Grain.MONTHS, queues, zone, by, True))
    return sum(found.values(), Counter[int]())


def callers(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> Callers:
    return Crowd.of(crowds(span, None, queues, zone, by, together=True).values()).callers


class _Asked(NamedTuple):
    span: Span
    parts: list[Span]
    grain: Grain
    queues: Collection[str]
    zone: tzinfo
    by: str
    together: bool

    def query(self, columns: Columns, what: str, more: str = "") -> tuple[str, dict[str, Any]]:
        """``what`` with the number of the part and the queue before it, and what the statement is given."""
        given: dict[str, Any] = {"keys": list(self.queues), "begins": [part.start for part in self.parts]}
        of = source(_KIND, columns, self.span, self.zone, self.by, given, self.grain)
        queue = "''::text" if self.together else "queue"
        return f"SELECT width_bucket(start, %(begins)s::timestamptz[]), {queue}, {what} FROM ({of}) s {more}", given

    def place(self, number: int, queue: str) -> Place:
        return self.parts[number - 1].start, queue


def _spreads(pair: tuple[str, str], asked: _Asked) -> dict[Place, Counter[int]]:
    unnested = f", unnest({', '.join(pair)}) AS u(v, n) GROUP BY 1, 2, 3"
    found: dict[Place, Counter[int]] = {}
    for number, queue, seconds, many in rows(*asked.query(lambda _model: list(pair), "v, sum(n)::bigint", unnested)):
        found.setdefault(asked.place(number, queue), Counter())[seconds] = many
    return found


def _ids(asked: _Asked) -> dict[Place, tuple[BitMap, BitMap]]:
    """A year by weeks has ten million ids: they come in portions, and are in a set before the next."""
    found: dict[Place, tuple[BitMap, BitMap]] = {}
    with connection.chunked_cursor() as cursor:
        cursor.itersize = PORTION
        cursor.execute(*asked.query(_sets, "packed, callers, repeaters"))
        for number, queue, packed, *both in cursor:
            for known, one in zip(
                found.setdefault(asked.place(number, queue), (BitMap(), BitMap())), both, strict=True
            ):
                known |= sets.unpacked(one) if packed else sets.sent(one)
    return found


def _sets(model: type[Model]) -> list[str]:
    """Bitmaps of months, of other rows the ids as they are sent; both are bytes."""
    if model is _KIND.month:
        return ["true AS packed", *_KIND.ids]
    return ["false AS packed", *(f"array_send({name}) AS {name}" for name in _KIND.ids)]
