"""The partitions of the tables that are kept by months: made ahead, so that no row has to lie in the one for the rest.

A partition is built beside its table and attached then, which locks neither readers nor writers out. What lies in the
partition for the rest (a clock that was wrong, an import from long ago) moves into its month as soon as that is made.
Which columns keep an id single, and why, is told in ``crm.calls.months`` and ``crm.calls.recording``.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from crm.audit import triggers
from crm.calls.months import month_of, next_month

AHEAD = 2
"""Months after this one."""


class Kept(NamedTuple):
    """A table kept by months. ``fill``: per cent of a page that inserts fill; the rest is for updates beside it."""

    table: str
    column: str
    key: str
    fill: int = 100


KEPT = (
    Kept("calls_fact", "at", "id"),
    Kept("calls_callrecord", "month", "call_id", 60),
    Kept("calls_ivrvisit", "month", "visit", 60),
    Kept("calls_queuevisit", "month", "visit", 60),
    Kept("calls_offer", "month", "offer", 60),
    Kept("calls_agentstateinterval", "started_at", "id", 60),
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('calls_partitions'))"
_HERE = """
SELECT p.relname, array_agg(c.relname::text)
FROM pg_class p JOIN pg_inherits i ON i.inhparent = p.oid JOIN pg_class c ON c.oid = i.inhrelid
WHERE p.relname = ANY(%s) AND p.relkind = 'p' AND p.relnamespace = current_schema()::regnamespace GROUP BY 1
"""
_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def partitions_ensure(since: date | None = None, **_signal: Any) -> list[str]:
    """Makes what is missing from the month of ``since`` (as a rule the last one) up to some months ahead.

    Returns the names of those that were made. Safe beside a running centre, and when several do it at once. Tables that
    are not kept by months yet are left alone.
    """
    this = month_of(timezone.now())
    first = since.replace(day=1) if since else next_month(this, -1)
    made = partitions_make(KEPT, first, next_month(this, AHEAD))
    if made:
        triggers.install()
    return made


def partitions_make(tables: Iterable[Kept], first: date, last: date) -> list[str]:
    """A partition for each month from ``first`` to ``last`` that has none; the names of those that were made."""
    wanted = [(kept, f"{kept.table}_{month:%Y_%m}", month) for kept in tables for month in _months(first, last)]
    with connection.cursor() as cursor:
        if not _missing(cursor, wanted):
            return []
        with transaction.atomic():
            cursor.execute(_ONE_AT_A_TIME)
            missing = _missing(cursor, wanted)
            for kept, name, month in missing:
                _make(cursor, kept, name, month)
    return [name for _kept, name, _month in missing]


def _missing(cursor: Any, wanted: list[tuple[Kept, str, date]]) -> list[tuple[Kept, str, date]]:
    cursor.execute(_HERE, [[kept.table for kept, _name, _month in wanted]])
    here = dict(cursor.fetchall())
    return [one for one in wanted if one[1] not in here.get(one[0].table, [one[1]])]


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = next_month(first)


def _make(cursor: Any, kept: Kept, name: str, month: date) -> None:
    begin, end = f"'{month}'", f"'{next_month(month)}'"
    if kept.column != "month":
        begin, end = f"'{month} 00:00+00'", f"'{next_month(month)} 00:00+00'"
    cursor.execute(f"CREATE TABLE {name} (LIKE {kept.table} INCLUDING ALL) WITH (fillfactor = {kept.fill})")
    rest = f"{kept.table}_rest"
    its = f"FROM {rest} WHERE {kept.column} >= {begin} AND {kept.column} < {end}"
    cursor.execute(f"SELECT EXISTS (SELECT {its})")
    moves = cursor.fetchone()[0]
    if moves:  # beside the table, where no trigger takes the moving for a deletion
        cursor.execute(_COLUMNS, [kept.table])
        columns = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE {kept.table} DETACH PARTITION {rest}")
        cursor.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} {its}")
        cursor.execute(f"DELETE {its}")
    cursor.execute(f"ALTER TABLE {kept.table} ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})")
    if moves:
        cursor.execute(f"ALTER TABLE {kept.table} ATTACH PARTITION {rest} DEFAULT")
