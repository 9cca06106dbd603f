"""Months that are over, closed: their rows are made once, from the rows of their days, and read instead of these.

A month is closed only while all of its days stand as they were when its rows were made. Whoever counts a day anew opens
its month again in the same transaction; from then on reports read the days, until the loop, when nothing is marked,
closes it again. Nobody counts meanwhile (``lock``), so that no day can change between being read and the closing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from crm.reports.models import CallDay, ClosedMonth, TalkDay
from crm.reports.models.rollups import VERSION
from crm.reports.periods import Span, month_of
from crm.reports.rollup import calls, days, sets, talks
from crm.reports.rollup.kinds import KINDS, Kind
from crm.reports.rollup.lock import taken

GRACE = timedelta(minutes=10)
"""After its end a month is left open so long: what is told late comes soon after."""


@dataclass(frozen=True)
class MonthKind:
    """``day``: the model of the rows that a month is made of; with ``version``, ``start`` and an index on both.
    ``fill``: by a cursor, puts the rows of the month [start, end) in place of those that were there."""

    day: type[models.Model]
    fill: Callable[[Any, datetime, datetime], None]


def closed(kind: str, span: Span, zone: tzinfo) -> list[Span]:
    """Months that lie wholly in the span and have rows, in order. None for another zone than that of the business."""
    if zone != timezone.get_default_timezone():
        return []
    starts = ClosedMonth.objects.filter(
        kind=kind, version=VERSION, start__gte=span.start, start__lt=span.end
    ).order_by("start").values_list("start", flat=True)  # fmt: skip
    months = [(start, month_of(start, zone)) for start in starts]
    return [month for start, month in months if month.start == start and month.end <= span.end]


def reopen(cursor: Any, kind: str, starts: Iterable[datetime]) -> None:
    """In the transaction that counts anew what begins at ``starts``: their months have no rows any more."""
    zone = timezone.get_default_timezone()
    months = sorted({month_of(start, zone).start for start in set(starts)})
    cursor.execute(
        f"DELETE FROM {ClosedMonth._meta.db_table} WHERE kind = %s AND version = %s AND start = ANY(%s)",
        [kind, VERSION, months],
    )


@transaction.atomic
def close_next(now: datetime, *, wait: bool = False) -> bool:
    """Closes the oldest month that is over and open, of one kind; False where there is none.

    While another process counts, nothing is done; with ``wait`` it is waited for.
    """
    with connection.cursor() as cursor:
        if not taken(cursor, wait=wait):
            return False
        waiting = [(month, name) for name in MONTHS if (month := _oldest(name, now))]
        if not waiting:
            return False
        month, name = min(waiting)
        cursor.execute("SET LOCAL jit = off")
        MONTHS[name].fill(cursor, month.start, month.end)
        ClosedMonth.objects.create(kind=name, start=month.start, version=VERSION)
    return True


def close_all() -> int:
    """Closes what can be closed now; returns how many months of how many kinds that were."""
    now, done = timezone.now(), 0
    while close_next(now, wait=True):
        done += 1
    return done


def _oldest(name: str, now: datetime) -> Span | None:
    """The oldest open month of a kind in which something was counted and that is over."""
    zone, rows = timezone.get_default_timezone(), MONTHS[name].day.objects.filter(version=VERSION)
    done = set(ClosedMonth.objects.filter(kind=name, version=VERSION).values_list("start", flat=True))
    first = rows.aggregate(first=models.Min("start"))["first"]
    while first is not None:
        month = month_of(first, zone)
        if month.start not in done:
            return month if month.end + GRACE <= now else None
        while month.start in done:  # many in a row: a centre of three years asks twice, not for each of its months
            month = month_of(month.end, zone)
        first = rows.filter(start__gte=month.start).aggregate(first=models.Min("start"))["first"]
    return None


def _fill(kind: Kind, cursor: Any, start: datetime, end: datetime) -> None:
    day, month = kind.day._meta.db_table, kind.month._meta.db_table
    within = "version = %(version)s AND start >= %(start)s AND start < %(end)s"
    given = {"version": VERSION, "start": start, "end": end}
    cursor.execute(f"DELETE FROM {month} WHERE {within}", given)
    cursor.execute(f"SELECT DISTINCT {kind.key} FROM {day} WHERE {within}", given)
    keys = [key for (key,) in cursor.fetchall()]
    columns = ", ".join(name for name in kind.columns if name not in kind.ids)
    empty = dict.fromkeys(kind.ids, "''")
    cursor.execute(
        f"INSERT INTO {month} ({', '.join([columns, *empty])}, version) "
        f"SELECT {', '.join([columns, *empty.values()])}, %(version)s FROM ({days.fresh(day, kind, ids=False)}) fresh",
        {"version": VERSION, "keys": keys, "starts": [start] * len(keys), "ends": [end] * len(keys)},
    )
    if kind.ids:
        _fill_ids(kind, cursor, within, given)


def _fill_ids(kind: Kind, cursor: Any, within: str, given: dict[str, Any]) -> None:
    found: dict[tuple[str, str], list[list[Any]]] = {}
    wanted = ", ".join(f"array_send({name})" for name in kind.ids)
    cursor.execute(f"SELECT {kind.key}, by, {wanted} FROM {kind.day._meta.db_table} WHERE {within}", given)
    for key, by, *ids in cursor:
        found.setdefault((key, by), []).append([sets.sent(one) for one in ids])
    for (key, by), days_ids in found.items():
        made = [sets.packed(sets.union(ids)) for ids in zip(*days_ids, strict=True)]
        assigned = ", ".join(f"{name} = %s" for name in kind.ids)
        cursor.execute(
            f"UPDATE {kind.month._meta.db_table} SET {assigned} "
            f"WHERE {kind.key} = %s AND by = %s AND version = %s AND start = %s",
            [*made, key, by, VERSION, given["start"]],
        )


MONTHS = {name: MonthKind(kind.day, partial(_fill, kind)) for name, kind in KINDS.items()} | {
    "calls": MonthKind(CallDay, calls.month_fill),
    "talks": MonthKind(TalkDay, talks.month_fill),
}
"""Name → what is closed under it."""
