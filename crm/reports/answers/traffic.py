"""The flow of a day: calls in, callers offered and abandoned by half-hour of the day; of several days, all together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.building import drill_of
from crm.reports.columns import Counted, Ground, Shown, cells
from crm.reports.kpi.sums import QueueSums, TrunkSums
from crm.reports.notes import notes
from crm.reports.periods import HALF_HOUR, Span, Step, buckets, half_hour_of
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.halves import by_clock
from crm.reports.rollup.reading import keys_seen
from crm.reports.tables import Cell, Column, Row, Table

CALLS = [
    Counted("attempts", gettext_lazy("Calls in"), "attempts", figure="attempts"),
    Counted("blocked", gettext_lazy("No room"), "blocked", figure="blocked"),
    Shown("blocked_rate"),
    Counted("left_in_greeting", gettext_lazy("Left in the greeting"), "left_in_greeting", figure="left_in_greeting"),
]
VISITS = [
    Counted("offered", gettext_lazy("Offered"), "offered", figure="offered"),
    Counted("answered", gettext_lazy("Answered"), "answered", figure="answered"),
    Counted("abandoned", gettext_lazy("Abandoned"), "abandoned", figure="abandoned"),
    Counted("short", gettext_lazy("of them short"), "short", figure="short"),
    Shown("abandon_rate"),
    Shown("abandon_rate_raw"),
    Shown("answer_rate"),
]

LATELY = timedelta(days=4)


@dataclass
class _Flow:
    """What was counted at one time of the day."""

    visits: QueueSums
    calls: TrunkSums
    final: bool = True


def answer(asked: Asked) -> Answer:
    centre = asked.seen.everything and not (asked.question.queues or asked.question.departments)
    same: dict[str, list[Span]] = {}
    for half in _lately(asked):
        same.setdefault(_clock(asked, half.start), []).append(half)
    flows = {clock: _Flow(QueueSums(), TrunkSums(), spans[-1].end <= asked.now) for clock, spans in same.items()}
    past = Span(asked.span.start, max(asked.span.start, min(asked.span.end, asked.now)))
    visits = by_clock("queue", past, list(asked.queues), asked.zone, asked.question.attribution)
    calls = by_clock("trunk", past, keys_seen("trunk", asked.span) if centre else [], asked.zone)
    for clock, flow in flows.items():
        if clock in visits:
            flow.visits, flow.final = visits[clock].sums, flow.final and visits[clock].final
        if clock in calls:
            flow.calls, flow.final = calls[clock].sums, flow.final and calls[clock].final
    total = _Flow(
        QueueSums.total(flow.visits for flow in flows.values()), TrunkSums.total(flow.calls for flow in flows.values()),
        all(flow.final for flow in flows.values()) and asked.span.end <= asked.now,
    )  # fmt: skip
    rows = [_row(asked, _("Total"), total, [asked.span], centre, "total")]
    rows += [_row(asked, clock, flows[clock], same[clock], centre, "row") for clock in sorted(flows)]
    heads = [one.column() for one in ([*CALLS, *VISITS] if centre else VISITS)]
    columns = [Column("time", _("Time of day")), *heads]
    said = notes(asked, columns)
    if asked.question.days > 1:
        said.append(_("The same time of %(n)s days, added up.") % {"n": asked.question.days})
    charted = ("offered", "abandoned", "abandon_rate")
    return Answer(Table(_("Flow of the day"), columns, rows, said, charted), total.visits)


def _lately(asked: Asked) -> list[Span]:
    """Half-hours that have begun, of the last days: of many days these have all times of the day, each more than once,
    also where a clock changes between them."""
    end = min(asked.span.end, half_hour_of(asked.now, asked.zone) + HALF_HOUR)
    start = max(asked.span.start, half_hour_of(end - LATELY, asked.zone))
    return buckets(Span(start, max(start, end)), Step.HALF_HOUR, asked.zone)


def _clock(asked: Asked, start: datetime) -> str:
    return start.astimezone(asked.zone).strftime("%H:%M")


def _row(asked: Asked, name: str, flow: _Flow, spans: list[Span], centre: bool, kind: str) -> Row:
    """Of one day each count leads to its calls; of several days the total's alone, for a list has one time."""
    lists = len(spans) == 1
    visits = drill_of(asked, "visits", "", spans[0], asked.queues) if lists else _nowhere
    calls = drill_of(asked, "calls", "", spans[0], ()) if lists else _nowhere
    made = {"time": Cell(name)}
    if centre:
        made |= cells(CALLS, flow.calls, Ground(asked.span, calls, asked.targets, final=flow.final))
    queue = next(iter(asked.queues)) if len(asked.queues) == 1 else ""
    made |= cells(VISITS, flow.visits, Ground(asked.span, visits, asked.targets, queue, flow.final))
    return Row(made, kind, flow.final)


def _nowhere(_what: str) -> str:
    return ""


REPORT = Report(
    code="traffic",
    title=gettext_lazy("Flow of the day"),
    sentence=gettext_lazy("All calls and how many were abandoned, by half-hour of the day; of one day or of many."),
    about="queues",
    answer=answer,
    steps=(),
    rows=("time",),
    facts=("attempts", "offered", "answered", "abandoned", "abandon_rate", "blocked_rate"),
    choices=frozenset({"attribution"}),
)
