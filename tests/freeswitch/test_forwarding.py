"""Forwarding of extensions through the real switch: who rings, who hears whom, and what never leaves the house."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract import refusals
from tests.daemon.stage import AGENTS, centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.test_handset import hear_each_other
from tests.freeswitch.until import until

NUMBER = "+8613800001111"
RULES = {
    "bob": (("no_answer", "1003"), ("busy", "13800001111")), "carol": (("busy", "1004"),),
    "dave": (("always", "+12025550123"),),
}  # fmt: skip


@pytest.fixture
def layout() -> d.Directory:
    known = centre(ring_s=2)
    return msgspec.structs.replace(known, extensions=tuple(
        d.Extension(number=number, user=login, forwards=tuple(
            d.Forward(how=how, to=to) for how, to in RULES.get(login, ())
        ))
        for login, number in AGENTS.items()
    ))  # fmt: skip


def way(desk: Centre, call: str) -> list[tuple[str, str, str]]:
    return [(fact.extension, fact.how, fact.to) for fact in desk.facts(f.CallForwarded, call_id=call)]


@pytest.mark.parametrize("by_hand", [True, False])
def test_nobody_answers_and_another_phone_rings_in_the_same_call(desk: Centre, by_hand: bool) -> None:
    alice, bob, carol = desk.at_work("alice", "bob", "carol")
    bob.behave, carol.behave = "ring", "ring"
    desk.fact(f.WorldStated)
    party = desk.outside.call_from(alice, "1002") if by_hand else None
    if not by_hand:
        desk.order(c.Dial, "alice", number="1002")
    call = desk.fact(f.CallArrived).call_id
    until(lambda: bob.in_state("ringing"), "Bob's phone to ring")
    until(lambda: carol.in_state("ringing"), "Carol's phone to ring in his place")
    assert way(desk, call) == [("1002", "no_answer", "1003")] and not desk.facts(f.DialEnded)
    assert bob.call.state == "ended"
    desk.outside.do(carol.call.answer)
    desk.fact(f.TalkStarted, call_id=call)
    hear_each_other(party or alice.call, carol.call)
    desk.outside.do(carol.call.hang_up)
    desk.ended(call)
    assert desk.fact(f.DialEnded, call_id=call).result == "answered" and not desk.facts(f.OfferEnded)


def test_busy_outside_and_what_is_denied(desk: Centre, carrier: Endpoint) -> None:
    mobile = carrier.subscriber(NUMBER)
    alice, bob, carol = desk.at_work("alice", "bob", "carol")
    desk.fact(f.WorldStated)
    desk.order(c.Dial, "alice", number="1004")
    desk.until(lambda: desk.facts(f.CommandRefused))
    assert desk.facts(f.CommandRefused)[-1].reason == refusals.FORWARDED_WHERE_NOT_ALLOWED
    assert not desk.facts(f.CallArrived) and not alice.calls

    desk.order(c.Pause, "bob", reason="lunch")
    desk.fact(f.AgentStateChanged, agent="bob", state="paused", reason="lunch")
    desk.order(c.Dial, "alice", number="1002")
    call = desk.fact(f.TalkStarted, agent="alice").call_id
    assert way(desk, call) == [("1002", "busy", NUMBER)] and not bob.calls
    hear_each_other(alice.call, mobile.call)
    desk.outside.do(alice.call.hang_up)
    desk.ended(call)
    assert desk.fact(f.CallArrived, call_id=call).number == "1002"
