"""The next leads of a campaign.

The index ``lead_next`` has the open leads by campaign, zone, priority and moment. Which zones and priorities there are
is read off it by leaping from one to the next; then those are asked for whose zone is in hours now, the highest
priority first, each by one walk along the index. So leads that sleep, or whose moment has not come, are never looked
at, however many they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from crm import among  # noqa: F401  the lookup
from crm.campaigns.guard.checks import Ruling, Wanted, rulings, running
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import open_until
from crm.campaigns.leads.due import DUE, Due
from crm.campaigns.leads.stepping import leads_refused
from crm.campaigns.models import Campaign, Lead, LeadState

ROUNDS = 4
"""How often others are taken where the guard refused some."""
SPARE = 2
"""One of so many more is looked at: where some are refused, others are at hand. Who is not needed is not ruled on."""
NEARLY = 20
"""If fewer than one of so many are still missing, that is enough: the next call takes them."""
BESIDE = 20
"""So many more are looked at, for others may hold the first of them."""

_SHELVES = """
WITH RECURSIVE shelf AS (
  (SELECT zone, priority FROM campaigns_lead WHERE campaign_id = %(campaign)s AND state = 'open'
   ORDER BY zone, priority DESC LIMIT 1)
  UNION ALL
  SELECT next.zone, next.priority FROM shelf, LATERAL (
    (SELECT zone, priority FROM campaigns_lead
     WHERE campaign_id = %(campaign)s AND state = 'open' AND zone = shelf.zone AND priority < shelf.priority
     ORDER BY priority DESC LIMIT 1)
    UNION ALL
    (SELECT zone, priority FROM campaigns_lead
     WHERE campaign_id = %(campaign)s AND state = 'open' AND zone > shelf.zone
     ORDER BY zone, priority DESC LIMIT 1)
    LIMIT 1
  ) AS next
) SELECT zone, priority FROM shelf
"""
_WALK = """
(SELECT id, due_at FROM campaigns_lead
 WHERE campaign_id = %s AND state = 'open' AND zone = %s AND priority = %s AND due_at <= %s ORDER BY due_at, id)
"""
"""Of one shelf. Several are merged as they are walked, so of all together no more are read than are wanted."""


@dataclass(frozen=True)
class Shelf:
    """The open leads of a campaign in one zone with one priority."""

    zone: str
    priority: int


def shelves(campaign_id: int) -> list[Shelf]:
    """Those that are not empty."""
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES, {"campaign": campaign_id})
        return [Shelf(*row) for row in cursor.fetchall()]


def leads_due(campaign: Campaign, at: datetime, count: int, holidays: Holidays | None = None) -> list[int]:
    """Ids of the next open leads whose moment has come and whose zone is in hours: by priority, then by moment."""
    if not running(campaign, at) or count <= 0:
        return []
    holidays = holidays or Holidays.read(at)
    found = shelves(campaign.pk)
    on = {zone for zone in {shelf.zone for shelf in found} if open_until(campaign, zone, at, holidays) is not None}
    ids: list[int] = []
    for priority in sorted({shelf.priority for shelf in found if shelf.zone in on}, reverse=True):
        zones = sorted(shelf.zone for shelf in found if shelf.priority == priority and shelf.zone in on)
        ids += _walk(campaign.pk, zones, priority, at, count - len(ids))
        if len(ids) >= count:
            break
    return ids


def leads_next(campaign: Campaign, at: datetime, count: int) -> list[Ruling]:
    """The rulings, all of them allowed, for up to ``count`` next leads: in a transaction, which holds their rows. Leads
    that the guard refuses go on (``leads.stepping``), so that nobody meets them again at once."""
    allowed: list[Ruling] = []
    holidays = Holidays.read(at)
    taken: set[int] = set()
    for _round in range(ROUNDS):
        need = count - len(allowed)
        look = need + need // SPARE + BESIDE
        if need <= count // NEARLY:
            break
        due = leads_due(campaign, at, look + len(taken) + BESIDE, holidays)
        leads = held([pk for pk in due if pk not in taken], at, look)
        if not leads:
            break
        taken |= {lead.pk for lead in leads}
        said = rulings([wanted_of(campaign, lead) for lead in leads], at, holidays, enough=need)
        allowed += [one for one in said if one.allowed]
        refused = [(lead, one) for lead, one in zip(leads, said, strict=False) if not one.allowed]
        leads_refused(campaign, refused, at, holidays)
    return allowed


def held(ids: Sequence[int], at: datetime, count: int) -> list[Due]:
    """Those of them that nobody else holds and that are still to be called, in their order."""
    free = Lead.objects.select_for_update(skip_locked=True)
    found = free.filter(pk__among=list(ids), state=LeadState.OPEN, due_at__lte=at).order_by("-priority", "due_at", "pk")
    return [Due(*row) for row in found.values_list(*DUE)[:count]]


def wanted_of(campaign: Campaign, lead: Lead | Due) -> Wanted:
    return Wanted(campaign, lead.customer_id, lead.number, lead.pk, lead.zone)


def _walk(campaign_id: int, zones: list[str], priority: int, at: datetime, limit: int) -> list[int]:
    together = " UNION ALL ".join([_WALK] * len(zones))
    said = [value for zone in zones for value in (campaign_id, zone, priority, at)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({together}) AS lead ORDER BY due_at, id LIMIT %s", [*said, limit])
        return [row[0] for row in cursor.fetchall()]
