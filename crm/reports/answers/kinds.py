"""Kinds of calls and how often they come: by outcome, by queue, or by the number that was dialled."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.calls.selectors import Share, calls_share, calls_visible
from crm.reports.building import FINE
from crm.reports.drills import drill
from crm.reports.notes import notes
from crm.reports.periods import Span, Step, buckets
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.calls import Counts, Which, added, counted, raw
from crm.reports.rollup.cubes import beginnings
from crm.reports.scope import SEE
from crm.reports.tables import Cell, Column, Kind, Row, Table
from crm.reports.times import label
from crm.telephony.models import Disposition, Queue

PARTS = {"disposition": "outcomes", "queue": "first_queues", "entry": "entries"}
OF = {"disposition": "disposition", "queue": "queue", "entry": "dialled"}


def answer(asked: Asked) -> Answer:
    question = asked.question
    times = buckets(asked.span, question.step, asked.zone) if question.rows == "both" else []
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


def _counted(asked: Asked, times: list[Span]) -> dict[tuple[int, str], Counts]:
    """Number of the time (-1 for the whole) and code → how many, of the calls that the permission for reports reaches,
    of whom was chosen."""
    question, span = asked.question, asked.span
    share, by, begins = calls_share(asked.user, SEE), OF[question.kind], [time.start for time in times] or [span.start]
    if share is None:
        return {}
    chosen = Which(
        agents=list(asked.agents) if question.agents or question.departments else None,
        queues=list(asked.queues) if question.queues else None,
        inbound=question.kind == "entry",
    )
    found = beginnings("calls", span, asked.zone, months=not times or question.step == Step.MONTH)
    if found is None:
        told = raw(by, calls_visible(asked.user, SEE), chosen, begins, span.end)
    else:
        told = counted(by, _within(share, chosen), begins, *found)
        if not share.everything:
            told = added(told, raw(by, share.elsewhere(span.start, span.end), chosen, begins, span.end))
    codes = dict(Disposition.objects.values_list("pk", "code")) if by == "disposition" else {}
    coded: dict[tuple[int, str], Counts] = {}
    for (number, value), counts in told.items():
        place = (number if times else -1, codes.get(value, "") if by == "disposition" else value)
        coded[place] = _sum([coded.get(place, (0, 0, 0)), counts])
    return coded


def _within(share: Share, chosen: Which) -> Which:
    """Of whom was chosen what is her share whoever the calls rang."""
    if share.everything:
        return chosen
    if chosen.agents is not None:
        return replace(chosen, agents=sorted({*chosen.agents} & {*share.agents}))
    if share.own:
        return replace(chosen, agents=share.agents)
    return replace(chosen, agents=[*share.agents, ""], unreached=["", *share.served])


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
    ways = {what: _drill(asked, code, span, what, whole=kind == "total") for what in ("calls", "answered")}
    made: dict[str, Any] = {
        "key": Cell(name),
        "calls": Cell(calls, drill=ways["calls"] if calls else ""),
        "share": Cell(calls / of if of else None, calls, of),
        "daily": Cell(calls / days, calls, days),
        "answered": Cell(spoke, drill=ways["answered"] if spoke else ""),
        "talk": Cell(talk / 1000 / spoke if spoke else None, talk / 1000, spoke),
    }
    if asked.question.rows == "both":
        made["time"] = Cell(label(time, asked.question.step, asked.zone) if time else name)
        made["key"] = Cell("" if kind == "total" else name)
    return Row(made, kind, span.end <= asked.now)


def _drill(asked: Asked, code: str, span: Span, what: str, *, whole: bool) -> str:
    """The list has one filter for an agent, a department, a queue: several chosen ones cannot be listed."""
    question = asked.question
    several = [question.agents, question.departments, question.queues]
    if not asked.lists or any(len(one) > 1 for one in several) or (question.agents and question.departments):
        return ""
    names = ("agent", "department", "queue")
    more = {name: str(one[0]) for name, one in zip(names, several, strict=True) if one}
    return drill(PARTS[question.kind], what, span.start, span.end, () if whole else (code,), **more)


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
