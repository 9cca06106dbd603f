"""How long callers waited, by percentiles, and how many different ones called."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.reports.building import FINE, drill_of
from crm.reports.columns import Counted, Ground, Shown, cells
from crm.reports.kpi.figures import FIGURES
from crm.reports.kpi.sums import QueueSums
from crm.reports.notes import notes
from crm.reports.periods import Span, Step, buckets
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.crowds import Crowd, crowds
from crm.reports.rollup.reading import queue_buckets
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.times import label

MOST = 62
"""Rows of times: percentiles and different callers do not add up, so the sets of all of them are brought here."""
Place = tuple[int, str]
"""Number of the time (-1: the whole time) and queue ("": all)."""
SUMS = (
    Counted("offered", gettext_lazy("Offered"), "offered", figure="offered"),
    Counted("answered", gettext_lazy("Answered"), "answered", figure="answered"),
    Shown("max_wait_answered"),
    Shown("max_wait_abandoned"),
    Counted("withheld", gettext_lazy("Number withheld"), "withheld", figure="withheld"),
)
LONG = "above_hold_time"
SPREAD, CALLERS = ("wait_p50", "wait_p90", "wait_p95"), ("unique_callers", "repeat_call_rate")


def answer(asked: Asked) -> Answer:
    asked = _coarse(asked)
    question, codes = asked.question, list(asked.queues)
    times = [time for time in buckets(asked.span, question.step, asked.zone) if time.start <= asked.now]
    sums: dict[Place, QueueSums] = {}
    finals: dict[Place, bool] = {}
    numbers = {time.start: number for number, time in enumerate(times)}
    step, together = question.grain
    for bucket in queue_buckets(asked.span, step, codes, asked.zone, question.attribution, together=together):
        if step is not None and bucket.start not in numbers:
            continue
        place = (numbers[bucket.start], "") if question.rows == "time" else (-1, bucket.key)
        for one in {place, (-1, "")}:
            sums[one] = sums.get(one, QueueSums()) + bucket.sums
            finals[one] = finals.get(one, True) and bucket.final
    places = [(-1, "")]
    places += [(n, "") for n in range(len(times))] if question.rows == "time" else [(-1, code) for code in codes]
    crowd = _crowds(asked, numbers)
    rows = [
        _row(
            asked, place, times[place[0]] if place[0] >= 0 else asked.span,
            (sums.get(place), crowd.get(place, Crowd())), finals.get(place, True),
        )
        for place in places
        if question.rows == "time" or place in sums or place == (-1, "")
    ]  # fmt: skip
    fine = question.step in FINE
    columns = [
        Column("time", pgettext("of a report", "Time"), Kind.TIME if fine else Kind.TEXT)
        if question.rows == "time" else Column("key", _("Queue")),
        *(one.column() for one in SUMS[:2]),
        *(Shown(name).column() for name in SPREAD),
        *(one.column() for one in SUMS[2:4]),
        *(Shown(name).column() for name in CALLERS),
        SUMS[4].column(),
        Shown(LONG).column(),
    ]  # fmt: skip
    table = Table(_("Waits and callers"), columns, rows, notes(asked, columns), ("answered", "repeat_call_rate"))
    return Answer(table)


def _coarse(asked: Asked) -> Asked:
    """With the step that was asked for, or the first longer one that gives few enough rows."""
    order = list(Step)
    later = [step for step in REPORT.steps if order.index(step) >= order.index(asked.question.step)]
    step = next((one for one in later if len(buckets(asked.span, one, asked.zone)) <= MOST), Step.MONTH)
    return replace(asked, question=replace(asked.question, step=step))


def _crowds(asked: Asked, numbers: Mapping[datetime, int]) -> dict[Place, Crowd]:
    """Of each row and of all: of a row those of all queues or of all times."""
    question, by_time = asked.question, asked.question.rows == "time"
    step = question.step if by_time else None
    found = crowds(asked.span, step, list(asked.queues), asked.zone, question.attribution, together=by_time)
    rows = {
        (numbers[start] if by_time else -1, queue): crowd
        for (start, queue), crowd in found.items()
        if not by_time or start in numbers
    }
    return rows | {(-1, ""): Crowd.of(rows.values())}


def _row(asked: Asked, place: Place, span: Span, counted: tuple[QueueSums | None, Crowd], final: bool) -> Row:
    number, key = place
    question, (sums, crowd) = asked.question, counted
    final = final and span.end <= asked.now
    ground = Ground(span, drill_of(asked, "visits", key, span, asked.queues), asked.targets, key, final)
    made = dict(cells(SUMS, sums or QueueSums(), ground))
    if sums is not None:
        among = {"lists": lambda: (ground.drill("answered"), "")}
        made |= {name: replace(FIGURES[name].of(crowd.waits), **among) for name in SPREAD}
        made |= {name: FIGURES[name].of(crowd.callers) for name in CALLERS} | {LONG: FIGURES[LONG].of(crowd.onlines)}
    else:
        made |= {name: Cell(None) for name in (*SPREAD, *CALLERS, LONG)} | {"unique_callers": Cell(0)}
    total = number < 0 and not key
    when = span.start if question.step in FINE else label(span, question.step, asked.zone)
    first = Cell(_("Total") if total else asked.queues.get(key, key) if key else when)
    return Row({"time" if question.rows == "time" else "key": first} | made, "total" if total else "row", final)


REPORT = Report(
    code="waits",
    title=gettext_lazy("Waits and callers"),
    sentence=gettext_lazy("How long most callers waited, how many different ones there were, and who called again."),
    about="queues",
    answer=answer,
    steps=tuple(step for step in Step if step != Step.HALF_HOUR),
    rows=("time", "each"),
    step=Step.HOUR.value,
    facts=("answered", "wait_p50", "wait_p90", "wait_p95", "unique_callers", "repeat_call_rate"),
    choices=frozenset({"attribution"}),
)
