"""How long callers waited, by percentiles, and how many different ones called."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.reports.building import FINE, drill_of
from crm.reports.columns import Counted, Ground, Shown, cells
from crm.reports.kpi.figures import FIGURES
from crm.reports.kpi.sums import QueueSums
from crm.reports.notes import notes
from crm.reports.periods import Span, Step, buckets
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import callers, queue_buckets, waits
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.times import label

MOST = 62
"""Rows of times: percentiles and different callers do not add up, so each row is read for itself."""
SUMS = (
    Counted("offered", gettext_lazy("Offered"), "offered", figure="offered"),
    Counted("answered", gettext_lazy("Answered"), "answered", figure="answered"),
    Shown("max_wait_answered"),
    Shown("max_wait_abandoned"),
    Counted("withheld", gettext_lazy("Number withheld"), figure="withheld"),
)
SPREAD, CALLERS = ("wait_p50", "wait_p90", "wait_p95"), ("unique_callers", "repeat_call_rate")


def answer(asked: Asked) -> Answer:
    asked = _coarse(asked)
    question, codes = asked.question, list(asked.queues)
    times = [time for time in buckets(asked.span, question.step, asked.zone) if time.start <= asked.now]
    sums: dict[tuple[int, str], QueueSums] = {}
    finals: dict[tuple[int, str], bool] = {}
    numbers = {time.start: number for number, time in enumerate(times)}
    for bucket in queue_buckets(asked.span, question.step, codes, asked.zone, question.attribution):
        if bucket.start not in numbers:
            continue
        place = (numbers[bucket.start], "") if question.rows == "time" else (-1, bucket.key)
        for one in {place, (-1, "")}:
            sums[one] = sums.get(one, QueueSums()) + bucket.sums
            finals[one] = finals.get(one, True) and bucket.final
    places = [(-1, "")]
    places += [(n, "") for n in range(len(times))] if question.rows == "time" else [(-1, code) for code in codes]
    rows = [
        _row(asked, place, times[place[0]] if place[0] >= 0 else asked.span, sums.get(place), finals.get(place, True))
        for place in places
        if question.rows == "time" or place in sums or place == (-1, "")
    ]
    fine = question.step in FINE
    columns = [
        Column("time", pgettext("of a report", "Time"), Kind.TIME if fine else Kind.TEXT)
        if question.rows == "time" else Column("key", _("Queue")),
        *(one.column() for one in SUMS[:2]),
        *(Shown(name).column() for name in SPREAD),
        *(one.column() for one in SUMS[2:4]),
        *(Shown(name).column() for name in CALLERS),
        SUMS[4].column(),
    ]  # fmt: skip
    table = Table(_("Waits and callers"), columns, rows, notes(asked, columns), ("answered", "repeat_call_rate"))
    return Answer(table)


def _coarse(asked: Asked) -> Asked:
    """With the step that was asked for, or the first longer one that gives few enough rows."""
    order = list(Step)
    later = [step for step in REPORT.steps if order.index(step) >= order.index(asked.question.step)]
    step = next((one for one in later if len(buckets(asked.span, one, asked.zone)) <= MOST), Step.MONTH)
    return replace(asked, question=replace(asked.question, step=step))


def _row(asked: Asked, place: tuple[int, str], span: Span, sums: QueueSums | None, final: bool) -> Row:
    number, key = place
    question, codes = asked.question, [key] if key else list(asked.queues)
    final = final and span.end <= asked.now
    ground = Ground(span, drill_of(asked, "visits", key, span, asked.queues), asked.targets, key, final)
    made = dict(cells(SUMS, sums or QueueSums(), ground))
    if sums is not None:
        spread = waits(span, codes, asked.zone, question.attribution)
        made |= {name: FIGURES[name].of(spread) for name in SPREAD}
        different = callers(span, codes, asked.zone, question.attribution)
        made |= {name: FIGURES[name].of(different) for name in CALLERS}
    else:
        made |= {name: Cell(None) for name in (*SPREAD, *CALLERS)} | {"unique_callers": Cell(0)}
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
