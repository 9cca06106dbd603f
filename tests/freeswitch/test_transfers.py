"""A customer is passed on, through the real switch: who hears whom."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Directory
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.until import until

NUMBER = "+8613800001111"
MUSIC = {-1}


@pytest.fixture
def layout() -> Directory:
    return centre(wrap_up_s=60)


def talking(desk: Centre):
    """A caller with Alice; Bob's phone is there and he is ready."""
    (alice,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, alice)
    (bob,) = desk.at_work("bob")
    return caller, call_id, alice, bob


def test_held_muted_keyed_then_passed_on_to_a_colleague_and_by_him_to_a_number(desk: Centre, carrier: Endpoint) -> None:
    expert = carrier.subscriber(NUMBER)
    caller, call_id, alice, bob = talking(desk)
    desk.order(c.Mute, "alice")
    desk.fact(f.MuteStarted, call_id=call_id)
    until(lambda: alice.call.media.mark not in caller.media.heard(), "the caller to hear her no more")
    assert alice.call.media.heard() == {caller.media.mark}
    desk.order(c.SendKeys, "alice", keys="4*#")
    until(lambda: caller.media.keys() == "4*#", "the keys to come")
    desk.order(c.Unmute, "alice")
    desk.fact(f.MuteEnded, call_id=call_id)
    desk.talks(caller, alice)

    desk.order(c.Hold, "alice")
    desk.fact(f.HoldStarted, call_id=call_id)
    desk.order(c.Transfer, "alice", what="agent", to="bob")
    assert desk.fact(f.TalkEnded, call_id=call_id).ended_by == "transfer"
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=call_id)) == 2)
    desk.talks(caller, bob)
    assert alice.call.state == "ended"
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")

    desk.order(c.Transfer, "bob", what="number", to="138 0000 1111")
    desk.fact(f.PartyJoined, call_id=call_id)
    until(lambda: expert.in_state("answered"), "the number to answer")
    until(lambda: caller.media.heard() == {expert.call.media.mark}, "the caller to hear the number alone")
    until(lambda: expert.call.media.heard() == {caller.media.mark}, "the number to hear the caller alone")
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    until(lambda: expert.call.state == "ended", "the number to be let go")
    assert desk.fact(f.PartyLeft, call_id=call_id).result == "answered"


def test_who_rejects_gives_the_caller_back_and_a_dialled_customer_is_passed_on_too(
    desk: Centre, carrier: Endpoint
) -> None:
    customer = carrier.subscriber(NUMBER)
    alice, bob = desk.at_work("alice", "bob")
    bob.behave = "reject answer"
    desk.fact(f.WorldStated)
    call_id = desk.order(c.Dial, "alice", number=NUMBER)
    desk.fact(f.TalkStarted, call_id=call_id)
    until(lambda: customer.in_state("answered") and customer.call.media.heard() == {alice.call.media.mark}, "a talk")
    desk.order(c.Transfer, "alice", what="agent", to="bob")
    offer = desk.fact(f.OfferEnded, call_id=call_id, agent="bob")
    assert (offer.result, offer.misses) == ("rejected", 0)
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=call_id, agent="alice")) == 2)
    until(lambda: customer.call.media.heard() == {alice.call.media.mark}, "her again")
    desk.order(c.Transfer, "alice", what="agent", to="bob")
    desk.fact(f.TalkStarted, call_id=call_id, agent="bob")
    until(lambda: customer.call.media.heard() == {bob.call.media.mark}, "the customer to hear Bob alone")
    until(lambda: bob.call.media.heard() == {customer.call.media.mark}, "Bob to hear the customer alone")
    desk.outside.do(bob.call.hang_up)
    assert desk.ended(call_id).ended_by == "agent"
    until(lambda: customer.call.state == "ended", "the customer to be let go")


