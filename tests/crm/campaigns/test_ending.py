"""Campaigns end by themselves: at their moment, and when everybody was finished with."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from crm.audit.models import Entry
from crm.campaigns.callbacks.services import callback_make, callback_move
from crm.campaigns.models import Attempt, Callback, Campaign, CampaignState, Fill, FillState, Lead
from crm.campaigns.running.ending import DONE_FOR, campaigns_end, ends_itself
from tests.crm.campaigns.people import AT, campaign_of, lead_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def state_of(campaign) -> tuple[str, str]:
    campaign.refresh_from_db()
    return campaign.state, campaign.over


@pytest.mark.parametrize(
    ("state", "ends", "expected"),
    [
        ("running", AT, ("ended", "time")), ("paused", AT - HOUR, ("ended", "time")),
        ("running", AT + HOUR, ("running", "")), ("running", None, ("running", "")),
        ("draft", AT - HOUR, ("draft", "")), ("ended", AT - HOUR, ("ended", "")),
    ],
)  # fmt: skip
def test_at_its_moment(db, state, ends, expected) -> None:
    campaign = campaign_of(state=state, ends_at=ends, run_since=AT - DAY)
    lead_of(campaign)
    assert campaigns_end(AT) == (expected[1] == "time")
    assert state_of(campaign) == expected
    changes = Entry.objects.filter(kind="campaigns_campaign", action="update", object=str(campaign.pk))
    assert changes.exists() is (expected[1] == "time")


def test_a_day_after_everybody_was_finished_with(cast) -> None:
    campaign = campaign_of(run_since=AT - 2 * DAY)
    lead = lead_of(campaign, state="closed", outcome="success")
    tried = {"campaign": campaign, "lead": lead, "number": lead.number, "mode": "manual", "customer": lead.customer}
    Attempt.objects.create(id="a1", made_at=AT, state="ended", outcome="answered", verdict="success", **tried)
    assert ends_itself(campaign) == AT + DONE_FOR
    assert campaigns_end(AT + DONE_FOR - HOUR) == 0
    late = AT + DONE_FOR
    for begun, what, over in (
        (lambda: Lead.objects.filter(pk=lead.pk), {"state": "callback"}, {"state": "closed"}),
        (lambda: Attempt.objects.filter(pk="a1"), {"verdict": ""}, {"verdict": "success"}),
        (lambda: Attempt.objects.filter(pk="a1"), {"state": "dialled"}, {"state": "ended"}),
    ):
        begun().update(**what)
        assert (ends_itself(campaign), campaigns_end(late)) == (None, 0)
        begun().update(**over)
    fill = Fill.objects.create(campaign=campaign, owner=cast.ada, state=FillState.WORKING)
    assert campaigns_end(late) == 0
    Fill.objects.filter(pk=fill.pk).update(state=FillState.DONE, done_at=AT + HOUR)
    assert campaigns_end(late) == 0, "customers were taken in since"
    assert campaigns_end(late + HOUR) == 1 and campaigns_end(late + HOUR) == 0
    assert state_of(campaign) == ("ended", "done")


def test_one_that_never_had_a_lead_goes_on(db) -> None:
    campaign = campaign_of(run_since=AT - 9 * DAY)
    assert (ends_itself(campaign), campaigns_end(AT), state_of(campaign)) == (None, 0, ("running", ""))


def test_its_callbacks_end_with_it_and_the_page_says_so(cast) -> None:
    campaign = campaign_of(run_since=AT - DAY, name="Renewals")
    lead = lead_of(campaign, state="open")
    with_lead = callback_make(
        user=cast.ada, customer_id=lead.customer_id, number=lead.number, due_at=AT + 3 * HOUR, lead=lead, at=AT
    )  # fmt: skip
    Campaign.objects.update(ends_at=AT + 2 * HOUR)
    page = Client(headers={"accept-language": "en"})
    page.force_login(cast.ada)
    address = reverse("campaign", args=[campaign.pk])
    assert "1 callback is agreed for after the campaign’s end" in page.get(address).content.decode()
    campaigns_end(AT + 2 * HOUR)
    kept = Callback.objects.get(pk=with_lead.pk)
    lead.refresh_from_db()
    assert (kept.state, kept.why, lead.state) == ("cancelled", "over", "open")
    said = page.get(address).content.decode()
    assert "Its time was over." in said and "1 agreed callback was cancelled with it." in said
    assert Campaign.objects.get().state == CampaignState.ENDED


def test_none_is_agreed_for_after_its_end(cast) -> None:
    campaign = campaign_of(ends_at=AT + 2 * HOUR)
    lead = lead_of(campaign)
    told = {"user": cast.ada, "customer_id": lead.customer_id, "number": lead.number, "campaign": campaign, "at": AT}
    with pytest.raises(ValidationError, match="before|之前|早"):
        callback_make(due_at=AT + 2 * HOUR, **told)
    made = callback_make(due_at=AT + HOUR, **told)
    with pytest.raises(ValidationError):
        callback_move(user=cast.ada, callback_id=made.pk, due_at=AT + 3 * HOUR, at=AT)
