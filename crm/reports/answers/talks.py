"""How long calls are: the average, and how many were how long."""

from itertools import pairwise

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.calls.models import Offer
from crm.calls.months import between
from crm.reports.building import drill_of
from crm.reports.kpi.figures import FIGURES
from crm.reports.notes import notes
from crm.reports.report import Answer, Asked, Report
from crm.reports.tables import Cell, Column, Kind, Row, Table

EDGES = (0, 30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1800)
"""Seconds of handling at which a bar begins; the last has no end."""
Counts = tuple[int, int, int]
"""Talks, their talk in ms, and their whole handling in ms."""
NONE: Counts = (0, 0, 0)
_HANDLED = "COALESCE(talk_ms, 0) + COALESCE(hold_ms, 0) + COALESCE(wrap_ms, 0)"
_EVENT = "COALESCE(talk_started_at, ended_at, dial_ended_at)"
_AT = {
    "offered": "(offered_at >= %(since)s AND offered_at < %(until)s OR offered_at IS NULL AND dialled_at >= %(since)s "
    "AND dialled_at < %(until)s)",
    "event": f"({_EVENT} >= %(since)s AND {_EVENT} < %(until)s)",
}


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
    query = f"""SELECT width_bucket({_HANDLED}, %(edges)s::bigint[]), count(*), sum(COALESCE(talk_ms, 0))::bigint,
            sum({_HANDLED})::bigint
        FROM {Offer._meta.db_table} WHERE month BETWEEN %(low)s AND %(high)s AND agent = ANY(%(agents)s)
            AND talk_ended_at IS NOT NULL AND {_AT[asked.question.attribution]} GROUP BY 1"""
    low, high = between(asked.span.start, asked.span.end)
    given = {"edges": [edge * 1000 for edge in EDGES], "agents": list(asked.agents), "low": low, "high": high}
    with connection.cursor() as cursor:
        cursor.execute(query, given | {"since": asked.span.start, "until": asked.span.end})
        return {number: (talks, talk, handled) for number, talks, talk, handled in cursor.fetchall()}


def _row(asked: Asked, name: str, what: str, counts: Counts, of: int, so_far: int, kind: str) -> Row:
    talks, talk, handled = counts
    drill = drill_of(asked, "offers", "", asked.span, asked.agents)
    made = {
        "key": Cell(name),
        "handled": Cell(talks, drill=drill(what) if talks else ""),
        "share": Cell(talks / of if of else None, talks, of),
        "so_far": Cell(so_far / of if of else None, so_far, of),
        "att": Cell(talk / 1000 / talks if talks else None, talk / 1000, talks),
        "aht": Cell(handled / 1000 / talks if talks else None, handled / 1000, talks),
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
