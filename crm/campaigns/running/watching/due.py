"""Which of a campaign's leads are due first."""

from datetime import datetime

from crm.campaigns.hopper.shelves import shelves


def first_due(campaign_id: int) -> dict[str, datetime]:
    """Zone → when the first of its open leads is due. A few leaps along the index, however many leads there are."""
    found: dict[str, datetime] = {}
    for shelf in shelves(campaign_id):
        found[shelf.zone] = min(shelf.due_at, found.get(shelf.zone, shelf.due_at))
    return found
