"""What does not add up: how long each waited or talked, and who the different callers were, read once for all rows of a
report. Months that are closed give their bitmaps, other days and half-hours their ids; sets are united here.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Self

from django.db.models import Model
from pyroaring import BitMap

from crm.reports.periods import Span, Step
from crm.reports.rollup import sets
from crm.reports.rollup.kinds import KINDS
from crm.reports.rollup.pieces import OFFERED, Grain, grain_of, parts_of, rows, source

_KIND = KINDS["queue"]


@dataclass(frozen=True, slots=True)
class Callers:
    """How many different numbers called; how many of them within 24 hours of an earlier call of theirs."""

    unique: int
    repeating: int


@dataclass(frozen=True)
class Crowd:
    """``waits``: whole seconds that answered visits waited → how many waited so long; ``who`` called, and who called
    again within 24 hours (``again``), by ids."""

    waits: Counter[int] = field(default_factory=Counter)
    who: BitMap = field(default_factory=BitMap)
    again: BitMap = field(default_factory=BitMap)

    @classmethod
    def of(cls, many: Iterable[Self]) -> Self:
        """All together."""
        known, waits = list(many), Counter[int]()
        for one in known:
            waits.update(one.waits)
        return cls(waits, sets.union(one.who for one in known), sets.union(one.again for one in known))

    @property
    def callers(self) -> Callers:
        """Different numbers, exact. Those without a number are counted apart (``QueueSums.withheld``)."""
        return Callers(len(self.who), len(self.again))


Place = tuple[datetime, str]


def crowds(
    span: Span, step: Step | None, queues: Collection[str], zone: tzinfo, by: str = OFFERED
) -> dict[Place, Crowd]:
    """(Begin of the part, queue) → who came; parts and arguments as of ``reading.queue_buckets``."""
    parts, grain = parts_of(span, step, zone), grain_of(step)
    waits = _spreads(("wait_s", "wait_n"), span, parts, queues, zone, by, grain)
    who = _ids(span, parts, queues, zone, by, grain)
    nobody: tuple[BitMap, BitMap] = (BitMap(), BitMap())
    return {place: Crowd(waits.get(place, Counter()), *who.get(place, nobody)) for place in waits.keys() | who.keys()}


def waits(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> dict[int, int]:
    """Whole seconds that answered visits waited → how many waited so long. For percentiles."""
    return Crowd.of(crowds(span, None, queues, zone, by).values()).waits


def onlines(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> dict[int, int]:
    """Whole seconds of talk with hold → how many talks were so long."""
    found = _spreads(("online_s", "online_n"), span, [span], queues, zone, by, Grain.MONTHS)
    return sum(found.values(), Counter[int]())


def callers(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> Callers:
    return Crowd.of(crowds(span, None, queues, zone, by).values()).callers


def _spreads(
    pair: tuple[str, str], span: Span, parts: list[Span], queues: Collection[str], zone: tzinfo, by: str, grain: Grain
) -> dict[Place, Counter[int]]:
    given: dict[str, Any] = {"keys": list(queues), "begins": [part.start for part in parts]}
    of = source(_KIND, lambda _model: list(pair), span, zone, by, given, grain)
    query = f"""SELECT width_bucket(start, %(begins)s::timestamptz[]), queue, v, sum(n)::bigint
        FROM ({of}) s, unnest({", ".join(pair)}) AS u(v, n) GROUP BY 1, 2, 3"""
    found: dict[Place, Counter[int]] = {}
    for number, queue, seconds, many in rows(query, given):
        found.setdefault((parts[number - 1].start, queue), Counter())[seconds] = many
    return found


def _ids(
    span: Span, parts: list[Span], queues: Collection[str], zone: tzinfo, by: str, grain: Grain
) -> dict[Place, tuple[BitMap, BitMap]]:
    given: dict[str, Any] = {"keys": list(queues), "begins": [part.start for part in parts]}
    of = source(_KIND, _sets, span, zone, by, given, grain)
    query = f"SELECT width_bucket(start, %(begins)s::timestamptz[]), queue, packed, callers, repeaters FROM ({of}) s"
    found: dict[Place, tuple[list[BitMap], list[BitMap]]] = {}
    for number, queue, packed, *both in rows(query, given):
        place = parts[number - 1].start, queue
        for known, one in zip(found.setdefault(place, ([], [])), both, strict=True):
            known.append(sets.unpacked(one) if packed else sets.sent(one))
    return {place: (sets.union(who), sets.union(again)) for place, (who, again) in found.items()}


def _sets(model: type[Model]) -> list[str]:
    """Bitmaps of months, of other rows the ids as they are sent; both are bytes."""
    if model is _KIND.month:
        return ["true AS packed", *_KIND.ids]
    return ["false AS packed", *(f"array_send({name}) AS {name}" for name in _KIND.ids)]
