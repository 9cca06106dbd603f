"""What happens with a callback when its time has come."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from crm.calls.models import CallRecord
from crm.campaigns.callbacks.running import call_due
from crm.campaigns.callbacks.services import callback_make, callback_tried
from crm.campaigns.callbacks.words import why
from crm.campaigns.models import Attempt, AttemptState, Callback, CallbackState, CampaignState, LeadState
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.campaigns.floor import states, works_for
from tests.crm.campaigns.people import AT, campaign_of, daemon_leads, lead_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DUE = AT + HOUR
NUMBER = "+8615401400001"


@pytest.fixture
def centre(cast, bus):
    """A daemon leads; Alice is ready."""
    daemon_leads(bus, DUE)
    states(bus, alice="ready", bob="talking")
    return cast


@pytest.fixture
def round_of(django_capture_on_commit_callbacks, bus):
    """One run of the task: how many it dialled, and the orders of it that are in the stream."""

    def run(at=DUE) -> list:
        daemon_leads(bus, at)
        bus.delete(MAIN.commands)
        with django_capture_on_commit_callbacks(execute=True):
            done = call_due(at)
        orders = [commands.decode(fields[b"c"]) for _id, fields in bus.xrange(MAIN.commands)]
        assert len(orders) == done
        return [(order.agent, order.number) for order in orders]

    return run


def agreed(cast, **more) -> Callback:
    said = {"customer_id": cast.caller.pk, "number": NUMBER, "due_at": DUE, "agent": cast.alice, "at": AT}
    return callback_make(user=cast.ada, **(said | more))


def fresh(callback: Callback) -> Callback:
    return Callback.objects.get(pk=callback.pk)


def test_at_its_time_it_is_dialled_for_its_agent_once(centre, round_of) -> None:
    callback = agreed(centre)
    assert round_of(DUE - MINUTE) == []
    assert round_of() == [("alice", NUMBER)]
    assert round_of(DUE + MINUTE) == []
    attempt = Attempt.objects.get()
    assert (attempt.callback, attempt.state, attempt.agent) == (callback, AttemptState.HANDED, centre.alice)
    assert fresh(callback).state == CallbackState.CALLED


def test_it_waits_until_she_is_ready(centre, round_of, bus) -> None:
    callback = agreed(centre)
    states(bus, alice="talking", bob="ready")
    assert round_of() == []
    with translation.override("en"):
        assert why(fresh(callback)) == "The agent is not ready yet."
    states(bus, alice="ready")
    assert round_of(DUE + timedelta(seconds=5)) == [("alice", NUMBER)]


def test_she_gets_one_at_a_time(centre, round_of) -> None:
    agreed(centre)
    lead = lead_of(campaign_of())
    agreed(centre, customer_id=lead.customer_id, number=lead.number)
    assert len(round_of()) == 1
    assert round_of(DUE + MINUTE) == []  # the first is still being dialled


def test_outside_hours_it_waits_for_the_next_opening_and_says_so(centre, round_of) -> None:
    night = DUE.replace(hour=14)  # ten in the evening in Shanghai
    callback = agreed(centre, due_at=night)
    assert round_of(night) == []
    waiting = fresh(callback)
    assert (waiting.state, waiting.why) == (CallbackState.WAITING, "hours")
    assert timezone.localtime(waiting.next_at, timezone.get_fixed_timezone(480)).strftime("%a %H:%M") == "Tue 09:00"
    assert round_of(waiting.next_at) == [("alice", NUMBER)]


def test_who_is_not_to_be_called_is_not_called(centre, round_of) -> None:
    callback = agreed(centre)
    line = {"list": "no_call", "way": "out", "reason": "asked"}
    entries_add(user=centre.ada, lines=[(typed_number(NUMBER), line)])
    assert round_of() == []
    assert (fresh(callback).state, fresh(callback).why) == (CallbackState.FAILED, "do_not_call")


def test_after_its_time_it_goes_to_the_pool_of_its_campaign(centre, round_of, bus) -> None:
    campaign = campaign_of(mode="preview")
    works_for(campaign, centre.alice, centre.bob)
    lead = lead_of(campaign)
    callback = agreed(centre, customer_id=lead.customer_id, number=lead.number, lead=lead)
    states(bus, alice="paused", bob="ready")
    assert round_of(DUE + 29 * MINUTE) == []
    assert round_of(DUE + 30 * MINUTE) == [("bob", lead.number)]
    assert (fresh(callback).agent, Attempt.objects.get().agent) == (None, centre.bob)
    lead.refresh_from_db()
    assert lead.state == LeadState.CLAIMED


def test_one_of_the_pool_goes_to_who_is_ready_the_longest(centre, round_of, bus) -> None:
    campaign = campaign_of(mode="progressive")
    works_for(campaign, centre.alice, centre.bob)
    lead = lead_of(campaign)
    agreed(centre, agent=None, customer_id=lead.customer_id, number=lead.number, lead=lead)
    states(bus, carol="ready", bob="ready", alice="ready")
    assert round_of() == [("bob", lead.number)]


def test_a_paused_campaign_holds_it_and_an_ended_one_ends_it(centre, round_of) -> None:
    campaign = campaign_of(mode="preview")
    works_for(campaign, centre.alice)
    lead = lead_of(campaign)
    callback = agreed(centre, customer_id=lead.customer_id, number=lead.number, lead=lead)
    campaign.state = CampaignState.PAUSED
    campaign.save()
    assert round_of() == []
    assert (fresh(callback).state, fresh(callback).why) == (CallbackState.WAITING, "not_running")
    campaign.state = CampaignState.ENDED
    campaign.save()
    assert round_of(DUE + 2 * MINUTE) == []
    assert (fresh(callback).state, fresh(callback).why) == (CallbackState.CANCELLED, "over")


def test_without_a_daemon_it_waits(centre, bus) -> None:
    callback = agreed(centre)
    bus.delete(MAIN.settled)
    assert call_due(DUE) == 0
    assert (fresh(callback).state, fresh(callback).why) == (CallbackState.WAITING, "switch_away")
    assert not Attempt.objects.exists()


def test_one_that_was_not_dialled_is_tried_again(centre, round_of) -> None:
    callback = agreed(centre)
    round_of()
    attempt = Attempt.objects.get()
    Attempt.objects.update(state=AttemptState.RETURNED)
    callback_tried(callback.pk, attempt, False, DUE + MINUTE)
    assert round_of(DUE + MINUTE) == []
    assert round_of(DUE + 2 * MINUTE) == [("alice", NUMBER)]


class TestScheduledSingleCalls:
    """They run only if nothing happened with the customer since they were set."""

    def test_untouched_it_is_made(self, centre, round_of) -> None:
        agreed(centre, untouched=True)
        assert round_of() == [("alice", NUMBER)]

    def test_what_was_agreed_in_a_call_is_not_touched_by_that_call(self, centre, round_of) -> None:
        CallRecord.objects.create(call_id="c-1", month="2026-11-01", number_e164=NUMBER, customer=centre.caller)
        agreed(centre, untouched=True, call_id="c-1")
        CallRecord.objects.filter(pk="c-1").update(note="promised to call")
        assert round_of() == [("alice", NUMBER)]

    @pytest.mark.parametrize("what", ["record", "calls", "note", "leads"])
    def test_touched_it_is_dropped_and_says_why(self, centre, round_of, what) -> None:
        CallRecord.objects.create(call_id="c-0", month="2026-11-01", number_e164=NUMBER, customer=centre.caller)
        callback = agreed(centre, untouched=True)
        if what == "record":
            centre.caller.version += 1
            centre.caller.save()
        elif what == "calls":
            CallRecord.objects.create(call_id="c-1", month="2026-11-01", number_e164=NUMBER)
        elif what == "note":
            CallRecord.objects.filter(pk="c-0").update(note="she called")
        else:
            lead_of(campaign_of(), NUMBER, customer=centre.caller)
        assert round_of() == []
        assert (fresh(callback).state, fresh(callback).why) == (
            CallbackState.DROPPED,
            "calls" if what == "note" else what,
        )
