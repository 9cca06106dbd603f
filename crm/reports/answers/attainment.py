"""In how many half-hours the service level was met, of those with enough callers to judge.

Source: share of passed intervals, intervals with a service level at or above the target over intervals with at least
five offered.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.reports.asking import LONGEST
from crm.reports.building import FINE, drill_of
from crm.reports.columns import Ground, Shown, cells
from crm.reports.kpi.attainment import LEAST_OFFERED
from crm.reports.kpi.figures import service_level
from crm.reports.kpi.sums import QueueSums
from crm.reports.notes import notes
from crm.reports.periods import Span, Step, buckets
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.halves import judged
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.times import label

Place = tuple[int, str]


def answer(asked: Asked) -> Answer:
    question = asked.question
    figure = service_level(question.variant)
    times = [time for time in buckets(asked.span, question.step, asked.zone) if time.start <= asked.now]
    starts = [time.start for time in times]
    counts: dict[Place, Counter[str]] = {}
    sums: dict[Place, QueueSums] = {}
    by_time = question.rows == "time"
    targets = {code: asked.targets.of("service_level", code) for code in asked.queues}
    parts = starts if by_time else [asked.span.start]
    for found in judged(asked.span, parts, targets, figure, LEAST_OFFERED, asked.now, question.attribution):
        place = (found.part, "") if by_time else (-1, found.queue)
        for one in (place, (-1, "")):
            count = counts.setdefault(one, Counter())
            count.update({"all": found.half_hours, "judged": found.judged, "met": found.met})
            sums[one] = sums.get(one, QueueSums()) + found.sums
    columns = [
        Column("time", pgettext("of a report", "Time")) if question.rows == "time" else Column("key", _("Queue")),
        Column("intervals", _("Half-hours with callers"), Kind.COUNT),
        Column(
            "judged", _("Judged"), Kind.COUNT, hint=_("With %(n)s callers or more, and over") % {"n": LEAST_OFFERED}
        ),
        Column("met", _("Met"), Kind.COUNT),
        Column("missed", _("Missed"), Kind.COUNT),
        Column("share", _("Share that met"), Kind.SHARE, "sl_pass_intervals"),
        Shown(figure.id, "service_level").column(),
    ]

    def row(place: Place, name: str, kind: str) -> Row:
        count = counts.get(place, Counter())
        span = times[place[0]] if place[0] >= 0 else asked.span
        ground = Ground(span, drill_of(asked, "visits", place[1], span, asked.queues), asked.targets, place[1])
        halves = _halves(asked, place[1], span)
        share = count["met"] / count["judged"] if count["judged"] else None
        made = {
            columns[0].key: Cell(name), "intervals": Cell(count["all"], drill=halves if count["all"] else ""),
            "judged": Cell(count["judged"]), "met": Cell(count["met"]), "missed": Cell(count["judged"] - count["met"]),
            "share": Cell(share, count["met"], count["judged"], lists=lambda: ("", halves)),
        }  # fmt: skip
        shown = cells([Shown(figure.id, "service_level")], sums.get(place, QueueSums()), ground)
        return Row(made | dict(shown), kind)

    rows = [row((-1, ""), _("Total"), "total")]
    if question.rows == "time":
        rows += [row((n, ""), label(time, question.step, asked.zone), "row") for n, time in enumerate(times)]
    else:
        rows += [row((-1, code), name, "row") for code, name in asked.queues.items() if (-1, code) in counts]
    said = notes(asked, columns, level=True)
    said.append(_("A half-hour is judged once it is over, with %(n)s callers or more.") % {"n": LEAST_OFFERED})
    table = Table(_("Service level met"), columns, rows, said, ("met", "missed", "share"))
    return Answer(table, sums.get((-1, ""), QueueSums()))


def _halves(asked: Asked, queue: str, span: Span) -> str:
    """Each half-hour with callers in the report of queues, with the word whether it met the target; "" for a longer
    time than that report shows by half-hours."""
    first = span.start.astimezone(asked.zone).date()
    last = (span.end.astimezone(asked.zone) - timedelta(microseconds=1)).date()
    if (last - first).days >= LONGEST[Step.HALF_HOUR]:
        return ""
    other = replace(
        asked.question, report="queues", span="", since=first, until=last, step=Step.HALF_HOUR, rows="both", compare="",
        queues=(queue,) if queue else asked.question.queues,
    )  # fmt: skip
    return reverse("report", args=["queues"]) + other.address()


REPORT = Report(
    code="attainment",
    title=gettext_lazy("Service level met"),
    sentence=gettext_lazy("In how many half-hours the service level met its target."),
    about="queues",
    answer=answer,
    steps=tuple(step for step in Step if step not in FINE),
    rows=("time", "each"),
    first="each",
    span="week",
    step=Step.DAY.value,
    facts=("share", "judged", "met", "missed", "service_level"),
    choices=frozenset({"attribution", "variant"}),
)
