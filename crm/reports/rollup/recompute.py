"""Half-hours counted anew, then the days that they belong to; their months are open again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from crm.reports.models.rollups import VERSION
from crm.reports.periods import midnight
from crm.reports.rollup import days, queues
from crm.reports.rollup.kinds import Kind
from crm.reports.rollup.months import reopen

Slot = tuple[str, datetime]
"""Key, and when the half-hour begins."""


PLANS = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off"
"""What is counted is small and the tables are not: their rows are looked up by key, whatever statistics say. (The
statements do so themselves where the choice is the planner's: a LATERAL with OFFSET 0 is never turned into a join.)"""


def recompute(kind: Kind, slots: Iterable[Slot]) -> None:
    """In a transaction: the half-hours, then their days. A half-hour in which nothing is left has no row."""
    known = sorted(set(slots))
    if not known:
        return
    keys, starts = [key for key, _start in known], [start for _key, start in known]
    with connection.cursor() as cursor:
        cursor.execute(PLANS)
        if kind.key == "queue":
            cursor.execute(queues.NEW_CALLERS, {"keys": keys, "starts": starts})
        _replace(cursor, kind, kind.half_hour, kind.fresh, {"keys": keys, "starts": starts})
        _days(cursor, kind, known)


def _days(cursor: Any, kind: Kind, slots: Sequence[Slot]) -> None:
    zone = timezone.get_default_timezone()
    touched = sorted({(key, start.astimezone(zone).date()) for key, start in slots})
    given = {
        "keys": [key for key, _day in touched],
        "starts": [midnight(day, zone) for _key, day in touched],
        "ends": [midnight(day + timedelta(days=1), zone) for _key, day in touched],
    }
    _replace(cursor, kind, kind.day, days.fresh(kind.half_hour._meta.db_table, kind), given)
    reopen(cursor, kind.key, given["starts"])


def _replace(cursor: Any, kind: Kind, model: type[models.Model], fresh: str, given: dict[str, list]) -> None:
    """One statement: what is counted anew is put in the place of what was there, and what is no more is removed."""
    table, columns = model._meta.db_table, kind.columns
    changed = [name for name in columns if name not in (kind.key, "start", "by")]
    cursor.execute(
        f"""
WITH fresh AS MATERIALIZED ({fresh}), gone AS (
    DELETE FROM {table} t USING unnest(%(keys)s::text[], %(starts)s::timestamptz[]) AS d(key, start)
    WHERE t.{kind.key} = d.key AND t.start = d.start AND t.version = %(version)s
        AND NOT EXISTS (SELECT FROM fresh f WHERE f.{kind.key} = t.{kind.key} AND f.start = t.start AND f.by = t.by)
)
INSERT INTO {table} AS t ({", ".join(columns)}, version) SELECT {", ".join(columns)}, %(version)s FROM fresh
ON CONFLICT ({kind.key}, by, version, start) DO UPDATE SET {", ".join(f"{c} = EXCLUDED.{c}" for c in changed)}
""",
        {**given, "version": VERSION},
    )
