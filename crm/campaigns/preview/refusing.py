"""Leads that were next and may not be called now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from crm.campaigns.guard.checks import NUMBERS_OWN, Ruling
from crm.campaigns.hours.zones import zone_of
from crm.campaigns.leads.steps import step
from crm.campaigns.models import Lead, LeadState
from crm.customers.models import CustomerNumber

AGAIN = timedelta(minutes=1)


def leads_put_off(refused: Iterable[tuple[Lead, Ruling]], at: datetime) -> None:
    """What waiting helps comes later. What is the number's own fault goes to the customer's next number, and is closed
    when she has none. The rows are locked."""
    for lead, ruling in refused:
        if lead.number != ruling.wanted.number:
            continue  # it was changed since it was ruled
        if ruling.why not in NUMBERS_OWN:
            lead.due_at = ruling.later or at + AGAIN
        elif number := _next(lead):
            lead.number, lead.zone, lead.due_at = number, zone_of(number), at
        else:
            lead.state, lead.outcome = step(lead.state, LeadState.CLOSED), ruling.why
        lead.save(update_fields=["due_at", "number", "zone", "state", "outcome"])


def _next(lead: Lead) -> str:
    """The customer's number after the one that was to be called; "" behind the last."""
    hers = list(CustomerNumber.objects.filter(customer=lead.customer_id).values_list("number", flat=True))
    later = hers[hers.index(lead.number) + 1 :] if lead.number in hers else hers
    return later[0] if later else ""
