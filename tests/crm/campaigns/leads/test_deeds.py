"""Opening leads again, and taking them out."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.accounts.models import Role
from crm.campaigns.hopper.shelves import leads_due
from crm.campaigns.leads.filling import fill_run
from crm.campaigns.models import (
    Attempt,
    AttemptState,
    Callback,
    CampaignState,
    ClosedNumber,
    Fill,
    FillState,
    Lead,
    LeadState,
)
from crm.campaigns.running.filling import leads_ask
from crm.campaigns.running.selectors import lead_filters
from crm.customers.models import Customer
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from tests.crm.campaigns.people import AT, campaign_of, customer_of, lead_of


def closed(campaign, *numbers, outcome="no_answer", **more) -> Lead:
    lead = lead_of(campaign, numbers[-1], customer=customer_of(*numbers))
    told = {
        "state": LeadState.CLOSED,
        "outcome": outcome,
        "tried_at": AT - timedelta(hours=1),
        "row": 3,
        "attempts": 4,
    } | more
    Lead.objects.filter(pk=lead.pk).update(**told)
    return lead


def asked(user, campaign, deed, priority=0, **filters):
    fill = leads_ask(user=user, campaign=campaign, deed=deed, asked=lead_filters(filters), priority=priority)
    fill_run(AT)
    fill.refresh_from_db()
    return fill


def now(lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def tried(lead, **more) -> None:
    told = {"mode": "progressive", "state": AttemptState.ENDED, "made_at": AT, "handed_at": AT, "number": lead.number}
    Attempt.objects.create(id=f"a{Attempt.objects.count()}", campaign=lead.campaign, lead=lead, **(told | more))


def test_closed_ones_are_called_again_from_their_first_number_of_use(cast) -> None:
    campaign = campaign_of()
    lead = closed(campaign, "+8613800000001", "+8613800000002", "+8613800000003")
    ClosedNumber.objects.create(number="+8613800000001", customer=lead.customer, why="invalid")
    other = closed(campaign, "+8613800000009", outcome="success")
    fill = asked(cast.ada, campaign, "reopen", priority=7, outcome="no_answer")
    assert (fill.state, fill.total, fill.counts) == ("done", 1, {"taken": 1})
    again = now(lead)
    assert (again.state, again.number, again.row, again.priority, again.due_at) == ("open", "+8613800000002", 0, 7, AT)
    assert (again.attempts, again.outcome) == (4, "no_answer")
    assert leads_due(campaign, AT, 9) == [lead.pk] and now(other).state == "closed"


def test_who_may_not_be_called_stays_closed_and_is_counted(cast) -> None:
    campaign = campaign_of()
    refused = closed(campaign, "+8613800000001", "+8613800000002", outcome="do_not_call")
    listed, useless = closed(campaign, "+8613800000003"), closed(campaign, "+8613800000004")
    used_up = closed(campaign, "+8613800000005")
    line = typed_number("+8613800000003"), {"list": "no_call", "way": "out", "reason": "asked"}
    entries_add(user=cast.ada, lines=[line])
    ClosedNumber.objects.create(number="+8613800000004", customer=useless.customer, why="invalid")
    for _call in range(campaign.number_in_all):
        tried(used_up)
    fill = asked(cast.ada, campaign, "reopen", reach="not_reached")
    assert fill.counts == {"listed": 2, "closed": 1, "used_up": 1}
    assert {now(lead).state for lead in (refused, listed, useless, used_up)} == {"closed"}


def test_taken_out_they_are_not_called_and_what_was_dialled_stays(cast) -> None:
    campaign = campaign_of()
    wrong = Fill.objects.create(campaign=campaign, owner=cast.ada, state=FillState.DONE)
    fresh, called, held, agreed = (lead_of(campaign, fill=wrong) for _each in range(4))
    tried(called)
    Lead.objects.filter(pk=held.pk).update(state=LeadState.CLAIMED)
    Lead.objects.filter(pk=agreed.pk).update(state=LeadState.CALLBACK)
    Callback.objects.create(
        campaign=campaign, lead=agreed, customer=agreed.customer, number=agreed.number, due_at=AT, made_by=cast.alice
    )
    kept = lead_of(campaign)
    fill = asked(cast.ada, campaign, "out", fill=str(wrong.pk))
    assert fill.counts == {"taken": 2, "busy": 2}
    assert not Lead.objects.filter(pk=fresh.pk).exists()
    assert (now(called).state, now(called).outcome) == ("closed", "taken_out")
    assert [now(one).state for one in (held, agreed, kept)] == ["claimed", "callback", "open"]
    assert leads_due(campaign, AT, 9) == [kept.pk]


def test_only_leads_whose_customers_she_sees(cast) -> None:
    planner = Role.objects.create(code="planner", name="Planner", permissions=["campaigns.manage"])
    cast.sofia.roles.add(planner)
    campaign = campaign_of()
    hers, hidden = closed(campaign, "+8613800000001"), closed(campaign, "+8613800000002")
    Customer.objects.filter(pk=hidden.customer_id).update(owner=cast.carol)
    assert asked(cast.sofia, campaign, "reopen", outcome="no_answer").counts == {"taken": 1}
    assert (now(hers).state, now(hidden).state) == ("open", "closed")
    with pytest.raises(PermissionDenied):
        leads_ask(user=cast.alice, campaign=campaign, deed="out", asked=lead_filters({"outcome": "busy"}))


@pytest.mark.parametrize(("deed", "filters"), [
    ("reopen", {}), ("reopen", {"state": "closed"}), ("out", {}), ("take", {"outcome": "busy"}),
])  # fmt: skip
def test_nothing_is_done_to_all_of_them(cast, deed, filters) -> None:
    with pytest.raises(ValidationError):
        leads_ask(user=cast.ada, campaign=campaign_of(), deed=deed, asked=lead_filters(filters))


def test_nothing_is_done_to_a_campaign_that_has_ended(cast) -> None:
    campaign = campaign_of(state=CampaignState.ENDED)
    with pytest.raises(ValidationError):
        leads_ask(user=cast.ada, campaign=campaign, deed="out", asked=lead_filters({"outcome": "busy"}))
