"""A table from buckets of sums: a row for each time, each queue (agent, trunk) or both, the total first, and under
each row the same time of another week where that is asked for. Totals are sums of counts, never means of means."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.reports.columns import Columns, Drill, Ground, cells
from crm.reports.drills import drill
from crm.reports.kpi.agents import STATES
from crm.reports.periods import Span, Step, buckets, span_of
from crm.reports.report import Answer, Asked
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.times import before, label

LONGEST_RECORD = 31
"""Days of the record of states."""
FINE = (Step.HALF_HOUR, Step.HOUR)


class Bucket(Protocol):
    """What the rollups give: a begin, a key (queue, agent, trunk), the sums, and whether they are final."""

    start: Any
    key: str
    sums: Any
    final: bool


Read = Callable[[Span], Sequence[Bucket]]
Place = tuple[int, str]
"""Number of the time's bucket (-1 for the whole time) and key ("" for all)."""


@dataclass(frozen=True)
class Plan:
    """What a report of sums is made of. ``part``: what its counts drill down to; ``key``: head of the column that
    names queues, agents or trunks; ``zero``: sums of nothing; ``read``: the buckets of a span."""

    title: str
    part: str
    key: str
    names: Mapping[str, str]
    zero: Any
    columns: Columns
    read: Read
    charted: tuple[str, ...]


def answer(asked: Asked, plan: Plan, notes: Iterable[str]) -> Answer:
    """The table of the plan; ``notes`` are printed under it."""
    times = buckets(asked.span, asked.question.step, asked.zone)
    times = [time for time in times if time.start <= asked.now]
    found = _grouped(asked, plan, plan.read(asked.span), times)
    before_times, others = _compared(asked, plan, times)
    rows = [_row(asked, plan, (-1, ""), found, asked.span, "total")]
    other = Span(before_times[0].start, before_times[-1].end) if before_times else asked.span
    if before_times:
        rows.append(_row(asked, plan, (-1, ""), others, other, "compared"))
    for place in _places(asked, plan, times, found, others):
        span = times[place[0]] if place[0] >= 0 else asked.span
        rows.append(_row(asked, plan, place, found, span, "row"))
        if place in others:
            span = before_times[place[0]] if place[0] >= 0 else other
            rows.append(_row(asked, plan, place, others, span, "compared"))
    first = [column for column, wanted in _heads(asked, plan) if wanted]
    columns = [*first, *(one.column() for one in plan.columns)]
    table = Table(plan.title, columns, rows, tuple(notes), plan.charted)
    return Answer(table, found.get((-1, ""), (plan.zero, True))[0])


def _grouped(asked: Asked, plan: Plan, read: Iterable[Bucket], times: Sequence[Span]) -> dict[Place, tuple[Any, bool]]:
    """Sums of each row and of the total, and whether they are final."""
    numbers = {time.start: number for number, time in enumerate(times)}
    by_time, by_key = asked.question.rows != "each", asked.question.rows != "time"
    found: dict[Place, tuple[Any, bool]] = {}
    for bucket in read:
        if by_time and bucket.start not in numbers:
            continue  # of the future: clocks that differ
        place = (numbers[bucket.start] if by_time else -1, bucket.key if by_key else "")
        for one in {place, (-1, "")}:
            known = found.get(one)
            found[one] = (known[0] + bucket.sums, known[1] and bucket.final) if known else (bucket.sums, bucket.final)
    return found


def _compared(asked: Asked, plan: Plan, times: Sequence[Span]) -> tuple[list[Span], dict[Place, tuple[Any, bool]]]:
    """The other time's parts, as many as there are of this one so far, and what was counted in them."""
    question = asked.question
    if not question.compare or not times:
        return [], {}
    days = before(question.since, question.until, question.compare, question.step)
    mine = buckets(span_of(*days, asked.zone), question.step, asked.zone)[: len(times)]
    return mine, _grouped(asked, plan, plan.read(Span(mine[0].start, mine[-1].end)), mine)


