"""Other programs watch a campaign run, open its leads again, and see which callbacks are over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.campaigns.leads.filling import fill_run
from crm.campaigns.models import Fill, Lead
from crm.customers.models import Customer
from tests.crm.campaigns.people import AT, campaign_of, lead_of

NUMBER = "+8615401400001"
ALL = ("campaigns.see", "campaigns.manage", "customers.see")


@pytest.fixture
def lead(cast) -> Lead:
    """Of the cast's customer, whom nobody reached."""
    made = lead_of(campaign_of(), customer=cast.caller)
    Lead.objects.filter(pk=made.pk).update(state="closed", outcome="no_answer", tried_at=timezone.now())
    return made


def test_a_campaign_as_it_runs_now(programs, lead):
    told = programs("campaigns.see").get(f"/campaigns/{lead.campaign_id}/live").body
    assert (told["state"], told["leads"]["total"], told["left"], told["lines"]) == ("running", 1, 0, [])
    assert told["said"] and told["calls"]["dials"] == 0 and not told["dials"]
    assert programs("calls.see", name="Other").get(f"/campaigns/{lead.campaign_id}/live").status_code == 403


def test_leads_are_opened_again_and_taken_out(programs, cast, lead):
    keeper, path = programs(*ALL), f"/campaigns/{lead.campaign_id}/leads/deeds"
    for wrong in (
        {"deed": "reopen", "asked": {}}, {"deed": "out", "asked": {}}, {"deed": "reopen", "asked": {"q": "Mei"}},
        {"deed": "take", "asked": {"q": "Mei"}}, {"deed": "out", "asked": {"outcome": "_"}}, {"deed": "out"},
    ):  # fmt: skip
        assert keeper.post(path, wrong).status_code == 400, wrong
    assert not Fill.objects.exists()
    made = keeper.post(path, {"deed": "reopen", "asked": {"outcome": "no_answer"}, "priority": 5})
    assert (made.status_code, made.body["deed"]) == (202, "reopen"), made.body
    fill_run(AT)
    lead.refresh_from_db()
    assert (lead.state, lead.priority) == ("open", 5) and keeper.get(made["Location"]).body["state"] == "done"
    keeper.post(path, {"deed": "out", "asked": {"state": "open"}})
    fill_run(AT)
    assert not Lead.objects.filter(pk=lead.pk, state="open").exists()
    assert programs("campaigns.see", "customers.see").post(path, {}).status_code == 403


def test_customers_are_taken_in_by_all_filters_of_their_list(programs, cast):
    campaign = campaign_of()
    Customer.objects.filter(pk=cast.caller.pk).update(owner=cast.alice)
    keeper = programs(*ALL)
    for whom, taken in (({"owner": "bob"}, 0), ({"owner": "alice", "level": "gold"}, 1)):
        keeper.post(f"/campaigns/{campaign.pk}/fills", {"filter": whom})
        fill_run(AT)
        assert Lead.objects.filter(campaign=campaign).count() == taken, whom
    wrong = keeper.post(f"/campaigns/{campaign.pk}/fills", {"filter": {"values": {"f_none": ["x"]}}})
    assert wrong.status_code == 400


def test_a_template_is_begun_with_what_a_country_asks_for(programs, cast):
    keeper = programs("campaigns.manage", "campaigns.see")
    told = keeper.get("/campaigns/choices").body
    china = next(one for one in told["presets"] if one["code"] == "cn")
    assert "4001" in told["caller_numbers"] and china["name"] == "China"
    made = keeper.post("/campaign-templates", {"name": "Ours", "caller_number": "4001"} | china["rules"])
    assert (made.status_code, made.body["consent"], made.body["number_per_day"]) == (201, True, 1)
    assert programs("campaigns.see").get("/campaigns/choices").status_code == 403


def test_callbacks_that_are_over_are_listed_apart(programs, cast):
    keeper = programs("callbacks.manage", "customers.see")
    due = (timezone.now() + timedelta(days=1)).isoformat()
    made = [keeper.post("/callbacks", {"customer": cast.caller.pk, "number": NUMBER, "due_at": due, "agent": agent})
            for agent in ("alice", "bob")]  # fmt: skip
    keeper.post(f"{made[0]['Location']}/cancel")
    asked = {over: [one["agent"] for one in keeper.get(f"/callbacks?over={over}").body["items"]] for over in (
        "true", "false"
    )}  # fmt: skip
    assert asked == {"true": ["alice"], "false": ["bob"]} and len(keeper.get("/callbacks").body["items"]) == 2
