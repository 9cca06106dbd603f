"""Marks for all rows of a time, as if each had just changed. (Everything is counted by ``whole``, far quicker.)"""

from datetime import datetime

from django.db import connection, transaction

from crm.reports.rollup.touched import SPANS, marking

BEGINS = {
    "calls_queuevisit": "COALESCE(x.entered_at, x.left_at)",
    "calls_offer": "COALESCE(x.offered_at, x.dialled_at, x.ended_at)",
    "calls_callrecord": "x.arrived_at",
    "calls_agentstateinterval": "COALESCE(x.ended_at, x.started_at)",
}


@transaction.atomic
def mark_again(since: datetime) -> None:
    """Those from ``since`` on. Counts of which no row is left any more stay as they are."""
    with connection.cursor() as cursor:
        for table, spans in SPANS.items():
            rows = f"(SELECT * FROM {table} x WHERE {BEGINS[table]} >= %(since)s)"
            cursor.execute(marking(spans(rows)), {"since": since})
