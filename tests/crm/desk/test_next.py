"""The card “next customer”: a lead is looked at, called or passed on; and the lists of manual campaigns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.campaigns.models import Attempt, AttemptState, CampaignState, LeadState, Mode
from crm.customers.services import customer_add
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.carrier import carrier

from .campaign import MEI, attempt_of, campaign_of, daemon, lead_of


@pytest.fixture
def alice(client, cast, bus, settings):
    carrier()
    daemon(bus)
    client.force_login(cast.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def card(client) -> str:
    return client.get("/desk/next/").content.decode()


def taken(client) -> str:
    return client.post("/desk/next/take/").content.decode()


def dialled(bus) -> list[commands.DialLead]:
    return [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]


def test_who_works_for_no_campaign_has_no_card(alice, cast, client):
    campaign = campaign_of(cast)
    campaign.departments.set([cast.carol.department])
    assert not card(alice).strip()
    page = alice.get("/").content.decode()
    assert 'id="next"' in page and "data-take" not in page


def test_nothing_is_shown_until_she_asks(alice, cast):
    lead_of(campaign_of(cast), cast.caller)
    assert "Show the next" in card(alice) and not Attempt.objects.exists()
    page = taken(alice)
    for expected in ("Mei Zhang", "154****0001", "Renewals", "attempt 1", "Gold", "Good day Mei Zhang", "F2"):
        assert expected in page
    assert "15401400001" not in page.replace(" ", "")
    assert Attempt.objects.get().state == AttemptState.SHOWN
    assert "Mei Zhang" in card(alice) and Attempt.objects.count() == 1  # a reload shows the same


def test_what_she_accepts_is_dialled_for_her_and_is_that_call(alice, cast, bus, django_capture_on_commit_callbacks):
    lead_of(campaign_of(cast, auto_answer=False, ring_s=25), cast.caller)
    taken(alice)
    attempt = Attempt.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = alice.post(f"/desk/next/{attempt.pk}/call/")
    assert answer.status_code == 202 and answer.json() == {"id": attempt.pk}
    [order] = dialled(bus)
    assert (order.id, order.agent, order.number, order.ring_s) == (attempt.pk, "alice", MEI, 25)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.HANDED
    assert "Show the next" in card(alice)


def test_what_may_not_be_called_any_more_is_refused_in_a_sentence(alice, cast, bus):
    campaign = campaign_of(cast)
    lead_of(campaign, cast.caller)
    taken(alice)
    campaign.state = CampaignState.PAUSED
    campaign.save()
    answer = alice.post(f"/desk/next/{Attempt.objects.get().pk}/call/")
    assert answer.status_code == 409 and answer.json()["error"] == "The campaign does not run."
    assert not dialled(bus)


def test_she_passes_one_on_with_a_reason_and_it_is_not_hers_again(alice, cast):
    lead = lead_of(campaign_of(cast), cast.caller)
    taken(alice)
    attempt = Attempt.objects.get()
    answer = alice.post(f"/desk/next/{attempt.pk}/skip/", {"why": "nonsense"})
    assert answer.status_code == 409 and answer.json()["error"]
    page = alice.post(f"/desk/next/{attempt.pk}/skip/", {"why": "unfit"}).content.decode()
    assert "Show the next" in page
    lead.refresh_from_db()
    assert (lead.state, lead.skips) == (LeadState.OPEN, 1)
    assert "Nobody is to be called at this moment." in taken(alice)


def test_what_is_shown_to_another_is_not_hers(client, cast, alice, bus):
    lead_of(campaign_of(cast), cast.caller)
    taken(alice)
    attempt = Attempt.objects.get()
    client.force_login(cast.bob)
    assert client.post(f"/desk/next/{attempt.pk}/call/").status_code == 403
    assert client.post(f"/desk/next/{attempt.pk}/skip/", {"why": "unfit"}).status_code == 403
    assert "Mei Zhang" not in card(client) and not dialled(bus)


def test_what_came_before_stands_beside_it(alice, cast):
    lead = lead_of(campaign_of(cast), cast.caller, outcome="busy", attempts=1)
    before = timezone.now() - timedelta(days=1)
    attempt_of(lead, cast.bob, "c0", state=AttemptState.ENDED, outcome="busy", made_at=before, dialled_at=before)
    page = taken(alice)
    assert "attempt 2" in page and "last time: busy" in page


def test_a_manual_campaign_is_a_list_and_a_click_calls(alice, cast, bus, django_capture_on_commit_callbacks):
    campaign = campaign_of(cast, Mode.MANUAL)
    lead = lead_of(campaign, cast.caller, attempts=2, outcome="no_answer")
    page = card(alice)
    assert "Mei Zhang" in page and "154****0001" in page and "2 attempts" in page and "no answer" in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = alice.post(f"/desk/leads/{lead.pk}/call/")
    [order] = dialled(bus)
    assert answer.status_code == 202 and answer.json()["id"] == order.id == Attempt.objects.get().pk
    again = alice.post(f"/desk/leads/{lead.pk}/call/")
    assert again.status_code == 409 and "first" in again.json()["error"]


def test_a_long_list_comes_in_pages(alice, cast):
    campaign = campaign_of(cast, Mode.MANUAL)
    for n in range(53):
        lead_of(campaign, customer_add(name=f"Customer {n:02}", numbers=[f"1540199{n:04}"]), f"+861540199{n:04}")
    page = card(alice)
    assert "Customer 49" in page and "Customer 50" not in page
    more = page.partition('data-more="')[2].partition('"')[0]
    rest = alice.get(more).content.decode()
    assert "Customer 52" in rest and "Customer 49" not in rest and "data-more" not in rest


def test_leads_of_a_campaign_that_is_not_hers_are_nobodys(alice, cast, bus):
    campaign = campaign_of(cast, Mode.MANUAL)
    lead = lead_of(campaign, cast.caller)
    campaign.departments.set([cast.carol.department])
    assert "Mei Zhang" not in alice.get(f"/desk/leads/{campaign.pk}/").content.decode()
    assert alice.post(f"/desk/leads/{lead.pk}/call/").status_code == 403 and not dialled(bus)
