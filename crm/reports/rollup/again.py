"""Marks for all rows of a time, as if each had just changed: for a new way of counting, or another time zone."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from crm.reports.models import ClosedMonth
from crm.reports.rollup.kinds import KINDS
from crm.reports.rollup.touched import SPANS, marking

BEGINS = {
    "calls_queuevisit": "COALESCE(x.entered_at, x.left_at)",
    "calls_offer": "COALESCE(x.offered_at, x.dialled_at, x.ended_at)",
    "calls_callrecord": "x.arrived_at",
    "calls_agentstateinterval": "COALESCE(x.ended_at, x.started_at)",
}


@transaction.atomic
def mark_again(since: datetime | None = None) -> None:
    """All there are, or those from ``since`` on. Counts of which no row is left any more stay as they are."""
    with connection.cursor() as cursor:
        for table, spans in SPANS.items():
            rows = f"(SELECT * FROM {table} x WHERE {BEGINS[table]} >= %(since)s)" if since else table
            cursor.execute(marking(spans(rows)), {"since": since} if since else None)
        if since is None:
            forget_other_zones(cursor)


def forget_other_zones(cursor) -> None:
    """Days and half-hours that are none in this time zone; they are counted anew from the marks, and all months."""
    ClosedMonth.objects.all().delete()
    zone = timezone.get_default_timezone_name()
    for kind in KINDS.values():
        cursor.execute(
            f"DELETE FROM {kind.half_hour._meta.db_table} "
            "WHERE extract(minute FROM start AT TIME ZONE %s)::int NOT IN (0, 30)",
            [zone],
        )
        cursor.execute(f"DELETE FROM {kind.day._meta.db_table} WHERE (start AT TIME ZONE %s)::time <> '00:00'", [zone])
