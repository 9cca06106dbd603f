"""The marks: read, worked off, deleted."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from crm.reports.models import Mark
from crm.reports.periods import HALF_HOUR, half_hour_of
from crm.reports.rollup import cubes
from crm.reports.rollup.expanding import STATEMENTS, Touched, expanded
from crm.reports.rollup.kinds import KINDS
from crm.reports.rollup.lock import taken
from crm.reports.rollup.recompute import recompute

AT_ONCE = 4000


class Round(NamedTuple):
    """How many marks were worked off; ``more``: others may be waiting."""

    marks: int = 0
    more: bool = False


@transaction.atomic
def work_off(most: int = AT_ONCE) -> Round:
    """Counts anew what the oldest marks name, about ``most`` keys. While another process counts, nothing is done.

    Raises django.db.DatabaseError; then nothing has happened.
    """
    with connection.cursor() as cursor:
        if not taken(cursor):
            return Round()
    rows = list(_oldest(most))
    if not rows:
        return Round()
    touched = [*spans(rows), *expanded(rows)]
    zone = timezone.get_default_timezone()
    for name, kind in KINDS.items():
        recompute(kind, slots((one for one in touched if one.kind == name), zone))
    for kind, marked in (("calls", Mark.Kind.CALLS), ("talks", Mark.Kind.AGENT)):
        cubes.recompute(kind, slots((one for one in touched if one.kind == marked), zone))
    Mark.objects.filter(pk__in=[mark.pk for mark in rows]).delete()
    return Round(len(rows), sum(len(mark.keys) for mark in rows) >= most)


def _oldest(most: int) -> Iterator[Mark]:
    """Marks until these name so many keys; at least one."""
    for mark in Mark.objects.order_by("pk").iterator(chunk_size=500):
        yield mark
        most -= len(mark.keys)
        if most <= 0:
            return


def spans(marks: Iterable[Mark]) -> Iterator[Touched]:
    """Of the marks that name half-hours by themselves: each key on its own."""
    for mark in marks:
        if mark.kind not in STATEMENTS:
            yield from (Touched(mark.kind, key, mark.since, mark.until) for key in mark.keys)


def slots(marks: Iterable[Touched], zone: tzinfo) -> set[tuple[str, datetime]]:
    """Half-hours that the marks touch, each with its key."""
    found: set[tuple[str, datetime]] = set()
    for mark in marks:
        start = half_hour_of(mark.since, zone)
        while start <= mark.until:
            found.add((mark.key, start))
            start += HALF_HOUR
    return found
