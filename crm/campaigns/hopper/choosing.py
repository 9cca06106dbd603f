"""The next leads of a campaign that may be called."""

from collections.abc import Sequence
from datetime import datetime

from crm import among  # noqa: F401  the lookup
from crm.campaigns.guard.checks import Ruling, Wanted, rulings
from crm.campaigns.hopper.shelves import Walk
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.leads.due import DUE, Due
from crm.campaigns.leads.stepping import leads_refused
from crm.campaigns.models import Campaign, Lead, LeadState

ROUNDS = 4
"""How often others are taken where the guard refused some."""
SPARE = 0.4
"""At first so many more are looked at, and ``FEW``: where some are refused, others are at hand. That is cheaper than to
ask once more, for who is not needed is not ruled on. Where more are refused, those that lack are taken by how many of
the first ones were."""
FEW = 10
LEAST = 0.5
"""As if so many of those that are looked at were allowed at least: else it would be looked too far ahead at once."""


def leads_next(campaign: Campaign, at: datetime, count: int) -> list[Ruling]:
    """The rulings, all of them allowed and without facts, for up to ``count`` next leads: in a transaction, which holds
    their rows. Leads that the guard refuses go on (``leads.stepping``), so that nobody meets them again at once."""
    holidays = Holidays.read(at)
    walk = Walk(campaign, at, holidays)
    allowed: list[Ruling] = []
    refused: list[tuple[Due, Ruling]] = []
    look = round(count * (1 + SPARE)) + FEW
    for _round in range(ROUNDS):
        need = count - len(allowed)
        leads = walk.held(look) if need > 0 else []
        if not leads:
            break
        said = rulings([wanted_of(campaign, lead) for lead in leads], at, holidays, enough=need, facts=False)
        allowed += [one for one in said if one.allowed]
        refused += [(lead, one) for lead, one in zip(leads, said, strict=False) if not one.allowed]
        share = len(allowed) / (len(allowed) + len(refused))
        look = round((count - len(allowed)) / max(share, LEAST)) + FEW
    leads_refused(campaign, refused, at, holidays)
    return allowed


def held(ids: Sequence[int], at: datetime, count: int) -> list[Due]:
    """Those of them that nobody else holds and that are still to be called, in their order."""
    free = Lead.objects.select_for_update(skip_locked=True)
    found = free.filter(pk__among=list(ids), state=LeadState.OPEN, due_at__lte=at).order_by("-priority", "due_at", "pk")
    return [Due(*row) for row in found.values_list(*DUE)[:count]]


def wanted_of(campaign: Campaign, lead: Lead | Due) -> Wanted:
    return Wanted(campaign, lead.customer_id, lead.number, lead.pk, lead.zone)
