"""Who answered most: by talks, then by handling time; equal ones have an equal rank.

Source: ranking of answered calls as centres' report lists have it; who has had fewer than 30 talks is not ranked, for
so few tell little.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.building import drill_of
from crm.reports.columns import Counted, Ground, Shown, cells
from crm.reports.kpi.agents import LEAST_CALLS, ranked
from crm.reports.kpi.sums import AgentSums
from crm.reports.notes import notes
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import agent_buckets
from crm.reports.tables import Cell, Column, Kind, Row, Table

COLUMNS = [
    Counted("handled", gettext_lazy("Talks"), "handled"),
    Counted("answered", gettext_lazy("Picked up"), "answered"),
    Counted("rna", gettext_lazy("Not picked up"), "rna"),
    Shown("aht"),
    Shown("att"),
    Shown("acw"),
    Shown("rna_rate"),
    Shown("occupancy"),
]


def answer(asked: Asked) -> Answer:
    sums: dict[str, AgentSums] = {}
    finals: dict[str, bool] = {}
    question = asked.question
    for bucket in agent_buckets(asked.span, None, list(asked.agents), asked.zone, question.attribution):
        sums[bucket.key], finals[bucket.key] = bucket.sums, bucket.final
    total = AgentSums.total(sums.values())
    rows = [_row(asked, "", "", total, all(finals.values()), "total")]
    rows += [_row(asked, one.rank, one.agent, one.sums, finals[one.agent], "row") for one in ranked(sums)]
    columns = [
        Column("key", _("Agent")),
        Column("rank", _("Rank"), Kind.COUNT, hint=_("From %(n)s talks on") % {"n": LEAST_CALLS}),
        *(one.column() for one in COLUMNS),
    ]
    said = notes(asked, columns)
    said.append(
        _("Ranked by talks, then by handling time, from %(n)s talks on; equal ones equally.") % {"n": LEAST_CALLS}
    )
    return Answer(Table(_("Ranking of agents"), columns, rows, said, ("handled",)), total)


def _row(asked: Asked, rank: int | None | str, login: str, sums: AgentSums, final: bool, kind: str) -> Row:
    drill = drill_of(asked, "offers", login, asked.span, asked.agents)
    made = cells(COLUMNS, sums, Ground(asked.span, drill, asked.targets, final=final))
    name = asked.agents.get(login, login) if login else _("Total")
    return Row({"key": Cell(name), "rank": Cell(rank)} | dict(made), kind, final)


REPORT = Report(
    code="ranking",
    title=gettext_lazy("Ranking of agents"),
    sentence=gettext_lazy("Who took most calls; whoever had fewer than 30 is not ranked."),
    about="agents",
    answer=answer,
    steps=(),
    rows=("each",),
    first="each",
    span="week",
    choices=frozenset({"attribution"}),
)
