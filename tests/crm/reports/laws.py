"""What holds of all that was counted, whatever happened."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from crm.calls.models import AgentStateInterval, Offer, QueueVisit
from crm.reports.kpi.sums import GREATEST
from crm.reports.models import AgentHalfHour, Caller, ClosedMonth, QueueHalfHour, TrunkHalfHour
from crm.reports.periods import midnight, month_of
from crm.reports.rollup.kinds import KINDS, Kind
from crm.reports.rollup.sets import unpacked
from tests.crm.reports import cubes

EXITS = (
    "answered", "abandoned", "callbacks", "overflows", "timeouts", "voicemails", "others", "failed", "waiting",
)  # fmt: skip
FATES = ("blocked", "refused", "queued", "direct", "undecided", "failed", "self_served", "left_in_greeting")
STATES = ("ready_ms", "offered_ms", "talking_ms", "wrapup_ms", "dialling_ms", "paused_ms", "unreachable_ms")


def counted() -> dict[str, list[dict[str, Any]]]:
    """All half-hours and days, in order, without what is numbered by chance; empty ones are as none."""
    numbers = dict(Caller.objects.values_list("pk", "number"))
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS.values():
        for model in (kind.half_hour, kind.day):
            rows = model.objects.order_by(kind.key, "by", "start").values(*kind.columns)
            for row in rows:
                for name in {"callers", "repeaters"} & row.keys():
                    row[name] = sorted(numbers[one] for one in row[name])
            found[model.__name__] = list(rows)
    return found


def closed() -> dict[str, list[dict[str, Any]]]:
    """The same of closed months."""
    numbers = dict(Caller.objects.values_list("pk", "number"))
    found: dict[str, list[dict[str, Any]]] = {}
    for name, kind in KINDS.items():
        starts = ClosedMonth.objects.filter(kind=name).values("start")
        rows = kind.month.objects.filter(start__in=starts).order_by(kind.key, "by", "start")
        found[name] = list(rows.values(*kind.columns))
        for row in found[name]:
            row |= {one: sorted(numbers[of] for of in unpacked(row[one])) for one in kind.ids}
    return found


def broken() -> list[str]:
    """Which laws do not hold, and of what."""
    longer = (said for name, kind in KINDS.items() for said in (*_days(kind), *_months(name, kind)))
    return [*_queues(), *_agents(), *_trunks(), *cubes.broken(), *longer]


def _queues() -> Iterator[str]:
    for row in QueueHalfHour.objects.all():
        if row.offered != sum(getattr(row, name) for name in EXITS):
            yield f"{row} {row.by}: offered are not the sum of the exits"
        if row.by == "event" and row.waiting:
            yield f"{row}: who waits has not ended"
        if not row.short <= row.abandoned or not row.in_time <= row.answered or row.first > row.offered:
            yield f"{row}: a part is more than the whole"
        if sum(row.wait_n) != row.answered:
            yield f"{row}: the waits are not those of the answered"
        if sum(row.online_n) != row.handled:
            yield f"{row}: the talks are not those that were handled"
    total, told = _total(QueueHalfHour, "offered"), QueueVisit.objects.filter(entered_at__isnull=False)
    if total["offered"] != told.count():
        yield "visits are missing or counted twice"
    if total["event"] != told.filter(left_at__isnull=False).count():
        yield "visits that are over are missing or counted twice"
    calls = told.values("call_id").distinct().count()
    if _total(QueueHalfHour, "first")["offered"] != calls:
        yield "first visits are not the calls"


def _agents() -> Iterator[str]:
    for row in AgentHalfHour.objects.all():
        if row.logged_in_ms != sum(getattr(row, name) for name in STATES):
            yield f"{row}: the states are not the time logged in"
        if row.logged_in_ms > 1_800_000:
            yield f"{row}: more than a half-hour in a half-hour"
        if sum(row.break_ms) != row.paused_ms:
            yield f"{row}: the breaks are not the time paused"
    total = _total(AgentHalfHour, "logged_in_ms")
    states = AgentStateInterval.objects.filter(ended_at__isnull=False).exclude(state="offline")
    spent = sum((_ms(one.ended_at) - _ms(one.started_at) for one in states), 0)
    if total["offered"] != spent or total["event"] != spent:
        yield f"the time logged in is {spent} ms, counted were {dict(total)}"
    legs = [leg for leg in Offer.objects.exclude(agent="") if leg.talk_ended_at and (leg.offered_at or leg.dialled_at)]
    for by in ("offered", "event"):
        if _total(AgentHalfHour, "handled")[by] != len(legs):
            yield f"talks are missing or counted twice by {by} time"
        if _total(AgentHalfHour, "talk_ms")[by] != sum(leg.talk_ms for leg in legs):
            yield f"time of talks is missing or counted twice by {by} time"


def _trunks() -> Iterator[str]:
    for row in TrunkHalfHour.objects.all():
        if row.attempts != sum(getattr(row, name) for name in FATES):
            yield f"{row}: the calls in are not the sum of their fates"
        if row.peak > 0 and not row.inbound_ms + row.outbound_ms and row.final:
            yield f"{row}: calls at once, but none on the line"


def _days(kind: Kind) -> Iterator[str]:
    """A day is the sum of its half-hours."""
    zone = timezone.get_default_timezone()
    found: dict[Any, list[Any]] = {}
    for half_hour in kind.half_hour.objects.all():
        day = half_hour.start.astimezone(zone).date()
        found.setdefault((getattr(half_hour, kind.key), half_hour.by, midnight(day, zone)), []).append(half_hour)
    days = {(getattr(day, kind.key), day.by, day.start): day for day in kind.day.objects.all()}
    if days.keys() != found.keys():
        yield f"days of {kind.key} without half-hours, or half-hours without a day"
        return
    for key, half_hours in found.items():
        for name in kind.counts:
            added = (max if name in GREATEST else sum)(getattr(one, name) for one in half_hours)
            if added != getattr(days[key], name):
                yield f"{key}: {name} of the day is {getattr(days[key], name)}, of its half-hours {added}"


def _months(name: str, kind: Kind) -> Iterator[str]:
    """A closed month is the sum of its days, to the last caller."""
    zone = timezone.get_default_timezone()
    for start in ClosedMonth.objects.filter(kind=name).values_list("start", flat=True):
        end = month_of(start, zone).end
        found: dict[Any, list[Any]] = {}
        for day in kind.day.objects.filter(start__gte=start, start__lt=end):
            found.setdefault((getattr(day, kind.key), day.by), []).append(day)
        rows = {(getattr(row, kind.key), row.by): row for row in kind.month.objects.filter(start=start)}
        if rows.keys() != found.keys():
            yield f"the month {start} of {name} has rows of {rows.keys()}, its days of {found.keys()}"
            return
        for key, days in found.items():
            if _whole(kind, days) != _row(kind, rows[key]):
                yield f"the month {start} of {name} {key} is not what its days are"


def _whole(kind: Kind, days: list[Any]) -> dict[str, Any]:
    """What a month's row should say."""
    made: dict[str, Any] = {"final": all(day.final for day in days)}
    for name in kind.counts:
        made[name] = (max if name in GREATEST else sum)(getattr(day, name) for day in days)
    for values, counts in kind.pairs:
        added: Counter[Any] = Counter()
        for day in days:
            added.update(dict(zip(getattr(day, values), getattr(day, counts), strict=True)))
        made[values] = dict(added)
    return made | {name: set().union(*(getattr(day, name) for day in days)) for name in kind.ids}


def _row(kind: Kind, row: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"final": row.final} | {name: getattr(row, name) for name in kind.counts}
    made |= {values: dict(zip(getattr(row, values), getattr(row, n), strict=True)) for values, n in kind.pairs}
    return made | {name: set(unpacked(getattr(row, name))) for name in kind.ids}


def _total(model: Any, name: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for by, value in model.objects.values_list("by", name):
        found[by] += value
    return found


def _ms(at: Any) -> int:
    return int(at.replace(microsecond=0).timestamp()) * 1000 + at.microsecond // 1000
