"""Agents: what rang, what they took, how long they talked and how busy they were."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.building import Plan
from crm.reports.building import answer as built
from crm.reports.columns import Counted, Shown
from crm.reports.kpi.agents import STATES
from crm.reports.kpi.sums import AgentSums
from crm.reports.notes import notes
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import agent_buckets
from crm.reports.tables import Kind

COLUMNS = [
    Counted("offers", gettext_lazy("Rang"), "offers", figure="offers"),
    Counted("answered", gettext_lazy("Picked up"), "answered"),
    Counted("rna", gettext_lazy("Not picked up"), "rna", figure="rna"),
    Counted("rejected", gettext_lazy("Rejected"), "rejected", figure="rejected"),
    Counted("dials", gettext_lazy("Dialled"), "dials", figure="dials"),
    Counted("handled", gettext_lazy("Talks"), "handled", figure="handled"),
    Counted(
        "logged_in", gettext_lazy("Signed in"), f"{STATES}.", Kind.SECONDS,
        value=lambda sums, _span: sums.logged_in_ms / 1000,
    ),  # fmt: skip
    Shown("aht"),
    Shown("att"),
    Shown("hold"),
    Shown("acw"),
    Shown("ring_to_answer"),
    Shown("rna_rate"),
    Shown("occupancy"),
    Shown("utilisation"),
    Shown("cph"),
    Shown("short_call_rate"),
]


def answer(asked: Asked) -> Answer:
    question = asked.question
    step, together = question.grain
    plan = Plan(
        title=_("Agents"),
        part="offers",
        key=_("Agent"),
        names=asked.agents,
        zero=AgentSums(),
        columns=COLUMNS,
        read=lambda span: agent_buckets(
            span, step, list(asked.agents), asked.zone, question.attribution, together=together
        ),
        charted=("handled", "rna"),
    )
    return built(asked, plan, notes(asked, [one.column() for one in COLUMNS]))


REPORT = Report(
    code="agents",
    title=gettext_lazy("Agents"),
    sentence=gettext_lazy("What rang, what was picked up, how long talks took and how busy everybody was."),
    about="agents",
    answer=answer,
    own=True,
    first="each",
    facts=("handled", "aht", "att", "rna_rate", "occupancy", "utilisation"),
    choices=frozenset({"compare", "attribution"}),
)
