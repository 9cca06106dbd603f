"""Which of a campaign's leads are due first."""

from datetime import datetime

from django.db import connection

from crm.campaigns.hopper.choosing import shelves

_FIRST = """
SELECT shelf.zone, min(first.due_at) FROM unnest(%(zones)s::text[], %(priorities)s::int[]) AS shelf (zone, priority),
LATERAL (
  SELECT due_at FROM campaigns_lead
  WHERE campaign_id = %(campaign)s AND state = 'open' AND zone = shelf.zone AND priority = shelf.priority
  ORDER BY due_at LIMIT 1
) AS first GROUP BY shelf.zone
"""


def first_due(campaign_id: int) -> dict[str, datetime]:
    """Zone → when the first of its open leads is due. A few leaps along the index, however many leads there are."""
    found = shelves(campaign_id)
    told = {
        "campaign": campaign_id,
        "zones": [one.zone for one in found],
        "priorities": [one.priority for one in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, told)
        return dict(cursor.fetchall())
