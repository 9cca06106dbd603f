"""Half-hours of a long time, looked at one by one in the database: those of a year are too many to bring here.

Of a queue only what ``SPEED`` names is read; an index holds just that (``QueueHalfHour``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from django.db import connection

from crm.reports.kpi.figure import Figure
from crm.reports.kpi.sums import GREATEST, SPEED, QueueSums
from crm.reports.models.rollups import VERSION
from crm.reports.periods import Span
from crm.reports.rollup.kinds import KINDS

_WHERE = """{key} = ANY(%(keys)s) AND by = %(by)s AND version = %(version)s
    AND start >= %(since)s AND start < %(until)s"""


class Clock(NamedTuple):
    """What was counted at one time of the day, on all days. ``final``: nothing of it is open."""

    sums: Any
    final: bool


@dataclass(frozen=True)
class Judged:
    """``half_hours`` of a queue in a part of the time (its number, from 0); ``judged`` of them had callers enough and
    are over, ``met`` of these met the target."""

    part: int
    queue: str
    half_hours: int
    judged: int
    met: int
    sums: QueueSums


class _Term:
    """A sum that is not known yet: what a figure does with it becomes SQL."""

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def __add__(self, other: "_Term") -> "_Term":
        return _Term(f"({self.sql} + {other.sql})")

    def __sub__(self, other: "_Term") -> "_Term":
        return _Term(f"({self.sql} - {other.sql})")


class _Terms:
    """Sums by their names; others than those of ``SPEED`` are not read."""

    def __getattr__(self, name: str) -> _Term:
        if name not in SPEED:
            raise AttributeError(name)
        return _Term(name)


def by_clock(kind: str, span: Span, keys: Collection[str], zone: tzinfo, by: str = "offered") -> dict[str, Clock]:
    """Time of the day ("09:30", local) → what was counted then of all ``keys`` together."""
    found = KINDS[kind]
    names = SPEED if kind == "queue" else found.counts
    added = ", ".join(
        f"sum({name}::int)" if name in SPEED else f"{'max' if name in GREATEST else 'sum'}({name})::bigint"
        for name in names
    )  # visits of a half-hour are few, and whole numbers of four bytes are added up in half the time
    query = f"""SELECT (start AT TIME ZONE %(zone)s)::time, bool_and(final), {added}
        FROM {found.half_hour._meta.db_table} WHERE {_WHERE.format(key=found.key)} GROUP BY 1"""
    rows = _rows(query, span, keys, by, zone=str(zone))
    return {
        f"{clock:%H:%M}": Clock(found.sums(**dict(zip(names, counts, strict=True))), final)
        for clock, final, *counts in rows
    }


def judged(
    span: Span,
    starts: list[datetime],
    targets: Mapping[str, float | None],
    figure: Figure,
    least: int,
    now: datetime,
    by: str = "offered",
) -> list[Judged]:
    """Of each queue of ``targets`` and each part of the time (from one of ``starts`` to the next) that has half-hours.

    ``figure`` is a service level, met from the queue's target on. A half-hour with fewer than ``least`` offered is not
    judged, nor one that is not over at ``now``. Without a target nothing is met.
    """  # fmt: skip
    above, below = figure.numerator(_Terms()).sql, figure.denominator(_Terms()).sql
    over = f"final AND start <= %(now)s - interval '30 minutes' AND offered >= %(least)s AND {below} > 0"
    met = f"{over} AND {above}::float8 / NULLIF({below}, 0) >= t.target"
    query = f"""SELECT width_bucket(start, %(starts)s::timestamptz[]) - 1, queue, count(*),
            count(*) FILTER (WHERE {over}), count(*) FILTER (WHERE {met}),
            {", ".join(f"sum({name})::bigint" for name in SPEED)}
        FROM reports_queuehalfhour h
        JOIN unnest(%(keys)s::text[], %(targets)s::float8[]) AS t(code, target) ON t.code = h.queue
        WHERE {_WHERE.format(key="queue")} GROUP BY 1, 2 ORDER BY 1, 2"""
    rows = _rows(
        query, span, list(targets), by, starts=starts, targets=list(targets.values()), now=now, least=least,
    )  # fmt: skip
    return [
        Judged(part, queue, all_, enough, good, QueueSums(**dict(zip(SPEED, counts, strict=True))))
        for part, queue, all_, enough, good, *counts in rows
    ]


def _rows(query: str, span: Span, keys: Collection[str], by: str, **given: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        known = {"keys": list(keys), "by": by, "version": VERSION, "since": span.start, "until": span.end}
        cursor.execute(query, known | given)
        return cursor.fetchall()
