"""Days of calls and of talks, counted once more: one row after the other, in Python."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils import timezone

from crm.calls.models import CallRecord, Offer
from crm.reports.kpi.lengths import BARS, COUNTED, EDGES
from crm.reports.models import (
    CallDay,
    CallMonth,
    CentreCallDay,
    CentreCallMonth,
    ClosedMonth,
    TalkDay,
    TalkMonth,
)
from crm.reports.models.rollups import VERSION
from crm.reports.periods import midnight, month_of
from crm.reports.rollup.calls import COUNTS, OF

Rows = dict[tuple[Any, ...], tuple[int, ...]]


def broken() -> list[str]:
    """What the days say otherwise than the rows."""
    return [
        *_differences("calls of agents", _calls("agent"), _said(CallDay, "agent", *OF)),
        *_differences("calls of the centre", _calls(), _said(CentreCallDay, *OF)),
        *_differences("talks", _talks(), _said_talks(TalkDay)),
        *_months("calls", _said(CallDay, "agent", *OF), _said(CallMonth, "agent", *OF)),
        *_months("calls", _said(CentreCallDay, *OF), _said(CentreCallMonth, *OF)),
        *_months("talks", _said_talks(TalkDay), _said_talks(TalkMonth)),
    ]


def _months(kind: str, days: Rows, said: Rows) -> Iterator[str]:
    """Closed ones are the sums of their days."""
    zone = timezone.get_default_timezone()
    closed = set(ClosedMonth.objects.filter(kind=kind).values_list("start", flat=True))
    added: Rows = {}
    for (start, *key), counts in days.items():
        month = month_of(start, zone).start
        if month in closed:
            before = added.get((month, *key), (0, 0, 0))
            added[month, *key] = tuple(map(sum, zip(before, counts, strict=True)))
    yield from _differences(f"months of {kind}", added, {key: one for key, one in said.items() if key[0] in closed})


def _differences(what: str, rows: Rows, said: Rows) -> Iterator[str]:
    for key in rows.keys() | said.keys():
        if rows.get(key) != said.get(key):
            yield f"{what} of {key}: the rows say {rows.get(key)}, the day {said.get(key)}"


def day_of(at: datetime) -> datetime:
    zone = timezone.get_default_timezone()
    return midnight(at.astimezone(zone).date(), zone)


def _calls(*more: str) -> Rows:
    calls: Counter[tuple] = Counter()
    spoke: Counter[tuple] = Counter()
    talk: Counter[tuple] = Counter()
    for one in CallRecord.objects.filter(arrived_at__isnull=False):
        parts = [getattr(one, name) for name in (*more, "direction", "queue", "dialled")]
        key = (day_of(one.arrived_at), *parts, one.disposition_id or 0)
        calls[key] += 1
        spoke[key] += one.talk_started_at is not None
        talk[key] += one.talk_ms or 0
    return {key: (calls[key], spoke[key], talk[key]) for key in calls}


def _said(model: Any, *key: str) -> Rows:
    rows = model.objects.filter(version=VERSION).values_list("start", *key, *COUNTS)
    return {row[: -len(COUNTS)]: row[-len(COUNTS) :] for row in rows}


def bar_of(handled_ms: int) -> int:
    """Its number, from 1."""
    assert list(EDGES) == sorted(EDGES) and all(one < other for one, other in pairwise(EDGES))
    return bisect_right([edge * 1000 for edge in EDGES], handled_ms)


def _talks() -> Rows:
    found: dict[tuple, list[int]] = {}
    for one in Offer.objects.filter(talk_ended_at__isnull=False).exclude(agent=""):
        talk = one.talk_ms or 0
        handled = talk + (one.hold_ms or 0) + (one.wrap_ms or 0)
        happened = one.talk_started_at or one.ended_at or one.dial_ended_at
        places = {"offered": one.offered_at or one.dialled_at, "event": happened}
        for by, at in places.items():
            if at:
                sums = found.setdefault((day_of(at), one.agent, by, bar_of(handled)), [0, 0, 0])
                for place, more in enumerate((1, talk, handled)):
                    sums[place] += more
    return {key: tuple(sums) for key, sums in found.items()}


def _said_talks(model: Any) -> Rows:
    return {
        (day.start, day.agent, day.by, bar): counts
        for day in model.objects.filter(version=VERSION)
        for bar in BARS
        if any(counts := tuple(getattr(day, f"{name}_{bar}") for name in COUNTED))
    }
