"""Calls by agent, direction, queue, number dialled and disposition: days counted anew from the rows, and read.

The same statement over the rows themselves (``raw``) is for what no day can say: times that are no whole days of the
business zone, and calls that belong to somebody only because they rang her, too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from crm.calls.models import CallRecord
from crm.calls.months import between
from crm.reports.models.rollups import VERSION
from crm.reports.rollup.instead import instead
from crm.reports.rollup.triggers import MONTHS

OF = ("direction", "queue", "dialled", "disposition")
COUNTS = ("calls", "spoke", "talk_ms")
_OF, _SUMS = ", ".join(OF), ", ".join(f"sum({name})::bigint AS {name}" for name in COUNTS)
_SAID = "r.direction, r.queue, r.dialled, COALESCE(r.disposition_id, 0) AS disposition"
_COUNTED = "count(*) AS calls, count(r.talk_started_at) AS spoke, COALESCE(sum(r.talk_ms), 0)::bigint AS talk_ms"
_ROWS = """SELECT r.* FROM calls_callrecord r WHERE r.month BETWEEN d.low AND d.high
    AND r.arrived_at >= d.start AND r.arrived_at < d."end" AND {} OFFSET 0"""
FRESH = f"""
SELECT d.start, d.agent, {_SAID}, {_COUNTED}
FROM (SELECT d.*, low, high FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
      AS d(agent, start, "end") {MONTHS}) d
CROSS JOIN LATERAL (
    ({_ROWS.format("r.agent = d.agent AND r.agent <> ''")}) UNION ALL ({_ROWS.format("r.agent = '' AND d.agent = ''")})
) r GROUP BY 1, 2, 3, 4, 5, 6
"""
"""For days of agents: ``keys``, ``starts`` and ``ends`` side by side. Calls that reached nobody have an index of their
own, for their day is counted anew with each call that arrives."""
_TOGETHER = f"SELECT start, {_OF}, {_SUMS} FROM {{}} WHERE start = ANY(%(starts)s) AND version = %(version)s GROUP BY"
_TOGETHER += f" start, {_OF}"

ALL = f"""
INSERT INTO reports_callday (start, agent, {_OF}, {", ".join(COUNTS)}, version)
SELECT (%(starts)s::timestamptz[])[width_bucket(r.arrived_at, %(starts)s::timestamptz[])], r.agent, {_SAID},
    {_COUNTED}, %(version)s
FROM calls_callrecord r WHERE r.month BETWEEN %(low)s AND %(high)s AND r.arrived_at >= %(since)s
    AND r.arrived_at < %(until)s GROUP BY 1, 2, 3, 4, 5, 6