def test_asked_swapped_and_completed(desk: Centre) -> None:
    caller, call_id, alice, bob = talking(desk)
    desk.order(c.Consult, "alice", what="agent", to="bob")
    desk.fact(f.ConsultAnswered, call_id=call_id)
    speak(alice, bob)
    until(lambda: caller.media.alone(*MUSIC), "music for the caller")
    desk.order(c.SwapConsult, "alice")
    desk.fact(f.ConsultSwapped, call_id=call_id)
    desk.talks(caller, alice)
    until(lambda: bob.call.media.heard() == MUSIC, "music for Bob")
    desk.order(c.SwapConsult, "alice")
    desk.until(lambda: len(desk.facts(f.ConsultSwapped, call_id=call_id)) == 2)
    speak(alice, bob)
    desk.order(c.CompleteTransfer, "alice")
    assert desk.fact(f.ConsultEnded, call_id=call_id).result == "transferred"
    desk.talks(caller, bob)
    until(lambda: alice.call.state == "ended", "Alice to be let go")
    assert not desk.facts(f.CallRepaired)
    desk.outside.do(bob.call.hang_up)
    assert desk.ended(call_id).ended_by == "agent"


def test_cancelled_then_asked_again_and_completed_by_the_receiver(desk: Centre, carrier: Endpoint) -> None:
    expert = carrier.subscriber(NUMBER, "busy answer")
    caller, call_id, alice, _bob = talking(desk)
    desk.order(c.Consult, "alice", what="number", to=NUMBER)
    assert desk.fact(f.ConsultEnded, call_id=call_id).result == "unreached"
    desk.talks(caller, alice)
    desk.order(c.Consult, "alice", what="agent", to="bob")
    desk.fact(f.ConsultAnswered, call_id=call_id)
    desk.order(c.CancelConsult, "alice")
    desk.until(lambda: [end for end in desk.facts(f.ConsultEnded, call_id=call_id) if end.result == "cancelled"])
    desk.talks(caller, alice)
    desk.order(c.Consult, "alice", what="number", to=NUMBER)
    desk.until(lambda: len(desk.facts(f.ConsultAnswered, call_id=call_id)) == 2)
    desk.outside.do(alice.call.hang_up)
    desk.fact(f.PartyJoined, call_id=call_id)
    until(lambda: caller.media.heard() == {expert.call.media.mark}, "the caller to hear the number alone")
    desk.outside.do(caller.hang_up)
    until(lambda: expert.call.state == "ended", "the number to be let go")


def test_of_a_dialled_talk_a_killed_daemon_and_a_customer_who_leaves(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER)
    alice, bob = desk.at_work("alice", "bob")
    desk.fact(f.WorldStated)
    call_id = desk.order(c.Dial, "alice", number=NUMBER)
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.order(c.Consult, "alice", what="agent", to="bob")
    desk.fact(f.ConsultAnswered, call_id=call_id)
    speak(alice, bob)
    desk.kill_daemon()
    desk.start_daemon()
    desk.until(lambda: desk.facts(f.CallRepaired, call_id=call_id, reason="taken back"))
    speak(alice, bob)
    until(lambda: customer.call.media.heard() == MUSIC, "music for the customer")
    desk.order(c.SwapConsult, "alice")
    desk.fact(f.ConsultSwapped, call_id=call_id)
    until(lambda: customer.call.media.heard() == {alice.call.media.mark}, "the customer to hear her alone")
    carrier.do(customer.call.hang_up)
    assert desk.fact(f.ConsultEnded, call_id=call_id).result == "customer_left"
    until(lambda: alice.call.state == bob.call.state == "ended", "both to be let go")
    assert desk.ended(call_id).ended_by == "customer"


def speak(one: Phone, other: Phone) -> None:
    """The two hear each other, and nothing else."""
    until(lambda: one.in_state("answered") and other.in_state("answered"), "both to be answered")
    until(lambda: one.call.media.heard() == {other.call.media.mark}, "one to hear the other alone")
    until(lambda: other.call.media.heard() == {one.call.media.mark}, "the other to hear the one alone")
