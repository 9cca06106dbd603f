"""An agent looks at one lead at a time: it is hers alone until she accepts, skips, or looks for too long."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from crm.campaigns.evidence.check import check
from crm.campaigns.models import Attempt, AttemptState, CampaignState, Evidence, LeadState
from crm.campaigns.preview.selectors import AWAY, campaigns_of, leads_open
from crm.campaigns.preview.services import lead_accept, lead_call, lead_next, lead_skip, preview_shown, shown_expire
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from crm.switch import SwitchAway
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.campaigns.floor import works_for
from tests.crm.campaigns.people import AT, campaign_of, daemon_leads, lead_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def campaign(cast, bus):
    """A preview campaign for which Alice and Bob work; a daemon leads."""
    made = campaign_of(mode="preview", preview_s=60)
    works_for(made, cast.alice, cast.bob)
    daemon_leads(bus)
    return made


def no_call(user, number: str) -> None:
    entries_add(user=user, lines=[(typed_number(number), {"list": "no_call", "way": "out", "reason": "asked"})])


def sent(bus) -> list:
    return [commands.decode(fields[b"c"]) for _id, fields in bus.xrange(MAIN.commands)]


def test_she_gets_the_most_important_lead_and_gets_it_again(cast, campaign) -> None:
    lead_of(campaign)
    first = lead_of(campaign, priority=5)
    shown = lead_next(cast.alice, AT)
    assert (shown.lead.pk, shown.number, shown.until) == (first.pk, first.number, AT + MINUTE)
    assert lead_next(cast.alice, AT + MINUTE / 2) == shown == preview_shown(cast.alice, AT)
    assert Attempt.objects.get().state == AttemptState.SHOWN


def test_nobody_else_gets_it(cast, campaign) -> None:
    lead_of(campaign)
    assert lead_next(cast.alice, AT) is not None
    assert lead_next(cast.bob, AT) is None
    assert lead_next(cast.carol, AT) is None


def test_accepting_hands_it_over(cast, campaign, bus, django_capture_on_commit_callbacks) -> None:
    lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    with django_capture_on_commit_callbacks(execute=True):
        lead_accept(cast.alice, shown.attempt, AT)
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.term) == (AttemptState.HANDED, "d1:1")
    (order,) = sent(bus)
    assert (order.agent, order.number, order.id) == ("alice", shown.number, attempt.pk)
    assert lead_next(cast.alice, AT) is None  # while it is dialled
    assert [row.kind for row in Evidence.objects.filter(attempt=attempt.pk).order_by("seq")] == ["allowed", "allowed"]


def test_a_campaign_that_was_paused_meanwhile_refuses_with_a_sentence(cast, campaign, bus) -> None:
    lead = lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    campaign.state = CampaignState.PAUSED
    campaign.save()
    with pytest.raises(ValidationError, match="does not run"):
        lead_accept(cast.alice, shown.attempt, AT)
    lead.refresh_from_db()
    assert (lead.state, lead.skips) == (LeadState.OPEN, 0)
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.outcome, attempt.cause) == (AttemptState.RETURNED, "refused", "not_running")
    assert sent(bus) == []


def test_a_number_that_was_listed_meanwhile_is_not_dialled(cast, campaign, bus) -> None:
    lead = lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    no_call(cast.ada, lead.number)
    with pytest.raises(ValidationError, match="do-not-call"):
        lead_accept(cast.alice, shown.attempt, AT)
    assert sent(bus) == []
    assert lead_next(cast.bob, AT) is None
    lead.refresh_from_db()
    assert (lead.state, lead.outcome) == (LeadState.CLOSED, "do_not_call")


def test_without_a_daemon_it_stays_hers(cast, campaign, bus) -> None:
    lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    bus.delete(MAIN.settled)
    with pytest.raises(SwitchAway):
        lead_accept(cast.alice, shown.attempt, AT)
    assert lead_next(cast.alice, AT) == shown


def test_skipped_it_goes_to_others_and_not_back_to_her_at_once(cast, campaign) -> None:
    lead = lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    lead_skip(cast.alice, shown.attempt, "unfit", AT)
    lead.refresh_from_db()
    assert (lead.state, lead.skips) == (LeadState.OPEN, 1)
    assert lead_next(cast.alice, AT + MINUTE) is None
    assert lead_next(cast.bob, AT + MINUTE).lead.pk == lead.pk
    kept = Evidence.objects.get(attempt=shown.attempt, kind="returned")
    assert (kept.facts["outcome"], kept.facts["cause"]) == ("skipped", "unfit")
    assert check().first is None


def test_after_a_while_she_gets_it_again(cast, campaign) -> None:
    lead = lead_of(campaign)
    lead_skip(cast.alice, lead_next(cast.alice, AT).attempt, "later", AT)
    assert lead_next(cast.alice, AT + AWAY + MINUTE).lead.pk == lead.pk


def test_a_skip_needs_a_reason(cast, campaign) -> None:
    lead_of(campaign)
    with pytest.raises(ValidationError, match="why"):
        lead_skip(cast.alice, lead_next(cast.alice, AT).attempt, "because", AT)


def test_who_looks_for_too_long_has_skipped(cast, campaign) -> None:
    lead = lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    assert shown_expire(AT + MINUTE / 2) == 0
    assert shown_expire(AT + MINUTE) == 1
    lead.refresh_from_db()
    assert (lead.state, lead.skips) == (LeadState.OPEN, 1)
    with pytest.raises(ValidationError):
        lead_accept(cast.alice, shown.attempt, AT + MINUTE)
    assert lead_next(cast.alice, AT + MINUTE) is None


def test_accepted_too_late_it_goes_back_by_itself(cast, campaign) -> None:
    lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    with pytest.raises(ValidationError):
        lead_accept(cast.alice, shown.attempt, AT + MINUTE)
    assert Attempt.objects.get().outcome == "expired"


def test_what_is_shown_to_her_is_nobody_elses(cast, campaign) -> None:
    lead_of(campaign)
    shown = lead_next(cast.alice, AT)
    for other in (cast.bob, cast.sofia, cast.ada):
        with pytest.raises(PermissionDenied):
            lead_accept(other, shown.attempt, AT)
        with pytest.raises(PermissionDenied):
            lead_skip(other, shown.attempt, "later", AT)


def test_leads_that_may_not_be_called_are_passed_by(cast, campaign) -> None:
    for n in range(30):  # in New York it is night
        lead_of(campaign, f"+1212555{n:04}", priority=9)
    good = lead_of(campaign)
    assert lead_next(cast.alice, AT).lead.pk == good.pk


def test_who_was_called_often_enough_is_passed_by_and_comes_later(cast, campaign) -> None:
    often, good = lead_of(campaign, priority=9), lead_of(campaign)
    for n in range(3):
        said = {"number": often.number, "customer": often.customer, "state": "ended", "mode": "preview"}
        Attempt.objects.create(id=f"a-{n}", made_at=AT - n * MINUTE, handed_at=AT - n * MINUTE, **said)
    assert lead_next(cast.alice, AT).lead.pk == good.pk
    often.refresh_from_db()
    assert often.due_at > AT


def test_a_number_without_use_leads_to_the_next(cast, campaign) -> None:
    lead = lead_of(campaign, "+8613800000001", "+8613800000002")
    no_call(cast.ada, "+8613800000001")
    assert lead_next(cast.alice, AT).number == "+8613800000002"
    lead.refresh_from_db()
    assert lead.number == "+8613800000002"


def test_manual_she_chooses_and_calls(cast, bus, django_capture_on_commit_callbacks) -> None:
    campaign = campaign_of(mode="manual")
    works_for(campaign, cast.alice)
    daemon_leads(bus)
    leads = [lead_of(campaign) for _n in range(3)]
    assert [one.pk for one in leads_open(cast.alice, campaign.pk, AT).rows] == [one.pk for one in leads]
    assert leads_open(cast.bob, campaign.pk, AT).rows == []
    assert lead_next(cast.alice, AT) is None
    with pytest.raises(PermissionDenied):
        lead_call(cast.bob, leads[1].pk, AT)
    with django_capture_on_commit_callbacks(execute=True):
        lead_call(cast.alice, leads[1].pk, AT)
    assert [order.number for order in sent(bus)] == [leads[1].number]
    with pytest.raises(ValidationError, match="Finish the call"):
        lead_call(cast.alice, leads[0].pk, AT)


def test_her_campaigns_are_those_that_run_and_ask_for_her_skill(cast, campaign) -> None:
    other = campaign_of(mode="preview", priority=3)
    works_for(other, cast.alice)
    works_for(campaign_of(mode="preview", state=CampaignState.DRAFT), cast.alice)
    works_for(campaign_of(mode="preview", starts_at=AT + MINUTE), cast.alice)
    assert campaigns_of(cast.alice, AT) == [other, campaign]
    assert campaigns_of(cast.bob, AT) == [campaign]
    assert campaigns_of(cast.carol, AT) == []


@pytest.mark.django_db(transaction=True)
def test_two_tabs_get_one_lead(cast, campaign) -> None:
    for _n in range(4):
        lead_of(campaign)
    together, found = threading.Barrier(4), []

    def ask(user) -> None:
        try:
            together.wait()
            found.append((user.pk, lead_next(user, AT).lead.pk))
        finally:
            connection.close()

    tabs = [threading.Thread(target=ask, args=(user,)) for user in (cast.alice, cast.alice, cast.bob, cast.bob)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(found) == 4
    assert len(set(found)) == 2 == len({lead for _user, lead in found})