"""
Counts = tuple[int, int, int]
"""Calls, those of them that were answered, and their talk in ms."""
Found = dict[tuple[int, Any], Counts]
"""Number of the time, from 0, and what the calls have in common → how many."""


def recompute(cursor: Any, keys: list[str], starts: list[datetime], ends: list[datetime]) -> None:
    """Days of agents ("": of calls that reached nobody), side by side, and those of the centre."""
    days = {"starts": starts, "ends": ends, "keys": keys, "version": VERSION}
    instead(cursor, "reports_callday", ("start", "agent", *OF), COUNTS, FRESH, days)
    days["starts"] = sorted(set(starts))
    fresh = _TOGETHER.format("reports_callday")
    instead(cursor, "reports_centrecallday", ("start", *OF), COUNTS, fresh, days, of_agents=False)


def count_all(cursor: Any, since: datetime, until: datetime, starts: list[datetime]) -> None:
    """All days from ``since`` to ``until``, which begin at ``starts``."""
    given = {"since": since, "until": until, "starts": starts, "version": VERSION}
    given["low"], given["high"] = between(since, until)
    for table in ("reports_callday", "reports_centrecallday"):
        cursor.execute(f"DELETE FROM {table} WHERE start >= %(since)s AND start < %(until)s", given)
    cursor.execute(ALL, given)
    _put_together(cursor, "reports_callday", "reports_centrecallday", "start", given)


def month_fill(cursor: Any, start: datetime, end: datetime) -> None:
    """The rows of a month, from its days, in place of those that were there."""
    given = {"since": start, "until": end, "version": VERSION}
    for of, columns in (("", f"agent, {_OF}"), ("centre", _OF)):
        cursor.execute(f"DELETE FROM reports_{of}callmonth WHERE start = %(since)s", given)
        _put_together(
            cursor, f"reports_{of}callday", f"reports_{of}callmonth", "%(since)s::timestamptz", given, columns
        )


def _put_together(
    cursor: Any, source: str, table: str, start: str, given: Mapping[str, Any], columns: str = _OF
) -> None:
    cursor.execute(
        f"INSERT INTO {table} (start, {columns}, {', '.join(COUNTS)}, version) "
        f"SELECT {start}, {columns}, {_SUMS}, %(version)s FROM {source} "
        f"WHERE start >= %(since)s AND start < %(until)s AND version = %(version)s GROUP BY {start}, {columns}",
        given,
    )


@dataclass(frozen=True)
class Which:
    """``agents``: of these alone (None: of everybody); ``unreached``: with "" among them, of calls that reached nobody
    those of these queues ("": before any queue). ``queues``: of these alone, if not None."""

    agents: Collection[str] | None = None
    unreached: Collection[str] = ()
    queues: Collection[str] | None = None
    inbound: bool = False

    def sql(self, given: dict[str, Any]) -> str:
        """What of the days; what it is given is put into ``given``."""
        parts = ["version = %(version)s"]
        if self.agents is not None:
            given |= {"agents": list(self.agents), "unreached": list(self.unreached)}
            parts.append("agent = ANY(%(agents)s) AND (agent <> '' OR queue = ANY(%(unreached)s))")
        if self.queues is not None:
            given["queues"] = list(self.queues)
            parts.append("queue = ANY(%(queues)s)")
        return " AND ".join([*parts, "direction = 'inbound'"] if self.inbound else parts)


def counted(by: str, which: Which, begins: list[datetime], months: list[datetime], days: list[datetime]) -> Found:
    """By ``by`` (of ``OF``), from months and days that begin at these instants, for each time that begins at one of
    ``begins``."""
    centre = "centre" if which.agents is None else ""
    given: dict[str, Any] = {"begins": begins, "months": months, "days": days, "version": VERSION}
    where = which.sql(given)
    rows = " UNION ALL ".join(
        f"SELECT start, {by}, {', '.join(COUNTS)} FROM reports_{centre}call{kind} "
        f"WHERE start = ANY(%({kind}s)s::timestamptz[]) AND {where}"
        for kind, starts in (("month", months), ("day", days)) if starts
    )  # fmt: skip
    if not rows:
        return {}
    query = f"SELECT width_bucket(start, %(begins)s::timestamptz[]) - 1, {by}, {_SUMS} FROM ({rows}) c GROUP BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return {(number, value): tuple(counts) for number, value, *counts in cursor.fetchall()}


def raw(by: str, records: QuerySet[CallRecord], which: Which, begins: list[datetime], end: datetime) -> Found:
    """The same from rows: those of ``records`` that arrived before ``end``."""
    begun = Value(begins, output_field=ArrayField(DateTimeField()))
    where = Q(arrived_at__gte=begins[0], arrived_at__lt=end, month__range=between(begins[0], end))
    if which.agents is not None:
        where &= Q(agent__in=list(which.agents)) & (~Q(agent="") | Q(queue__in=list(which.unreached)))
    if which.queues is not None:
        where &= Q(queue__in=list(which.queues))
    if which.inbound:
        where &= Q(direction="inbound")
    of = Coalesce(F("disposition_id"), 0) if by == "disposition" else F(by)
    time = Func(F("arrived_at"), begun, function="width_bucket", output_field=IntegerField()) - 1
    told = records.filter(where).order_by().annotate(time=time, of=of).values_list("time", "of")
    told = told.annotate(calls=Count("pk"), spoke=Count("talk_started_at"), talk=Coalesce(Sum("talk_ms"), 0))
    return {(number, value): (calls, spoke, int(talk)) for number, value, calls, spoke, talk in told}


def added(one: Found, other: Found) -> Found:
    both: Found = dict(one)
    for place, counts in other.items():
        both[place] = tuple(map(sum, zip(both.get(place, (0, 0, 0)), counts, strict=True)))  # type: ignore[assignment]
    return both
