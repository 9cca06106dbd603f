"""The record of a call in each of its ends."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.calls.models import AgentStateInterval, CallRecord, Offer, Outcome, QueueVisit
from switchctl.contract import facts as f
from tests.stories import NOON, SECOND, Story, numbered

from .rows import everything, record

pytestmark = pytest.mark.django_db
BEGIN = datetime.fromtimestamp(NOON // SECOND, UTC)


def recorded(*stories: Story) -> CallRecord:
    record(numbered(fact for story in stories for fact in story.facts))
    return CallRecord.objects.get(call_id=stories[0].call_id)


def test_an_answered_call():
    story = Story("c1").greeted(4).queued().offered_to("alice", 1).answered(3).held(5).hung_up("agent", 30)
    call = recorded(story.wrapped_up(10))
    assert (call.outcome, call.final, call.sources) == (Outcome.ANSWERED, True, ["esl"])
    assert (call.number, call.number_e164, call.dialled, call.node) == (
        "15401400001", "+8615401400001", "4001", "fs1",
    )  # fmt: skip
    assert (call.queue, call.agent, call.ended_by, call.hangup_cause) == (
        "support", "alice", "agent", "NORMAL_CLEARING",
    )  # fmt: skip
    assert (call.wait_ms, call.talk_ms, call.hold_ms, call.wrap_ms) == (4000, 32_000, 5000, 10_000)
    assert call.arrived_at == BEGIN
    assert call.answered_at == BEGIN + timedelta(seconds=0.2)
    assert call.queue_entered_at == BEGIN + timedelta(seconds=4.2)
    assert call.talk_started_at == BEGIN + timedelta(seconds=8.2)
    offer = Offer.objects.get()
    assert offer.talk_ended_at - offer.talk_started_at == timedelta(milliseconds=offer.talk_ms + offer.hold_ms)


def test_a_call_in_progress_is_open():
    call = recorded(Story("c1").greeted().queued())
    assert (call.outcome, call.final, call.open_parts) == (Outcome.OPEN, False, 1)


def test_a_call_waits_for_its_wrap_up_to_be_final():
    call = recorded(Story("c1").greeted().queued().offered_to("alice").answered().hung_up())
    assert (call.outcome, call.final, call.open_parts) == (Outcome.ANSWERED, False, 1)


def test_a_caller_who_leaves_in_the_greeting():
    call = recorded(Story("c1").greeted().over())
    assert (call.outcome, call.final, call.wait_ms, call.agent) == (Outcome.ABANDONED_IN_GREETING, True, None, "")


def test_a_caller_who_leaves_while_a_phone_rings():
    call = recorded(Story("c1").greeted().queued().offered_to("alice").gave_up(4))
    assert (call.outcome, call.final, call.wait_ms, call.agent) == (Outcome.ABANDONED_IN_QUEUE, True, 5000, "")
    assert Offer.objects.get().result == "cancelled"


def test_a_missed_offer_keeps_the_wait_and_leaves_two_offers():
    story = Story("c1").greeted().queued().offered_to("alice").missed("rna", 20).offered_to("bob").answered(2)
    call = recorded(story.hung_up().wrapped_up())
    assert (call.agent, call.wait_ms) == ("bob", 24_000)
    assert list(Offer.objects.order_by("offered_at").values_list("agent", "result")) == [
        ("alice", "rna"), ("bob", "answered"),
    ]  # fmt: skip
    assert QueueVisit.objects.get().exit == "answered"


def test_a_system_failure():
    story = Story("c1").greeted().queued()
    story.tell(f.QueueLeft, 3, queue="support", visit=story.visit, exit="system_failure", wait_ms=3000)
    assert recorded(story.over("system", cause="NORMAL_TEMPORARY_FAILURE")).outcome == Outcome.SYSTEM_FAILURE


def test_states_follow_one_another_without_gap_or_overlap():
    recorded(*(Story(f"c{n}", NOON + n * 60 * SECOND).greeted().queued().offered_to("alice").answered()
               .hung_up().wrapped_up() for n in range(4)))  # fmt: skip
    states = list(AgentStateInterval.objects.filter(agent="alice").order_by("started_at", "seq"))
    assert [state.state for state in states] == ["offered", "talking", "wrapup", "ready"] * 4
    assert [state.ended_at for state in states] == [*(state.started_at for state in states[1:]), None]


def test_what_the_agent_wrote_stays():
    facts = numbered(Story("c1").greeted().queued().offered_to("alice").answered().hung_up().wrapped_up().facts)
    record(facts[:-3])
    CallRecord.objects.update(note="wants a refund")
    record(facts)
    assert CallRecord.objects.get().note == "wants a refund"
    assert CallRecord.objects.get().final


def test_the_customer_is_found_by_number_when_exactly_one_has_it(cast):
    assert recorded(Story("c1")).customer == cast.caller
    assert recorded(Story("c2", number="+86 154 0140 0001")).customer == cast.caller
    assert recorded(Story("c3", number="15401400002")).customer is None


def test_a_stated_world_ends_calls_that_it_does_not_name():
    lost = Story("lost").greeted().queued().offered_to("alice").answered()
    alive, elsewhere = Story("alive").greeted().queued(), Story("elsewhere", node="fs2").greeted()
    world = f.WorldStated(node="fs1", at=NOON + 60 * SECOND, calls=["alive"], reason="daemon started")
    record(numbered([*lost.facts, *alive.facts, *elsewhere.facts, world]))
    call = CallRecord.objects.get(call_id="lost")
    assert (call.ended_at, call.hangup_cause, call.ended_by) == (BEGIN + timedelta(seconds=60), "lost", "system")
    assert (call.sources, call.outcome, call.final) == (["esl", "inferred"], Outcome.ANSWERED, True)
    assert {c.call_id for c in CallRecord.objects.filter(ended_at=None)} == {"alive", "elsewhere"}
    after = [*lost.held().hung_up().wrapped_up().facts[-8:]]
    record(numbered(after, first=100))
    call.refresh_from_db()
    assert (call.hangup_cause, call.ended_by, call.sources) == ("NORMAL_CLEARING", "customer", ["esl"])


def test_a_repeat_changes_not_one_row():
    facts = numbered(Story("c1").greeted().queued().offered_to("alice").answered().hung_up().wrapped_up().facts)
    record(facts)
    before = everything()
    record(facts)
    assert everything() == before


@pytest.mark.parametrize(
    "name", ["\\N", "a\tb\nc\rd\\", "\x00", '");DROP TABLE x;--', "张伟 🙂", "<script>", "\\.", "x" * 5000]
)
def test_hostile_names_are_kept_as_text(name):
    call = recorded(Story("c1", name=name, number=name[:30]))
    assert call.caller_name == name.replace("\x00", "")[:200]
    assert call.number_e164 == ""
