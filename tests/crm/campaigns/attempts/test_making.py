"""An attempt is a committed row before anything is dialled, and never one too many."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from crm import switch
from crm.campaigns.attempts.digest import digest
from crm.campaigns.attempts.handing import hand_to_agent
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.models import Attempt, AttemptState, Evidence
from crm.customers.card import caller_card
from crm.customers.models import CallerChoice
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from crm.switch import SwitchAway
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.campaigns.people import AT, campaign_of, customer_of, daemon_leads, lead_of

NUMBER = "+8613800000001"
SECOND = timedelta(seconds=1)


def make(*leads, at=AT, state="handed", **more):
    said = rulings([Wanted(lead.campaign, lead.customer_id, lead.number, lead.pk) for lead in leads], at)
    return attempts_make(said, mode="progressive", state=state, at=at, **more)


def test_it_claims_the_lead_and_leaves_evidence(leads, db) -> None:
    lead = lead_of(campaign_of())
    (attempt,) = make(lead, life_s=60)
    lead.refresh_from_db()
    assert lead.state == "claimed"
    kept = Attempt.objects.get()
    assert (kept.pk, kept.state, kept.term, kept.number) == (attempt.pk, "handed", "d1:1", lead.number)
    assert (kept.handed_at, kept.expires_at, kept.until) == (AT, AT + 60 * SECOND, AT + 7200 * SECOND)
    evidence = Evidence.objects.get(attempt=attempt.pk)
    assert (evidence.kind, evidence.facts["zone"]) == ("allowed", "Asia/Shanghai")
    assert evidence.personal["number"] == lead.number


def test_whom_the_campaign_calls_is_known_though_the_number_is_of_several(leads, db) -> None:
    """Written before the call; where the number is hers alone it says so itself."""
    hers, other = customer_of(NUMBER), customer_of(NUMBER)
    campaign = campaign_of()
    shared, alone = lead_of(campaign, NUMBER, customer=other), lead_of(campaign)
    attempt, _clear = make(shared, alone)
    assert [(one.call_id, one.customer_id) for one in CallerChoice.objects.all()] == [(attempt.pk, other.pk)]
    assert caller_card(NUMBER, call_id=attempt.pk).customer == other != hers
    daemon_leads(leads, AT + 61 * SECOND, seq=1, committed=1, until=AT + 61 * SECOND)
    digest(AT + 61 * SECOND)
    assert not CallerChoice.objects.exists()  # it was never dialled


def test_a_lead_that_is_claimed_is_not_claimed_again(leads, db) -> None:
    lead = lead_of(campaign_of())
    assert make(lead)
    assert make(lead) == []


def test_what_was_allowed_a_moment_ago_is_asked_again(leads, cast) -> None:
    lead = lead_of(campaign_of(), NUMBER)
    said = rulings([Wanted(lead.campaign, lead.customer_id, NUMBER, lead.pk)], AT)
    entries_add(user=cast.ada, lines=[(typed_number(NUMBER), {"list": "no_call", "way": "out", "reason": "asked"})])
    assert attempts_make(said, mode="progressive", state="handed", at=AT) == []
    lead.refresh_from_db()
    assert lead.state == "open"


@pytest.mark.parametrize("away", [True, False])
def test_without_a_daemon_nothing_is_handed_over(bus, db, away) -> None:
    if not away:
        daemon_leads(bus, AT - 10 * SECOND)
    with pytest.raises(SwitchAway):
        make(lead_of(campaign_of()))
    assert not Attempt.objects.exists()
    assert make(lead_of(campaign_of()), state="shown")


def test_the_agent_who_looked_at_it_has_it_dialled(leads, cast, django_capture_on_commit_callbacks) -> None:
    campaign = campaign_of(caller_number="02112345678", ring_s=40, prompt="prompts/own.wav")
    (attempt,) = make(lead_of(campaign), state="shown", agent=cast.alice)
    with django_capture_on_commit_callbacks(execute=True):
        hand_to_agent(attempt, cast.alice, AT + 2 * SECOND)
        assert not leads.xlen(MAIN.commands)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.term) == ("handed", "d1:1")
    assert attempt.expires_at == AT + 2 * SECOND + switch.DEADLINE_S * SECOND
    ((_entry, fields),) = leads.xrange(MAIN.commands)
    order = commands.decode(fields[b"c"])
    assert (order.id, order.agent, order.number, order.shows) == (attempt.pk, "alice", attempt.number, "02112345678")
    assert order.prompt == "prompts/own.wav"
    assert order.deadline == round(attempt.expires_at.timestamp() * 1_000_000)
    assert [row.kind for row in Evidence.objects.filter(attempt=attempt.pk)] == ["allowed", "allowed"]


def test_it_is_not_handed_over_twice_nor_when_it_is_not_hers_any_more(leads, cast) -> None:
    (attempt,) = make(lead_of(campaign_of()), state="shown", agent=cast.alice, life_s=30)
    with pytest.raises(ValidationError):
        hand_to_agent(attempt, cast.alice, AT + 30 * SECOND)
    hand_to_agent(attempt, cast.alice, AT + SECOND)
    with pytest.raises(ValidationError):
        hand_to_agent(attempt, cast.alice, AT + 2 * SECOND)


def test_it_is_not_handed_over_when_the_campaign_was_paused_meanwhile(leads, cast) -> None:
    lead = lead_of(campaign_of())
    (attempt,) = make(lead, state="shown", agent=cast.alice)
    type(lead.campaign).objects.update(state="paused")
    with pytest.raises(ValidationError) as refused:
        hand_to_agent(attempt, cast.alice, AT)
    assert refused.value.code == "not_running"
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SHOWN


def at_once(*work) -> list:
    """Each in a thread with a connection of its own, all let go at the same moment."""
    gate, done = threading.Barrier(len(work)), []

    def run(one) -> None:
        try:
            gate.wait(20)
            done.append(one())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return done


@pytest.mark.django_db(transaction=True)
def test_of_campaigns_that_want_the_same_number_at_once_one_gets_it(leads) -> None:
    """Each of eight has a lead of its own with that number."""
    work = [lead_of(campaign_of(), NUMBER) for _each in range(8)]
    made = at_once(*[partial(make, lead) for lead in work])
    assert sum(map(len, made)) == 1
    assert Attempt.objects.filter(number=NUMBER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_campaigns_that_want_the_same_person_at_once_one_gets_her(leads) -> None:
    numbers = [f"+861390000000{place}" for place in range(6)]
    customer = customer_of(*numbers)
    work = [lead_of(campaign_of(), number, customer=customer) for number in numbers]
    made = at_once(*[partial(make, lead) for lead in work])
    assert sum(map(len, made)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_lead_is_claimed_by_one_of_many(leads) -> None:
    lead = lead_of(campaign_of())
    made = at_once(*[partial(make, lead) for _each in range(6)])
    assert sorted(map(len, made)) == [0, 0, 0, 0, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_many_numbers_in_any_order_never_lock_each_other_out(leads) -> None:
    numbers = [f"+861370000{place:04}" for place in range(12)]
    groups = [[lead_of(campaign_of(), number) for number in order] for order in (numbers, numbers[::-1], numbers[5:])]
    made = at_once(*[partial(make, *group) for group in groups])
    assert sorted(attempt.number for one in made for attempt in one) == numbers
