"""Week on week: each day or half-hour beside the same weekday of the week before, and the difference."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.reports.building import FINE, drill_of
from crm.reports.columns import Drill, listed
from crm.reports.kpi.figures import FIGURES, service_level
from crm.reports.kpi.sums import QueueSums
from crm.reports.notes import notes
from crm.reports.periods import Span, Step, buckets, span_of
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import queue_buckets
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.targets import in_words, verdict
from crm.reports.times import WEEK, label

COUNTS = {"offered": gettext_lazy("Offered"), "answered": gettext_lazy("Answered"),
          "abandoned": gettext_lazy("Abandoned")}  # fmt: skip
Found = Mapping[int, tuple[QueueSums, bool]]


def answer(asked: Asked) -> Answer:
    question = asked.question
    other = span_of(question.since - WEEK, question.until - WEEK, asked.zone)
    times = [time for time in buckets(asked.span, question.step, asked.zone) if time.start <= asked.now]
    befores = buckets(other, question.step, asked.zone)[: len(times)]
    now, before = _read(asked, asked.span, times), _read(asked, other, befores)
    over = {number for number, time in enumerate(times) if time.end <= asked.now and now.get(number, (0, True))[1]}
    mine, theirs = _total(now, over), _total(before, over)
    rows = [_row(asked, _("Total"), mine, theirs, (asked.span, other), "total", lists=len(over) == len(times))]
    for number, (time, then) in enumerate(zip(times, befores, strict=False)):
        name = time.start if question.step in FINE else label(time, question.step, asked.zone)
        mine, theirs = now.get(number, (QueueSums(), True)), before.get(number, (QueueSums(), True))
        rows.append(_row(asked, name, mine, theirs, (time, then), "row"))
    level = service_level(question.variant)
    columns = [Column("time", pgettext("of a report", "Time"), Kind.TIME if question.step in FINE else Kind.TEXT)]
    for key, words in COUNTS.items():
        columns += [
            Column(key, str(words), Kind.COUNT, key), Column(f"{key}_before", _("Week before"), Kind.COUNT),
            Column(f"{key}_change", pgettext("how much more or less", "Change"), Kind.SHARE,
                   hint=_("(now − week before) ÷ week before")),
        ]  # fmt: skip
    columns += [
        Column("service_level", str(level.label), Kind.SHARE, level.id),
        Column("service_level_before", _("Week before"), Kind.SHARE, level.id),
        Column("asa", str(FIGURES["asa"].label), Kind.SECONDS, "asa"),
        Column("asa_before", _("Week before"), Kind.SECONDS, "asa"),
    ]
    said = notes(asked, columns, level=True)
    days = {"since": question.since - WEEK, "until": question.until - WEEK}
    if len(over) < len(times):
        said.append(_("The total leaves out what is not over yet."))
    said.append(_("The week before: %(since)s to %(until)s.") % days)
    table = Table(_("Week on week"), columns, rows, said, ("offered", "offered_before"))
    return Answer(table, _total(now, over)[0])


def _read(asked: Asked, span: Span, times: list[Span]) -> Found:
    numbers = {time.start: number for number, time in enumerate(times)}
    found: dict[int, tuple[QueueSums, bool]] = {}
    step, by = asked.question.step, asked.question.attribution
    for bucket in queue_buckets(span, step, list(asked.queues), asked.zone, by):
        if bucket.start in numbers:
            sums, final = found.get(numbers[bucket.start], (QueueSums(), True))
            found[numbers[bucket.start]] = (sums + bucket.sums, final and bucket.final)
    return found


def _total(found: Found, over: set[int]) -> tuple[QueueSums, bool]:
    """Of the times that are over in both weeks: half a day is not compared with a whole one."""
    return QueueSums.total(sums for number, (sums, _final) in found.items() if number in over), True


def _row(
    asked: Asked, name: Any, now: tuple[QueueSums, bool], before: tuple[QueueSums, bool], spans: tuple[Span, Span],
    kind: str, *, lists: bool = True,
) -> Row:  # fmt: skip
    (mine, final), (theirs, _) = now, before
    final = kind == "total" or (final and spans[0].end <= asked.now)
    drills = [drill_of(asked, "visits", "", span, asked.queues) if lists else _nowhere for span in spans]
    made = {"time": Cell(name)}
    for key in COUNTS:
        count, then = getattr(mine, key), getattr(theirs, key)
        change = (count - then) / then if then and final else None
        made[key], made[f"{key}_before"] = _counted(key, count, drills[0]), _counted(key, then, drills[1])
        made[f"{key}_change"] = Cell(change, count - then if then else None, then or None)
    queue = next(iter(asked.queues)) if len(asked.queues) == 1 else ""
    for key, figure in (("service_level", service_level(asked.question.variant)), ("asa", FIGURES["asa"])):
        target = asked.targets.of(figure.id, queue)
        for suffix, sums, drill in (("", mine, drills[0]), ("_before", theirs, drills[1])):
            cell = figure.of(sums)
            judged = verdict(figure, cell.value, target) if final and not suffix else ""
            made[key + suffix] = Cell(
                cell.value, cell.numerator, cell.denominator, verdict=judged, target=in_words(figure, target),
                aim=target, lists=listed(figure, sums, drill),
            )  # fmt: skip
    return Row(made, kind, final)


def _nowhere(_what: str) -> str:
    return ""


def _counted(key: str, count: int, drill: Drill) -> Cell:
    return Cell(count, drill=drill(key) if count else "")


REPORT = Report(
    code="weekly",
    title=gettext_lazy("Week on week"),
    sentence=gettext_lazy("Each day, or each half-hour, beside the same weekday of the week before."),
    about="queues",
    answer=answer,
    steps=tuple(step for step in Step if step != Step.MONTH),
    rows=("time",),
    step=Step.DAY.value,
    span="week",
    facts=("offered", "offered_before", "offered_change", "service_level", "service_level_before"),
    choices=frozenset({"attribution", "variant"}),
)
