"""What a manager sees and does: templates, campaigns, leads, the live page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.accounts.models import SkillGroup, SkillMember
from crm.audit.models import Entry
from crm.campaigns.forms.rules import RulesForm
from crm.campaigns.leads.filling import fill_run
from crm.campaigns.models import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    CampaignTemplate,
    Fill,
    Holiday,
    Lead,
    LeadState,
    Mode,
)
from crm.campaigns.models.campaigns import hours_default, retries_default
from crm.campaigns.running import services
from crm.campaigns.running.checks import rules_check
from crm.campaigns.running.presets import PRESETS, preset_rules
from crm.customers.services import customer_add
from crm.sheets.reading import rows_read
from crm.telephony.models import Disposition

MINUTE = timedelta(minutes=1)


@pytest.fixture
def group(cast):
    made = SkillGroup.objects.create(name="Renewals")
    SkillMember.objects.create(group=made, user=cast.alice)
    return made


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def manager(cast, client, bus):
    client.force_login(cast.ada)
    return client


@pytest.fixture
def campaign(cast, group) -> Campaign:
    fields = {"name": "Renewals in May", "skill_group": group, "mode": Mode.PROGRESSIVE}
    return services.campaign_make(user=cast.ada, fields=fields)


def typed(group, **fields) -> dict[str, str]:
    """The form as a browser sends it."""
    told = {
        "name": "Renewals", "mode": "preview", "skill_group": str(group.pk), "ring_s": "30", "lines": "0",
        "preview_s": "60", "auto_answer": "on", "keep_ready": "1", "music": "local_stream://moh", "holidays": "on",
        "number_per_day": "3", "number_per_week": "7", "number_in_all": "8", "person_per_day": "3",
        "person_per_week": "7", "priority": "0", "script": "Good morning.",
    }  # fmt: skip
    for day, periods in enumerate(hours_default()):
        for slot, (begin, end) in enumerate(periods):
            told |= {f"hours_{day}_{slot}_from": begin, f"hours_{day}_{slot}_to": end}
    for code, line in retries_default().items():
        told |= {f"retry_{code}_{name}": str(line[name]) for name in ("after", "times", "then")}
        told |= {f"retry_{code}_part": "1"} if line.get("part") else {}
    return told | fields


def lead_of(campaign, name, number, **fields) -> Lead:
    customer = customer_add(name=name, numbers=[number])
    told = {"number": customer.numbers.get().number, "zone": "Asia/Shanghai", "due_at": timezone.now()} | fields
    return Lead.objects.create(campaign=campaign, customer=customer, **told)


def dial(lead, at, **fields) -> Attempt:
    told = {"id": f"attempt-{Attempt.objects.count()}", "mode": lead.campaign.mode, "state": AttemptState.DIALLED}
    told |= {"made_at": at, "handed_at": at, "dialled_at": at, "number": lead.number, "customer": lead.customer}
    return Attempt.objects.create(campaign=lead.campaign, lead=lead, **(told | fields))


def test_a_template_is_made_and_a_campaign_begun_from_it(manager, group):
    sold = Disposition.objects.create(code="sold", name="Sold")
    meaning = {f"meaning_{sold.pk}": "success"}
    answer = manager.post(reverse("campaign_template_new"), typed(group, **meaning))
    assert answer.status_code == 302, answer.content.decode()
    template = CampaignTemplate.objects.get()
    assert template.hours == hours_default() and template.retries == retries_default()
    shown = manager.get(reverse("campaign_new") + f"?template={template.pk}").content.decode()
    assert "Good morning." in shown and 'value="09:00"' in shown
    address = reverse("campaign_new") + f"?template={template.pk}"
    manager.post(address, typed(group, name="June", **meaning))
    made = Campaign.objects.get()
    assert (made.name, made.mode, made.state) == ("June", "preview", CampaignState.DRAFT)
    assert list(made.meanings.values_list("disposition", "verdict")) == [(sold.pk, "success")]


@pytest.mark.parametrize("code", PRESETS)
def test_a_template_begins_with_what_is_usual_in_a_country(cast, code):
    rules = preset_rules(code)
    rules_check(rules)
    form = RulesForm(preset_rules(code))
    assert form.initial["number_per_day"] == rules.number_per_day and form.initial["mode"] == rules.mode
    shown = [(begin, end) for _slot, begin, end in form.days()[6].slots if begin]
    assert shown == {"cn": [], "us": [("08:00", "21:00")], "uk": [("10:00", "20:00")]}[code]
    assert preset_rules("nowhere") is None


def test_a_whole_day_ends_at_midnight(manager, group):
    fields = {f"hours_0_{slot}_{side}": "" for slot in range(2) for side in ("from", "to")}
    fields |= {"hours_0_0_from": "00:00", "hours_0_0_to": "00:00"}
    manager.post(reverse("campaign_new"), typed(group, **fields))
    assert Campaign.objects.get().hours[0] == [["00:00", "24:00"]]


def test_what_is_wrong_is_said_and_what_was_typed_stays(manager, group):
    answer = manager.post(reverse("campaign_new"), typed(group, ring_s="9", hours_1_0_to="08:00"))
    told = answer.content.decode()
    assert answer.status_code == 400 and not Campaign.objects.exists()
    assert 'value="08:00"' in told and 'value="9"' in told and "Good morning." in told
    answer = manager.post(reverse("campaign_new"), typed(group, hours_1_0_to="08:00"))
    assert answer.status_code == 400 and "ends before it begins" in answer.content.decode()


def test_the_second_of_two_who_change_it_is_told(manager, campaign, group):
    address = reverse("campaign_change", args=[campaign.pk])
    assert manager.post(address, typed(group, version="1", name="First")).status_code == 302
    answer = manager.post(address, typed(group, version="1", name="Second"))
    assert answer.status_code == 400 and "Somebody has changed" in answer.content.decode()
    assert Campaign.objects.get().name == "First"


def test_it_is_started_paused_and_ended_from_its_page(manager, campaign):
    for step, state in (("start", "running"), ("pause", "paused"), ("resume", "running"), ("end", "ended")):
        manager.post(reverse("campaign_step", args=[campaign.pk]), {"step": step})
        assert Campaign.objects.get().state == state
    told = manager.post(reverse("campaign_step", args=[campaign.pk]), {"step": "start"}, follow=True)
    assert "This cannot be done" in told.content.decode()


def test_leads_are_found_by_what_came_of_them_and_numbers_stay_masked(cast, client, bus, campaign):
    client.force_login(cast.sofia)
    now = timezone.now()
    reached = lead_of(campaign, "Reached One", "15409990001", tried_at=now, outcome="done", state=LeadState.CLOSED)
    missed = lead_of(campaign, "Missed One", "15409990002", tried_at=now, outcome="no_answer")
    lead_of(campaign, "Untried One", "15409990003")
    dial(reached, now, answered_at=now, joined_at=now, ended_at=now, state=AttemptState.ENDED, outcome="answered")
    dial(missed, now, ended_at=now, state=AttemptState.ENDED, outcome="no_answer")
    address = reverse("campaign", args=[campaign.pk])

    def names(asked: str) -> set[str]:
        told = client.get(address + asked).content.decode()
        return {name for name in ("Reached One", "Missed One", "Untried One") if name in told}

    assert names("") == {"Reached One", "Missed One", "Untried One"}
    assert names("?reach=not_reached") == {"Missed One"}
    assert names("?outcome=no_answer") == {"Missed One"}
    assert names("?state=closed") == {"Reached One"}
    assert names("?q=Untried") == {"Untried One"}
    whole = client.get(address).content.decode()
    assert "154****0001" in whole and "9990001" not in whole.replace(" ", "")
    page = client.get(reverse("campaign_lead", args=[campaign.pk, missed.pk])).content.decode()
    assert "No answer" in page and "9990002" not in page.replace(" ", "")


def test_leads_go_out_as_a_file_as_far_as_she_may_see_them(cast, client, bus, campaign):
    client.force_login(cast.sofia)
    now = timezone.now()
    lead_of(campaign, "=1+1", "15409990001", tried_at=now, outcome="no_answer", attempts=2, agent=cast.alice)
    lead_of(campaign, "Reached One", "15409990002", tried_at=now, outcome="success", state=LeadState.CLOSED)
    hidden = lead_of(campaign, "Carol's Own", "15409990003", tried_at=now, outcome="no_answer")
    hidden.customer.owner = cast.carol
    hidden.customer.save()
    address = reverse("campaign_leads_file", args=[campaign.pk, "csv"])

    def rows(asked: str = "", kind: str = "csv") -> list[list[str]]:
        return rows_read(client.get(address.replace("csv", kind) + asked).getvalue())

    assert [row[0] for row in rows()[1:]] == ["=1+1", "Reached One"]
    for kind in ("csv", "xlsx"):
        heads, row = rows("?outcome=no_answer", kind)
        told = dict(zip(heads, row, strict=True))
        assert told["Customer"] == "=1+1" and told["Number"] == "154****0001" and told["Attempts"] == "2"
        assert (told["Last outcome"], told["Agent"]) == ("No answer", str(cast.alice))
    assert Entry.objects.filter(action="export.made").latest("pk").after["filters"] == "?outcome=no_answer"
    page = client.get(reverse("campaign", args=[campaign.pk]) + "?reach=not_reached").content.decode()
    assert address + "?reach=not_reached" in page
    client.force_login(cast.alice)
    assert client.get(address).status_code == 403


def test_leads_are_opened_again_and_taken_out_from_the_page(manager, campaign):
    lead_of(campaign, "A", "15409990001", tried_at=timezone.now(), outcome="no_answer", state=LeadState.CLOSED)
    address, page = reverse("campaign_leads_deed", args=[campaign.pk]), reverse("campaign", args=[campaign.pk])
    assert 'value="reopen"' not in manager.get(page).content.decode()
    assert 'value="reopen"' in manager.get(page + "?outcome=no_answer").content.decode()
    manager.post(address, {"deed": "reopen", "outcome": "no_answer", "state": "closed", "priority": "3"})
    fill = Fill.objects.get()
    assert (fill.deed, fill.filters, fill.priority) == ("reopen", {"outcome": "no_answer", "state": "closed"}, 3)
    fill_run(timezone.now())
    assert (campaign.leads.get().state, campaign.leads.get().priority) == ("open", 3)
    told = manager.get(reverse("campaign_fills", args=[campaign.pk])).content.decode()
    assert "Leads opened again" in told and "Closed · no answer" in told
    manager.post(address, {"deed": "out", "q": "nobody at all"})
    assert Fill.objects.count() == 2
    for asked in ({"deed": "out"}, {"deed": "reopen", "state": "closed"}, {"deed": "x", "outcome": "busy"}):
        manager.post(address, asked)
    assert Fill.objects.count() == 2


def test_a_lead_whose_customer_is_not_hers_to_see_is_not_shown(cast, client, bus, campaign):
    client.force_login(cast.sofia)
    lead = lead_of(campaign, "Carol's Own", "15409990004")
    lead.customer.owner = cast.carol
    lead.customer.save()
    assert "Carol&#x27;s Own" not in client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert client.get(reverse("campaign_lead", args=[campaign.pk, lead.pk])).status_code == 404


def test_customers_whom_a_filter_finds_are_taken_in(manager, campaign, cast):
    asked = {"q": "Mei Zhang"}
    shown = manager.post(reverse("campaign_take"), asked | {"form": ""}).content.decode()
    assert '<span class="meta figures" id="how-many">1</span>' in shown
    manager.post(reverse("campaign_take"), asked | {"step": "take", "campaign": campaign.pk, "priority": "-5"})
    fill = Fill.objects.get()
    assert (fill.campaign, fill.filters, fill.customers, fill.priority) == (campaign, {"q": ["Mei Zhang"]}, [], -5)
    manager.post(reverse("campaign_take"), {"customers": cast.caller.pk, "step": "take", "campaign": campaign.pk})
    assert Fill.objects.first().customers == [cast.caller.pk]


def test_nobody_is_taken_into_a_campaign_that_has_ended(manager, campaign):
    Campaign.objects.update(state=CampaignState.ENDED)
    told = manager.post(reverse("campaign_take"), {"step": "take", "campaign": campaign.pk}).content.decode()
    assert "has ended" in told and not Fill.objects.exists()


def test_the_live_page_tells_how_far_it_is_and_why_it_does_not_dial(manager, campaign):
    now = timezone.now()
    for n, outcome in enumerate(["answered", "no_answer", "no_answer", "busy"]):
        lead = lead_of(campaign, f"Customer {n}", f"1540999001{n}", tried_at=now)
        joined = now if outcome == "answered" else None
        over = {"ended_at": now, "state": AttemptState.ENDED, "outcome": outcome}
        dial(lead, now - MINUTE, answered_at=joined, joined_at=joined, verdict="success" if joined else "", **over)
    lead_of(campaign, "Customer 9", "15409990019")
    told = manager.get(reverse("campaign_live", args=[campaign.pk])).content.decode()
    assert "80.0%" in told and "25.0%" in told and "100.0%" in told
    assert "Not dialling: it was not started yet" in told and "No answer" in told
    manager.post(reverse("campaign_step", args=[campaign.pk]), {"step": "start", "back": "live"})
    part = manager.get(reverse("campaign_live_part", args=[campaign.pk])).content.decode()
    assert "the call centre service is away" in part
    assert manager.get(reverse("campaigns_watch")).status_code == 302


def test_the_quality_of_numbers_by_outcome(manager, campaign):
    now = timezone.now()
    for n, outcome in enumerate(["invalid", "absent", "no_answer", "answered"]):
        lead = lead_of(campaign, f"Customer {n}", f"1540999002{n}")
        over = {"ended_at": now, "state": AttemptState.ENDED, "outcome": outcome}
        dial(lead, now, answered_at=now if outcome == "answered" else None, **over)
    told = manager.get(reverse("campaign_quality")).content.decode()
    assert told.count("25.0%") == 12 and "Renewals in May" in told


def test_holidays_are_kept_once_a_day_and_country(manager):
    told = {"day": "2030-10-01", "country": "+86", "name": "National day"}
    manager.post(reverse("campaign_holidays"), told)
    assert Holiday.objects.get().country == "86"
    assert manager.post(reverse("campaign_holidays"), told).status_code == 400
    manager.post(reverse("campaign_holiday_remove", args=[Holiday.objects.get().pk]))
    assert not Holiday.objects.exists()


@pytest.mark.parametrize("name", ["campaigns", "campaign_templates", "campaign_holidays", "campaign_new"])
def test_pages_without_anything(manager, name):
    assert manager.get(reverse(name)).status_code == 200
