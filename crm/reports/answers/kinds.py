"""Kinds of calls and how often they come: by outcome, by queue, or by the number that was dialled."""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Trunc
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.calls.models import CallRecord
from crm.calls.months import between
from crm.calls.selectors import calls_visible
from crm.reports.building import FINE
from crm.reports.drills import drill
from crm.reports.notes import notes
from crm.reports.periods import Span, Step, buckets
from crm.reports.report import Answer, Asked, Report
from crm.reports.scope import SEE
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.times import label
from crm.telephony.models import Disposition, Queue

PARTS = {"disposition": "outcomes", "queue": "first_queues", "entry": "entries"}
OF = {"disposition": Coalesce(F("disposition__code"), Value("")), "queue": F("queue"), "entry": F("dialled")}
STEPS = {Step.DAY: "day", Step.WEEK: "week", Step.MONTH: "month"}
Counts = tuple[int, int, int]
"""Calls, those of them that were answered, and their talk in ms."""


def answer(asked: Asked) -> Answer:
    question = asked.question
    times = [time for time in buckets(asked.span, question.step, asked.zone) if time.start <= asked.now]
    found = _counted(asked, times)
    total = _sum(found.values())
    names = _names(question.kind)
    rows = [_row(asked, _("Total"), "", total, total[0], None, "total")]
    for (number, code), counts in sorted(found.items(), key=lambda pair: (pair[0][0], -pair[1][0], pair[0][1])):
        of = _sum(one for place, one in found.items() if place[0] == number)
        time = times[number] if number >= 0 else None
        name = names.get(code, code) or _("none")
        rows.append(_row(asked, name, code, counts, of[0], time, "row"))
    heads = {"disposition": _("Outcome"), "queue": _("Queue"), "entry": _("Number dialled")}
    columns = [
        Column("key", heads[question.kind]), Column("calls", pgettext("how many", "Calls"), Kind.COUNT),
        Column("share", _("Share"), Kind.SHARE), Column("daily", _("A day"), Kind.NUMBER),
        Column("answered", _("Answered"), Kind.COUNT), Column("talk", _("Average talk"), Kind.SECONDS),
    ]  # fmt: skip
    if question.rows == "both":
        columns.insert(0, Column("time", pgettext("of a report", "Time")))
    said = notes(asked, columns, attributed=False)
    said.append(_("Calls in and out, by the time at which they arrived."))
    return Answer(Table(_("Kinds of calls"), columns, rows, said, ("calls",)))


def _found(asked: Asked) -> QuerySet[CallRecord]:
    """Calls that the permission for reports reaches, of whom was chosen."""
    question, span = asked.question, asked.span
    calls = calls_visible(asked.user, SEE).filter(
        month__range=between(span.start, span.end), arrived_at__gte=span.start, arrived_at__lt=span.end
    )
    if question.agents or question.departments:
        calls = calls.filter(agent__in=list(asked.agents))
    if question.queues:
        calls = calls.filter(queue__in=list(asked.queues))
    return calls.filter(direction="inbound") if question.kind == "entry" else calls


def _counted(asked: Asked, times: list[Span]) -> dict[tuple[int, str], Counts]:
    question = asked.question
    calls = _found(asked).order_by().annotate(kind_of=OF[question.kind])
    by = ["kind_of"]
    if question.rows == "both":
        calls = calls.annotate(time=Trunc("arrived_at", STEPS[question.step], tzinfo=asked.zone))
        by.append("time")
    told = calls.values(*by).annotate(
        calls=Count("pk"), spoke=Count("pk", filter=Q(talk_started_at__isnull=False)), talk=Coalesce(Sum("talk_ms"), 0)
    )
    numbers = {time.start: number for number, time in enumerate(times)}
    found: dict[tuple[int, str], Counts] = {}
    for one in told:
        number = numbers.get(max(one["time"], asked.span.start), -1) if "time" in by else -1
        place = (number, one["kind_of"])
        found[place] = _sum([found.get(place, (0, 0, 0)), (one["calls"], one["spoke"], one["talk"])])
    return found


def _sum(many: Iterable[Counts]) -> Counts:
    calls = spoke = talk = 0
    for one in many:
        calls, spoke, talk = calls + one[0], spoke + one[1], talk + one[2]
    return calls, spoke, talk


def _row(asked: Asked, name: str, code: str, counts: Counts, of: int, time: Span | None, kind: str) -> Row:
    calls, spoke, talk = counts
    span = time or asked.span
    until = min(span.end, asked.now)
    days = max(1, ceil((until - span.start) / timedelta(1)))
    made: dict[str, Any] = {
        "key": Cell(name),
        "calls": Cell(calls, drill=_drill(asked, code, span, whole=kind == "total") if calls else ""),
        "share": Cell(calls / of if of else None, calls, of),
        "daily": Cell(calls / days, calls, days),
        "answered": Cell(spoke),
        "talk": Cell(talk / 1000 / spoke if spoke else None, talk / 1000, spoke),
    }
    if asked.question.rows == "both":
        made["time"] = Cell(label(time, asked.question.step, asked.zone) if time else name)
        made["key"] = Cell("" if kind == "total" else name)
    return Row(made, kind, span.end <= asked.now)


def _drill(asked: Asked, code: str, span: Span, *, whole: bool) -> str:
    """The list has one filter for an agent, a department, a queue: several chosen ones cannot be listed."""
    question = asked.question
    several = [question.agents, question.departments, question.queues]
    if not asked.lists or any(len(one) > 1 for one in several) or (question.agents and question.departments):
        return ""
    names = ("agent", "department", "queue")
    more = {name: str(one[0]) for name, one in zip(names, several, strict=True) if one}
    return drill(PARTS[question.kind], "calls", span.start, span.end, () if whole else (code,), **more)


def _names(kind: str) -> dict[str, str]:
    if kind == "disposition":
        return {one.code: one.label for one in Disposition.objects.all()} | {"": _("no outcome")}
    if kind == "queue":
        return {one.code: one.label for one in Queue.objects.all()} | {"": _("no queue")}
    return {"": _("none told")}


REPORT = Report(
    code="kinds",
    title=gettext_lazy("Kinds of calls"),
    sentence=gettext_lazy("How often which kind of call comes: by outcome, queue, or number dialled."),
    about="calls",
    answer=answer,
    own=True,
    steps=tuple(step for step in Step if step not in FINE),
    rows=("each", "both"),
    first="each",
    step=Step.DAY.value,
    choices=frozenset({"kind"}),
)
