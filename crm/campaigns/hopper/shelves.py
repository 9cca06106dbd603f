"""The shelves on which a campaign's open leads lie, and walks along them.

The index ``lead_next`` has the open leads by campaign, zone, priority and moment. Which zones and priorities there are,
and when the first of each is due, is read off it by leaping from one to the next; then those are walked along whose
zone is in hours now, the highest priority first. So leads that sleep, or whose moment has not come, are never looked
at, however many they are.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from crm.campaigns.guard.there import running
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import open_until
from crm.campaigns.leads.due import Due
from crm.campaigns.models import Campaign

_SHELVES = """
WITH RECURSIVE shelf AS (
  (SELECT zone, priority, due_at FROM campaigns_lead WHERE campaign_id = %(campaign)s AND state = 'open'
   ORDER BY zone, priority DESC, due_at LIMIT 1)
  UNION ALL
  SELECT next.zone, next.priority, next.due_at FROM shelf, LATERAL (
    (SELECT zone, priority, due_at FROM campaigns_lead
     WHERE campaign_id = %(campaign)s AND state = 'open' AND zone = shelf.zone AND priority < shelf.priority
     ORDER BY priority DESC, due_at LIMIT 1)
    UNION ALL
    (SELECT zone, priority, due_at FROM campaigns_lead
     WHERE campaign_id = %(campaign)s AND state = 'open' AND zone > shelf.zone
     ORDER BY zone, priority DESC, due_at LIMIT 1)
    LIMIT 1
  ) AS next
) SELECT zone, priority, due_at FROM shelf
"""
_SHELF = """
(SELECT id, due_at FROM campaigns_lead WHERE campaign_id = %s AND state = 'open' AND zone = %s AND priority = %s
 AND due_at <= %s AND (due_at, id) > (%s, %s) ORDER BY due_at, id)
"""
"""Of one shelf. Several are merged as they are walked, so of all together no more are read than are wanted."""
_BEGIN = datetime(1, 1, 1, tzinfo=UTC), 0
_IDS = "SELECT id, due_at FROM ({shelves}) AS due ORDER BY due_at, id LIMIT %s"
_HELD = """
SELECT lead.id, due.due_at, lead.customer_id, lead.state, lead.number, lead.zone, lead."row", lead.outcome
FROM ({shelves}) AS due JOIN campaigns_lead AS lead ON lead.id = due.id
WHERE lead.state = 'open' AND lead.due_at <= due.due_at ORDER BY due.due_at, due.id LIMIT %s
FOR UPDATE OF lead SKIP LOCKED
"""
"""``Due``. Leads that somebody else holds are passed by, however many they are; those that were called or put off since
the walk began are too."""


@dataclass(frozen=True)
class Shelf:
    """The open leads of a campaign in one zone with one priority, and when the first of them is due."""

    zone: str
    priority: int
    due_at: datetime


def shelves(campaign_id: int) -> list[Shelf]:
    """Those that are not empty, by zone, the highest priority first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES, {"campaign": campaign_id})
        return [Shelf(*row) for row in cursor.fetchall()]


def leads_due(campaign: Campaign, at: datetime, count: int, holidays: Holidays | None = None) -> list[int]:
    """Ids of the next open leads whose moment has come and whose zone is in hours: by priority, then by moment."""
    return Walk(campaign, at, holidays or Holidays.read(at)).ids(count)


class Walk:
    """Along the leads that are next; none comes twice."""

    def __init__(self, campaign: Campaign, at: datetime, holidays: Holidays) -> None:
        self._campaign = campaign.pk
        self._at = at
        found = [one for one in shelves(campaign.pk) if one.due_at <= at] if running(campaign, at) else []
        on = {zone for zone in {one.zone for one in found} if open_until(campaign, zone, at, holidays) is not None}
        self._zones: dict[int, list[str]] = {}
        for one in found:
            if one.zone in on:
                self._zones.setdefault(one.priority, []).append(one.zone)
        self._before = sorted(self._zones)
        """Priorities that were not walked along to their end, the highest last."""
        self._from = _BEGIN

    def ids(self, count: int) -> list[int]:
        """The next ones."""
        return [row[0] for row in self._rows(_IDS, count)]

    def held(self, count: int) -> list[Due]:
        """The next ones that nobody else holds; from now on the transaction holds them."""
        return [Due(*row) for row in self._rows(_HELD, count)]

    def _rows(self, statement: str, count: int) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        while self._before and len(found) < count:
            wanted = count - len(found)
            rows = self._walked(statement, self._before[-1], wanted)
            found += rows
            if len(rows) < wanted:
                self._before.pop()
                self._from = _BEGIN
            elif rows:
                self._from = rows[-1][1], rows[-1][0]
        return found

    def _walked(self, statement: str, priority: int, limit: int) -> list[tuple[Any, ...]]:
        zones = self._zones[priority]
        together = " UNION ALL ".join([_SHELF] * len(zones))
        said = [value for zone in zones for value in (self._campaign, zone, priority, self._at, *self._from)]
        with connection.cursor() as cursor:
            cursor.execute(statement.format(shelves=together), [*said, limit])
            return cursor.fetchall()
