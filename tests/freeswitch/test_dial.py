"""An agent dials through the real switch: her phone here, the carrier and its subscribers there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.party import Party
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import holds, until

NUMBER = "+8613800001111"
MUSIC = {-1}


@pytest.fixture
def desk(
    switch: Switch, outside: Endpoint, carrier: Endpoint, tmp_path: Path, free_port: Callable[[], int]
) -> Iterator[Centre]:
    """A daemon at work; Alice shows a number of her own."""
    desk = Centre(tmp_path, free_port, switch, outside)
    layout = centre(wrap_up_s=60)
    alice, *others = layout.agents
    alice = msgspec.structs.replace(alice, caller_number="+862160001111")
    try:
        desk.start(msgspec.structs.replace(layout, agents=(alice, *others)))
        yield desk
    finally:
        switch.end_calls()
        desk.end()


def dials(desk: Centre, agent: str, number: str = "138 0000 1111") -> str:
    desk.fact(f.WorldStated)  # the switch has been listed: before that nobody dials
    while True:
        call: str = desk.order(c.Dial, agent, number=number)
        desk.until(lambda call=call: desk.facts(f.DialStarted, call_id=call) or desk.refused(call))
        refused = desk.refused(call)
        if refused is None:
            return call
        assert refused.reason == refusals.SWITCH_AWAY, refused  # a busy machine lets the daemon doubt its lead


def talk(customer: Phone, phone: Phone) -> None:
    """Each hears the other, and nothing else."""
    until(lambda: customer.in_state("answered"), "the customer to pick up")
    here, there = phone.call.media, customer.call.media
    until(lambda: there.heard() == {here.mark}, "the customer to hear the agent alone")
    until(lambda: here.heard() == {there.mark}, "the agent to hear the customer alone")


def from_of(party: Party) -> str:
    assert party.incoming is not None
    return party.incoming.text("from")


def test_keys_of_a_dialled_talk_reach_the_other_side_and_are_told_by_nobody(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER)
    (phone,) = desk.at_work("alice")
    call = dials(desk, "alice")
    desk.fact(f.TalkStarted, call_id=call)
    talk(customer, phone)
    for party, other, keys in ((customer.call, phone.call, "492"), (phone.call, customer.call, "17")):
        for key in keys:
            desk.outside.do(party.press, key)
        until(lambda other=other, keys=keys: other.media.keys() == keys, "the keys to pass")
    desk.order(c.HangUp, "alice")
    desk.ended(call)
    assert not desk.facts(f.KeysPressed, call_id=call)


def test_reached_held_and_hung_up_from_the_page(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER, "ring")
    (phone,) = desk.at_work("alice", behave="ring")
    call = dials(desk, "alice")
    until(lambda: phone.in_state("ringing"), "her own phone to ring")
    holds(lambda: not customer.calls, "nobody is called before she has picked up", 0.5)
    assert NUMBER not in from_of(phone.call) and "1001" in from_of(phone.call)
    desk.order(c.Answer, "alice")
    until(lambda: customer.in_state("ringing"), "the customer's phone to ring")
    assert "+862160001111" in from_of(customer.call)
    until(lambda: phone.call.media.heard() == MUSIC, "ringing in her ear")
    carrier.do(customer.call.answer)
    desk.fact(f.TalkStarted, call_id=call)
    talk(customer, phone)

    desk.order(c.Hold, "alice")
    desk.fact(f.HoldStarted, call_id=call)
    until(lambda: customer.call.media.heard() == MUSIC, "hold music for the customer")
    until(lambda: customer.call.media.mark not in phone.call.media.heard(), "the customer not to be heard by her")
    desk.order(c.Resume, "alice")
    desk.fact(f.HoldEnded, call_id=call)
    talk(customer, phone)

    desk.order(c.HangUp, "alice")
    until(lambda: customer.call.state == phone.call.state == "ended", "both to be told")
    assert desk.ended(call).ended_by == "agent"
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    assert desk.kinds(call) == [
        "CallArrived", "DialStarted", "DialProceeded", "CallAnswered", "DialEnded", "TalkStarted", "HoldStarted",
        "HoldEnded", "TalkEnded", "CallEnded",
    ]  # fmt: skip
    variables = desk.record(call)["variables"]
    assert (variables["cc_call_id"], variables["direction"], variables["cc_agent"]) == (call, "outbound", "alice")


@pytest.mark.parametrize("who", ["customer", "agent", "agent who holds"])
def test_hung_up_by_each_side(desk: Centre, carrier: Endpoint, who: str) -> None:
    customer = carrier.subscriber(NUMBER)
    (phone,) = desk.at_work("bob")
    call = dials(desk, "bob")
    desk.fact(f.TalkStarted, call_id=call)
    talk(customer, phone)
    assert "+862160000000" in from_of(customer.call), "Bob has no number of his own: the centre's is shown"
    if who == "agent who holds":
        desk.order(c.Hold, "bob")
        desk.fact(f.HoldStarted, call_id=call)
    desk.outside.do(phone.call.hang_up) if who.startswith("agent") else carrier.do(customer.call.hang_up)
    assert desk.ended(call).ended_by == who.split()[0]
    assert desk.facts(f.TalkEnded, call_id=call)[0].ended_by == who.split()[0]
    until(lambda: customer.call.state == phone.call.state == "ended", "both to be let go")


def test_hold_by_the_phones_own_key(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER)
    (phone,) = desk.at_work("alice")
    call = dials(desk, "alice")
    desk.fact(f.TalkStarted, call_id=call)
    talk(customer, phone)
    desk.outside.do(phone.call.hold, True)
    desk.fact(f.HoldStarted, call_id=call)
    until(lambda: customer.call.media.heard() == MUSIC, "hold music for the customer")
    desk.outside.do(phone.call.hold, False)
    desk.fact(f.HoldEnded, call_id=call)
    talk(customer, phone)


@pytest.mark.parametrize(
    ("behave", "result", "cause", "q850"),
    [
        ("busy", "busy", "USER_BUSY", "17"), ("reject", "refused", "CALL_REJECTED", "21"),
        ("unknown", "invalid", "UNALLOCATED_NUMBER", "1"), ("early", "busy", "USER_BUSY", "17"),
    ],
)  # fmt: skip
def test_not_reached(desk: Centre, carrier: Endpoint, behave: str, result: str, cause: str, q850: str) -> None:
    customer = carrier.subscriber(NUMBER, behave)
    (phone,) = desk.at_work("alice")
    call = dials(desk, "alice")
    if behave == "early":
        until(lambda: phone.calls and customer.calls, "the phones")
        until(lambda: phone.call.media.heard() == {customer.call.media.mark}, "what the network says, in her ear")
        carrier.do(customer.call.refuse, 486, "Busy Here")
    end = desk.fact(f.DialEnded, call_id=call)
    assert (end.result, end.cause, end.q850) == (result, cause, q850)
    desk.ended(call)
    assert not desk.facts(f.TalkStarted)
    until(lambda: phone.in_state("ended"), "her phone to be let go")
    desk.fact(f.AgentStateChanged, agent="alice", state="ready", previous="dialling")


def test_nobody_picks_up(desk: Centre, carrier: Endpoint) -> None:
    layout = msgspec.structs.replace(centre(2, wrap_up_s=60), dial_s=2)
    desk.publish_and_wait(layout)
    customer = carrier.subscriber(NUMBER, "ring")
    (phone,) = desk.at_work("alice")
    call = dials(desk, "alice")
    end = desk.fact(f.DialEnded, call_id=call)
    assert (end.result, end.cause) == ("no_answer", "NO_ANSWER")
    until(lambda: customer.in_state("ended") and phone.in_state("ended"), "both to be let go")
    assert customer.call.status == 487
    desk.ended(call)


def test_she_gives_up_while_it_rings(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER, "ring")
    (phone,) = desk.at_work("alice")
    call = dials(desk, "alice")
    until(lambda: customer.in_state("ringing"), "the customer's phone to ring")
    desk.outside.do(phone.call.hang_up)
    assert desk.fact(f.DialEnded, call_id=call).result == "cancelled"
    assert desk.ended(call).ended_by == "agent"
    until(lambda: customer.in_state("ended"), "the customer's phone to stop")


def test_her_own_phone_is_not_picked_up(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER)
    desk.at_work("alice", behave="reject")
    call = dials(desk, "alice")
    end = desk.fact(f.DialEnded, call_id=call)
    assert (end.result, end.cause) == ("own_phone", "CALL_REJECTED")
    desk.ended(call)
    assert not customer.calls


def test_what_the_network_says_is_heard_and_is_no_talk(desk: Centre, carrier: Endpoint) -> None:
    customer = carrier.subscriber(NUMBER, "early")
    (phone,) = desk.at_work("alice")
    call = dials(desk, "alice")
    until(lambda: phone.calls and customer.calls, "the phones")
    until(lambda: phone.call.media.heard() == {customer.call.media.mark}, "the announcement in her ear")
    assert desk.state("alice") == "dialling" and not desk.facts(f.TalkStarted)
    carrier.do(customer.call.answer)
    desk.fact(f.TalkStarted, call_id=call)
    assert desk.kinds(call).index("CallAnswered") < desk.kinds(call).index("TalkStarted")
    talk(customer, phone)


def test_a_colleague_is_dialled(desk: Centre) -> None:
    alice, bob = desk.at_work("alice", "bob")
    call = dials(desk, "alice", "1002")
    desk.fact(f.TalkStarted, call_id=call)
    talk(bob, alice)
    assert "1001" in from_of(bob.call)


def test_kill_9_while_they_talk_and_while_it_rings(desk: Centre, carrier: Endpoint) -> None:
    first, second = carrier.subscriber(NUMBER), carrier.subscriber("+8613800002222", "ring")
    alice, bob = desk.at_work("alice", "bob")
    talking = dials(desk, "alice")
    desk.fact(f.TalkStarted, call_id=talking)
    talk(first, alice)
    ringing = dials(desk, "bob", "13800002222")
    until(lambda: second.in_state("ringing"), "the second customer's phone to ring")

    desk.kill_daemon()
    until(lambda: first.call.media.alone(alice.call.media.mark), "them to talk")
    holds(lambda: first.call.media.alone(alice.call.media.mark), "they talk on", 1)
    carrier.do(second.call.answer)
    desk.start_daemon()
    holds(lambda: first.call.media.alone(alice.call.media.mark), "they talk on after the restart", 2)
    desk.fact(f.TalkStarted, call_id=ringing)
    talk(second, bob)
    assert len(first.calls) == len(second.calls) == 1, "nobody was dialled twice"

    desk.order(c.HangUp, "alice")
    carrier.do(second.call.hang_up)
    assert (desk.ended(talking).ended_by, desk.ended(ringing).ended_by) == ("agent", "customer")
    assert len(desk.facts(f.TalkStarted)) == len(desk.facts(f.TalkEnded)) == 2
    assert desk.metric("engine_errors_total") == 0
