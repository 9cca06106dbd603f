"""Leads are opened again, or taken out of their campaign, as it was ordered: a chunk of them at a time.

Each takes leads that the filters of the campaign's page find and that nobody works at: those that somebody holds at
this moment, or for which a callback was agreed, stay as they are and are counted.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from crm.campaigns.leads.numbers import next_choices, numbers_spent
from crm.campaigns.leads.stepping import DO_NOT_CALL, USED_UP
from crm.campaigns.leads.steps import step
from crm.campaigns.models import Attempt, Callback, Deed, Fill, Lead, LeadState
from crm.campaigns.running.selectors import lead_filters, leads_seen

TAKEN_OUT, BUSY = "taken_out", "busy"
"""Why a lead was closed that had been dialled before; and what is counted of those that stay."""
_MOVED = ["state", "number", "zone", "due_at", "row", "priority"]


def leads_of(fill: Fill) -> QuerySet[Lead]:
    """Which leads the order means, as far as its owner may see their customers now. Raises PermissionDenied."""
    found = leads_seen(fill.owner, fill.campaign, lead_filters(fill.filters)).order_by()
    return found.filter(state=LeadState.CLOSED) if fill.deed == Deed.REOPEN else found.exclude(state=LeadState.CLOSED)


def deed_do(fill: Fill, ids: Sequence[int], at: datetime) -> Counter[str]:
    """Inside a transaction. How many were ``taken``, and why the others were not."""
    free = LeadState.CLOSED if fill.deed == Deed.REOPEN else LeadState.OPEN
    mine = Lead.objects.filter(pk__in=ids, state=free).order_by("pk")
    leads = list(mine.select_for_update(skip_locked=True, of=("self",)))
    counts = _reopen(fill, leads, at) if fill.deed == Deed.REOPEN else _take_out(leads)
    counts[BUSY] = len(ids) - len(leads)
    return +counts


def _reopen(fill: Fill, leads: list[Lead], at: datetime) -> Counter[str]:
    """From their first number of use on. Who wants no calls stays closed, whatever other number she has."""
    counts: Counter[str] = Counter({"listed": sum(lead.outcome == DO_NOT_CALL for lead in leads)})
    again = [lead for lead in leads if lead.outcome != DO_NOT_CALL]
    spent = numbers_spent(fill.campaign, {lead.number for lead in again})
    found = next_choices(fill.campaign, {lead.customer_id: "" for lead in again}, at)
    moved = []
    for lead in again:
        choice = found[lead.customer_id]
        if not choice.number:
            counts[USED_UP if lead.number in spent else choice.why] += 1
            continue
        lead.state, lead.due_at, lead.row = step(lead.state, LeadState.OPEN), at, 0
        lead.number, lead.zone, lead.priority = choice.number, choice.zone, fill.priority
        moved.append(lead)
    Lead.objects.bulk_update(moved, _MOVED)
    counts["taken"] = len(moved)
    return counts


def _take_out(leads: list[Lead]) -> Counter[str]:
    """Those that nobody ever worked at leave no trace; the others are closed, for their calls are to be explained."""
    ids = [lead.pk for lead in leads]
    worked = Exists(Attempt.objects.filter(lead=OuterRef("pk"))) | Exists(Callback.objects.filter(lead=OuterRef("pk")))
    Lead.objects.filter(~worked, pk__in=ids).delete()
    Lead.objects.filter(pk__in=ids).update(state=LeadState.CLOSED, outcome=TAKEN_OUT)
    return Counter({"taken": len(ids)})
