"""Talks by how long they were handled: days of agents counted anew from the rows, and read.

The same over the rows themselves (``raw``) is for times that are no whole days of the business zone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from crm.calls.months import between
from crm.reports.kpi.lengths import BARS, COLUMNS, EDGES
from crm.reports.models.rollups import VERSION
from crm.reports.periods import Span
from crm.reports.rollup.instead import instead
from crm.reports.rollup.triggers import EVENT, LONG_OFFER, MONTHS, OFFER_BEGAN

Counts = tuple[int, int, int]
"""Talks, their talk in ms, and their whole handling in ms."""
HANDLED = "COALESCE(o.talk_ms, 0) + COALESCE(o.hold_ms, 0) + COALESCE(o.wrap_ms, 0)"
AT = {"offered": OFFER_BEGAN, "event": "COALESCE(o.talk_started_at, o.ended_at, o.dial_ended_at)"}
"""The time by which a talk is placed."""
_BAR = f"width_bucket({HANDLED}, ARRAY[{', '.join(str(edge * 1000) for edge in EDGES)}]::bigint[])"
_LEG = "o.talk_ended_at IS NOT NULL AND o.agent <> ''"
_WHAT = f"{_BAR} AS bar, COALESCE(o.talk_ms, 0) AS talk_ms, {HANDLED} AS handled_ms"


_EACH = {
    "talks": "count(*) FILTER (WHERE bar = {bar})",
    "talk_ms": "COALESCE(sum(talk_ms) FILTER (WHERE bar = {bar}), 0)::bigint",
    "handled_ms": "COALESCE(sum(handled_ms) FILTER (WHERE bar = {bar}), 0)::bigint",
}
_BARS = ", ".join(f"{each.format(bar=bar)} AS {name}_{bar}" for name, each in _EACH.items() for bar in BARS)
_ADDED = ", ".join(f"sum({name})::bigint AS {name}" for name in COLUMNS)
_PLACES = ", ".join(f"('{by}', {at})" for by, at in AT.items())
_NEAR = "{0} >= d.start - interval '30 minutes' AND {0} < d.\"end\""
_EVENT_HERE = f'{EVENT} >= d.start AND {EVENT} < d."end"'


def _rows(where: str) -> str:
    return f"""(SELECT o.* FROM calls_offer o WHERE o.month BETWEEN d.low AND d.high AND o.agent = d.agent
        AND {where} OFFSET 0)"""


FRESH = f"""
SELECT start, agent, by, {_BARS} FROM (
    SELECT d.start, d.agent, p.by, {_WHAT}
    FROM (SELECT d.*, low, high FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
          AS d(agent, start, "end") {MONTHS}) d
    CROSS JOIN LATERAL (
        {_rows(_NEAR.format("o.offered_at"))}
        UNION ALL {_rows(_NEAR.format("o.dialled_at") + " AND o.offered_at IS NULL")}
        UNION ALL {_rows(f"{_EVENT_HERE} AND {LONG_OFFER} AND NOT ({_NEAR.format(OFFER_BEGAN)})")}
        UNION ALL {_rows(f"{_EVENT_HERE} AND {OFFER_BEGAN} IS NULL")}
    ) o CROSS JOIN LATERAL (VALUES {_PLACES}) p(by, at)
    WHERE {_LEG} AND p.at >= d.start AND p.at < d."end"
) t GROUP BY 1, 2, 3
"""
"""For days of agents: ``keys``, ``starts`` and ``ends`` side by side. What began more than a half-hour before it came
to something, and what has no beginning, is rare and has indexes of its own."""

ALL = f"""
INSERT INTO reports_talkday (start, agent, by, {", ".join(COLUMNS)}, version)
SELECT (%(starts)s::timestamptz[])[day], agent, '{{by}}', {_BARS}, %(version)s FROM (
    SELECT width_bucket({{at}}, %(starts)s::timestamptz[]) AS day, o.agent, {_WHAT}
    FROM calls_offer o WHERE o.month BETWEEN %(low)s AND %(high)s AND {_LEG}
        AND {{at}} >= %(since)s AND {{at}} < %(until)s
) t GROUP BY day, agent
"""


def recompute(cursor: Any, keys: list[str], starts: list[datetime], ends: list[datetime]) -> None:
    """Days of agents, side by side."""
    days = {"starts": starts, "ends": ends, "keys": keys, "version": VERSION}
    instead(cursor, "reports_talkday", ("start", "agent", "by"), COLUMNS, FRESH, days)


def count_all(cursor: Any, since: datetime, until: datetime, starts: list[datetime]) -> None:
    """All days from ``since`` to ``until``, which begin at ``starts``."""
    given = {"since": since, "until": until, "starts": starts, "version": VERSION}
    given["low"], given["high"] = between(since, until)
    cursor.execute("DELETE FROM reports_talkday WHERE start >= %(since)s AND start < %(until)s", given)
    for by, at in AT.items():
        cursor.execute(ALL.format(by=by, at=at), given)


def month_fill(cursor: Any, start: datetime, end: datetime) -> None:
    """The rows of a month, from its days, in place of those that were there."""
    given = {"since": start, "until": end, "version": VERSION}
    cursor.execute("DELETE FROM reports_talkmonth WHERE start = %(since)s", given)
    cursor.execute(
        f"INSERT INTO reports_talkmonth (start, agent, by, {', '.join(COLUMNS)}, version) "
        f"SELECT %(since)s::timestamptz, agent, by, {_ADDED}, %(version)s FROM reports_talkday "
        "WHERE start >= %(since)s AND start < %(until)s AND version = %(version)s GROUP BY agent, by",
        given,
    )


def counted(by: str, agents: Collection[str], months: list[datetime], days: list[datetime]) -> dict[int, Counts]:
    """Number of the bar, from 1 → what is in it: of months and days that begin at these instants."""
    rows = " UNION ALL ".join(
        f"SELECT {', '.join(COLUMNS)} FROM reports_talk{kind} WHERE start = ANY(%({kind}s)s::timestamptz[]) "
        "AND by = %(by)s AND version = %(version)s AND agent = ANY(%(agents)s)"
        for kind, starts in (("month", months), ("day", days)) if starts
    )  # fmt: skip
    if not rows:
        return {}
    given = {"months": months, "days": days, "by": by, "agents": list(agents), "version": VERSION}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_ADDED} FROM ({rows}) t", given)
        sums = dict(zip(COLUMNS, cursor.fetchone(), strict=True))
    bars = {bar: (sums[f"talks_{bar}"], sums[f"talk_ms_{bar}"], sums[f"handled_ms_{bar}"]) for bar in BARS}
    return {bar: counts for bar, counts in bars.items() if counts[0]}


def raw(by: str, agents: Collection[str], span: Span) -> dict[int, Counts]:
    """The same from rows, of any time."""
    query = f"""SELECT bar, count(*), sum(talk_ms)::bigint, sum(handled_ms)::bigint FROM (
            SELECT {_WHAT} FROM calls_offer o WHERE o.month BETWEEN %(low)s AND %(high)s AND {_LEG}
                AND o.agent = ANY(%(agents)s) AND {AT[by]} >= %(since)s AND {AT[by]} < %(until)s
        ) t GROUP BY 1"""
    low, high = between(span.start, span.end)
    given = {"agents": list(agents), "low": low, "high": high, "since": span.start, "until": span.end}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return {number: (talks, talk, handled) for number, talks, talk, handled in cursor.fetchall()}