def _places(
    asked: Asked, plan: Plan, times: Sequence[Span], found: Mapping[Place, Any], others: Mapping[Place, Any]
) -> list[Place]:
    """The rows in their order: times without anybody have one too, queues and agents only where there is something."""
    rows = asked.question.rows
    if rows == "time":
        return [(number, "") for number in range(len(times))]
    order = {key: number for number, key in enumerate(plan.names)}
    known = {place for place in (*found, *others) if place[1]}
    return sorted(known, key=lambda place: (place[0], order.get(place[1], len(order)), place[1]))


def _row(asked: Asked, plan: Plan, place: Place, found: Mapping[Place, tuple[Any, bool]], span: Span, kind: str) -> Row:
    sums, final = found.get(place, (plan.zero, True))
    final = final and span.end <= asked.now if kind != "compared" else final
    number, key = place
    ground = Ground(
        Span(span.start, max(span.start, min(span.end, asked.now))), drill_of(asked, plan.part, key, span, plan.names),
        asked.targets, _queue(plan, key), final and kind != "compared",
    )  # fmt: skip
    made = dict(cells(plan.columns, sums, ground))
    heads = {"time": _time(asked, span, number, kind), "key": Cell(plan.names.get(key, key))}
    wanted = {column.key: heads[column.key] for column, shown in _heads(asked, plan) if shown}
    if number < 0 and not key:
        first = next(iter(wanted))
        wanted = {name: Cell("") for name in wanted} | {first: _whole(asked, span, kind)}
    return Row(wanted | made, kind, final)


def _queue(plan: Plan, key: str) -> str:
    """Whose targets count: the row's queue, or the only one that is shown."""
    if plan.part != "visits":
        return ""
    return key or (next(iter(plan.names)) if len(plan.names) == 1 else "")


def _heads(asked: Asked, plan: Plan) -> list[tuple[Column, bool]]:
    rows, fine = asked.question.rows, asked.question.step in FINE
    return [
        (Column("time", pgettext("of a report", "Time"), Kind.TIME if fine else Kind.TEXT), rows != "each"),
        (Column("key", plan.key), rows != "time"),
    ]


def _time(asked: Asked, span: Span, number: int, kind: str) -> Cell:
    if number < 0:
        return Cell("")
    step = asked.question.step
    return Cell(span.start if step in FINE else label(span, step, asked.zone))


def _whole(asked: Asked, span: Span, kind: str) -> Cell:
    """The total's own name, and whose total it is compared with."""
    return Cell(_("Total") if kind == "total" else label(span, Step.WEEK, asked.zone))


def drill_of(asked: Asked, part: str, key: str, span: Span, names: Iterable[str]) -> Drill:
    """The way to the calls of a row: of its key, else of all who are shown (of everybody where nobody was chosen)."""
    question = asked.question
    lists = asked.lists
    chosen = question.queues or question.agents or question.departments or question.trunks
    among = (key,) if key else () if asked.seen.everything and not chosen else tuple(names)
    event = question.attribution == "event"

    def way(what: str) -> str:
        if what.startswith(f"{STATES}."):
            return _record(asked, key, span, what.removeprefix(f"{STATES}."))
        return drill(part, what, span.start, span.end, among, event=event) if lists else ""

    return way


def _record(asked: Asked, agent: str, span: Span, state: str) -> str:
    """The record of states of one agent, one department or all. It has whole days, and at most a month of them: "" for
    what it cannot show."""
    question, first, last = asked.question, span.start.astimezone(asked.zone), span.end.astimezone(asked.zone)
    whole = first.time() == time() and (last.time() == time() or span.end == asked.now)
    last_day = (last - timedelta(microseconds=1)).date()
    chosen = [("agent", one) for one in ((agent,) if agent else question.agents)]
    chosen += [("department", str(one)) for one in question.departments if not agent]
    if not whole or len(chosen) > 1 or (last_day - first.date()).days >= LONGEST_RECORD:
        return ""
    said = {"since": str(first.date()), "until": str(last_day), "state": state} | dict(chosen)
    return f"{reverse('state_record')}?{urlencode({name: value for name, value in said.items() if value})}"
