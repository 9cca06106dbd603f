"""States of agents: how long each was free, busy, or away and for what reason."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.live.words import reason_words, reasons
from crm.reports.building import Plan
from crm.reports.building import answer as built
from crm.reports.columns import Counted, Shown
from crm.reports.kpi.agents import STATES as RECORD
from crm.reports.kpi.sums import AgentSums
from crm.reports.notes import notes
from crm.reports.periods import Span
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import agent_buckets
from crm.reports.tables import Kind

STATES = {
    "logged_in": gettext_lazy("Signed in"), "ready": gettext_lazy("Ready"), "offered": gettext_lazy("Ringing"),
    "dialling": gettext_lazy("Dialling"), "talking": gettext_lazy("Talking"), "wrapup": gettext_lazy("Wrap-up"),
    "paused": gettext_lazy("Paused"), "unreachable": gettext_lazy("Unreachable"),
}  # fmt: skip


def answer(asked: Asked) -> Answer:
    question, logins = asked.question, list(asked.agents)
    step, together = question.grain

    def read(span: Span) -> Any:
        return agent_buckets(span, step, logins, asked.zone, question.attribution, together=together)

    found = read(asked.span)
    codes = sorted({code for bucket in found for code in bucket.sums.breaks})
    columns = [
        Counted(code, words, f"{RECORD}.{code if code != 'logged_in' else ''}", Kind.SECONDS, _state(code))
        for code, words in STATES.items()
    ]
    words = reasons()
    for code in codes:
        label = reason_words(code, words)
        head = _("%(reason)s (paused)") % {"reason": label[:1].upper() + label[1:]} if code else _("No reason (paused)")
        columns.append(Counted(f"break:{code}", head, f"{RECORD}.paused", Kind.SECONDS, _break(code)))
    wanted = [*columns, Shown("occupancy"), Shown("utilisation")]
    plan = Plan(
        title=_("States of agents"),
        part="offers",
        key=_("Agent"),
        names=asked.agents,
        zero=AgentSums(),
        columns=wanted,
        read=lambda span: found if span == asked.span else read(span),
        charted=("logged_in", "talking", "occupancy"),
    )
    return built(asked, plan, notes(asked, [one.column() for one in wanted], attributed=False))


def _state(code: str) -> Callable[[AgentSums, Span], float]:
    return lambda sums, _span: getattr(sums, f"{code}_ms") / 1000


def _break(code: str) -> Callable[[AgentSums, Span], float]:
    return lambda sums, _span: sums.breaks.get(code, 0) / 1000


REPORT = Report(
    code="states",
    title=gettext_lazy("States of agents"),
    sentence=gettext_lazy("How long everybody was free, busy, or paused and for what reason."),
    about="agents",
    answer=answer,
    own=True,
    first="each",
    facts=("logged_in", "ready", "talking", "wrapup", "paused", "occupancy", "utilisation"),
)
