"""How long calls are: the average, and how many were how long."""

from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.building import drill_of
from crm.reports.kpi.figures import FIGURES
from crm.reports.kpi.lengths import EDGES
from crm.reports.notes import notes
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.cubes import beginnings
from crm.reports.rollup.talks import Counts, counted, raw
from crm.reports.tables import Cell, Column, Kind, Row, Table

NONE: Counts = (0, 0, 0)


def answer(asked: Asked) -> Answer:
    found = _counted(asked)
    total = tuple(map(sum, zip(*found.values(), strict=True))) if found else NONE
    rows = [_row(asked, _("Total"), "handled", total, total[0], total[0], "total")]
    so_far = 0
    for number, (least, most) in enumerate(pairwise((*EDGES, None)), start=1):
        counts = found.get(number, NONE)
        so_far += counts[0]
        words = _("%(least)s s or more") if most is None else _("%(least)s–%(most)s s")
        name = words % {"least": least, "most": most}
        rows.append(_row(asked, name, f"lasted-{least}-{most or ''}", counts, total[0], so_far, "row"))
    columns = [
        Column("key", _("Handled in")), Column("handled", _("Talks"), Kind.COUNT, "handled"),
        Column("share", _("Share"), Kind.SHARE), Column("so_far", _("Up to here"), Kind.SHARE),
        Column("att", str(FIGURES["att"].label), Kind.SECONDS, "att"),
        Column("aht", str(FIGURES["aht"].label), Kind.SECONDS, "aht"),
    ]  # fmt: skip
    said = notes(asked, columns)
    said.append(_("Handling is talk, hold and wrap-up. A talk counts once it is over."))
    return Answer(Table(_("Length of talks"), columns, rows, said, ("handled",)))


def _counted(asked: Asked) -> dict[int, Counts]:
    """Number of the bar, from 1 → what is in it."""
    by, agents = asked.question.attribution, list(asked.agents)
    found = beginnings("talks", asked.span, asked.zone)
    return raw(by, agents, asked.span) if found is None else counted(by, agents, *found)


def _row(asked: Asked, name: str, what: str, counts: Counts, of: int, so_far: int, kind: str) -> Row:
    talks, talk, handled = counts
    drill = drill_of(asked, "offers", "", asked.span, asked.agents)
    made = {
        "key": Cell(name),
        "handled": Cell(talks, drill=drill(what) if talks else ""),
        "share": Cell(talks / of if of else None, talks, of),
        "so_far": Cell(so_far / of if of else None, so_far, of),
        "att": Cell(talk / 1000 / talks if talks else None, talk / 1000, talks, lists=lambda: ("", drill(what))),
        "aht": Cell(handled / 1000 / talks if talks else None, handled / 1000, talks, lists=lambda: ("", drill(what))),
    }
    return Row(made, kind, asked.span.end <= asked.now)


REPORT = Report(
    code="talks",
    title=gettext_lazy("Length of talks"),
    sentence=gettext_lazy("The average talk and handling time, and how many talks were how long."),
    about="agents",
    answer=answer,
    own=True,
    steps=(),
    rows=("each",),
    first="each",
    span="week",
    facts=("handled", "att", "aht"),
    choices=frozenset({"attribution"}),
)
