"""A manager's way: from a template to a campaign, customers from a filter, started, watched, paused, ended."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.accounts.models import SkillGroup, SkillMember
from crm.campaigns.leads.filling import fill_run
from crm.campaigns.models import Attempt, AttemptState, Campaign, CampaignState, Lead, LeadState
from crm.campaigns.running.figures import figures_recount
from crm.campaigns.running.templates import template_make
from crm.telephony.models import Disposition
from tests.browser.site import until


@pytest.fixture
def template(cast):
    group = SkillGroup.objects.create(name="Renewals")
    SkillMember.objects.create(group=group, user=cast.alice)
    sold = Disposition.objects.create(code="sold", name="Sold")
    fields = {"name": "Renewal", "skill_group": group, "script": "Good morning.", "meanings": {sold.pk: "success"}}
    fields |= {"hours": [[["00:00", "24:00"]]] * 7, "holidays": False}
    return template_make(user=cast.ada, fields=fields)


def dialled(lead: Lead) -> None:
    """She was called and reached."""
    now = timezone.now()
    Attempt.objects.create(
        id="attempt-1", campaign=lead.campaign, lead=lead, customer=lead.customer, number=lead.number, mode="preview",
        state=AttemptState.ENDED, made_at=now, dialled_at=now, answered_at=now, joined_at=now, ended_at=now,
        outcome="answered", verdict="success",
    )  # fmt: skip
    Lead.objects.filter(pk=lead.pk).update(state=LeadState.CLOSED, outcome="success", attempts=1, tried_at=now)


def test_from_template_to_end(visitor, cast, centre, template):
    page: Page = visitor("ada")
    page.goto("/campaigns/")
    page.click("#begin summary")
    page.get_by_role("link", name="Renewal", exact=True).click()
    expect(page.get_by_label("Monday, 1: From")).to_have_value("00:00")
    page.fill("#id_name", "Renewals in May")
    page.get_by_role("button", name="Tuesday to Friday as Monday").click()
    page.get_by_role("button", name="Make the campaign").click()
    expect(page.get_by_text("was made. Take customers in")).to_be_visible()
    campaign = Campaign.objects.get()

    page.goto("/customers/?q=Mei Zhang")
    page.get_by_role("button", name="Into a campaign …").click()
    expect(page.locator("#how-many")).to_have_text("1")
    page.select_option("#campaign", str(campaign.pk))
    page.get_by_role("button", name="Take in").click()
    expect(page.locator("#fill-rows")).to_contain_text("Waiting")
    fill_run(timezone.now())
    expect(page.locator("#leads")).to_contain_text("Mei Zhang")

    page.get_by_role("button", name="Start").click()
    expect(page.locator(".campaign-running")).to_be_visible()
    page.get_by_role("link", name="Live", exact=True).click()
    expect(page.locator("#f-penetration")).to_have_text("0.0%")
    dialled(campaign.leads.get())
    expect(page.locator("#f-penetration")).to_have_text("100.0%")
    # On a slow machine who looks does not wait for the count: it is the worker's, who is here by turns.
    until(lambda: (figures_recount(), page.locator("#f-success").inner_text() == "100.0%")[1])
    expect(page.locator("#decisions")).to_contain_text("Answered")

    page.get_by_role("button", name="Pause dialling").click()
    expect(page.locator("#pulse")).to_contain_text("paused")
    page.get_by_role("button", name="End…").click()
    page.get_by_role("button", name="End it").click()
    expect(page.locator("#pulse")).to_contain_text("it has ended")
    assert Campaign.objects.get().state == CampaignState.ENDED


def test_a_live_page_that_hears_nothing_says_so(visitor, site, cast, centre, template):
    Campaign.objects.create(name="Renewals", state=CampaignState.PAUSED)
    page: Page = visitor("ada")
    page.goto(f"/campaigns/{Campaign.objects.get().pk}/live/")
    expect(page.locator("#pulse")).to_contain_text("paused")
    page.route("**/live/part/", lambda route: route.abort())
    expect(page.locator("#live-lost")).to_be_visible()
    page.unroute("**/live/part/")
    expect(page.locator("#live-lost")).to_be_hidden()
