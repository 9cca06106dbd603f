"""Half-hours counted anew, then the days that they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from crm.reports.kpi.sums import AgentSums, QueueSums, Sums, TrunkSums
from crm.reports.models import AgentDay, AgentHalfHour, QueueDay, QueueHalfHour, TrunkDay, TrunkHalfHour
from crm.reports.models.rollups import VERSION
from crm.reports.periods import midnight
from crm.reports.rollup import agents, days, queues, trunks

Slot = tuple[str, datetime]
"""Key, and when the half-hour begins."""


@dataclass(frozen=True)
class Kind:
    """How one kind of rows is counted."""

    key: str
    sums: type[Sums]
    half_hour: type[models.Model]
    day: type[models.Model]
    fresh: str
    arrays: tuple[str, ...] = ()

    @property
    def counts(self) -> list[str]:
        """Columns that are whole numbers."""
        return [one.name for one in fields(self.sums) if one.name != "breaks"]

    @property
    def columns(self) -> list[str]:
        return [self.key, "start", "by", "final", *self.counts, *self.arrays]


_SPREADS = ("wait_s", "wait_n", "online_s", "online_n", "callers", "repeaters")
KINDS = {
    "queue": Kind("queue", QueueSums, QueueHalfHour, QueueDay, queues.FRESH, _SPREADS),
    "agent": Kind("agent", AgentSums, AgentHalfHour, AgentDay, agents.FRESH, ("break_codes", "break_ms")),
    "trunk": Kind("trunk", TrunkSums, TrunkHalfHour, TrunkDay, trunks.FRESH),
}

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
    _replace(cursor, kind, kind.day, days.fresh(kind.half_hour._meta.db_table, kind.key, kind.counts), given)


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
