"""The marks: read, worked off, deleted."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from crm.reports.models import Mark
from crm.reports.periods import HALF_HOUR, half_hour_of
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
    """Counts anew what the oldest marks name. Raises django.db.DatabaseError; then nothing has happened.

    While another process counts, nothing is done.
    """
    with connection.cursor() as cursor:
        if not taken(cursor):
            return Round()
    marks = list(Mark.objects.order_by("pk")[:most])
    if not marks:
        return Round()
    zone = timezone.get_default_timezone()
    for name, kind in KINDS.items():
        recompute(kind, slots((mark for mark in marks if mark.kind == name), zone))
    Mark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return Round(len(marks), len(marks) == most)


def slots(marks: Iterable[Mark], zone: tzinfo) -> set[tuple[str, datetime]]:
    """Half-hours that the marks touch, each with its key."""
    found: set[tuple[str, datetime]] = set()
    for mark in marks:
        start = half_hour_of(mark.since, zone)
        while start <= mark.until:
            found.add((mark.key, start))
            start += HALF_HOUR
    return found
