"""Codes that an agent's phone presses within a talk, through the real switch: what the far end hears of them."""

import re

from switchctl.contract import facts as f
from switchctl.contract import refusals
from switchctl.contract.codes import CODES, NUMBERS
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.party import Party
from tests.freeswitch.switch import CONF
from tests.freeswitch.test_dial import NUMBER
from tests.freeswitch.test_handset import hear_each_other
from tests.freeswitch.until import holds, until


def test_the_switch_looks_out_for_the_codes_of_the_table() -> None:
    features = (CONF / "dialplan" / "features.xml").read_text()
    assert re.findall(r"talk,([^,]+),", features) == [code.keys for code in CODES]
    assert re.findall(r"talk,([^,]+),exec.i.:execute_extension,typing ", features) == list(NUMBERS)


def press(desk: Centre, party: Party, keys: str) -> None:
    for key in keys:
        desk.outside.do(party.press, key)


def talking(desk: Centre):
    """A caller with Alice; Bob is ready."""
    (alice,) = desk.at_work("alice")
    caller, call = desk.queued()
    desk.fact(f.TalkStarted, call_id=call)
    desk.talks(caller, alice)
    (bob,) = desk.at_work("bob")
    return caller, call, alice, bob


def test_what_is_no_code_reaches_the_other_party(desk: Centre) -> None:
    """At once, but a star only when it is known that nothing follows; a code never does."""
    caller, call, alice, _bob = talking(desk)
    for keys in ("4929", "*5", "12*5", "#", "*", "**"):
        before = len(caller.media.keys())
        press(desk, alice.call, keys)
        until(lambda before=before, keys=keys: caller.media.keys()[before:] == keys, f"{keys} to reach the caller")
    heard = caller.media.keys()
    press(desk, alice.call, "*2")
    press(desk, alice.call, "99#")
    desk.until(lambda: desk.facts(f.CommandRefused, command="PhoneTransfer", reason=refusals.NO_SUCH_TARGET))
    until(lambda: -1 in alice.call.media.heard(), "a sentence")
    assert caller.media.keys() == heard, "neither the code nor the number is heard"
    until(lambda: alice.call.media.heard() == {caller.media.mark}, "them to talk on")
    press(desk, alice.call, "7")
    until(lambda: caller.media.keys() == heard + "7", "keys to pass again")
    press(desk, alice.call, "*83")
    assert desk.fact(f.CustomerMarked, call_id=call).how == "phone"
    until(lambda: -1 in alice.call.media.heard(), "that she is marked")
    assert caller.media.heard() == {alice.call.media.mark}, "the customer hears nothing of it"
    until(lambda: alice.call.media.heard() == {caller.media.mark}, "them to talk on")
    assert caller.media.keys() == heard + "7"
    press(desk, caller, "8")
    until(lambda: alice.call.media.keys() == "8", "from the caller, too")
    assert not desk.facts(f.KeysPressed, call_id=call)


def test_a_colleague_is_asked_left_asked_again_and_given_the_customer(desk: Centre) -> None:
    caller, call, alice, bob = talking(desk)
    bob.behave = "ring answer"
    press(desk, alice.call, "*21002*")
    desk.fact(f.ConsultStarted, call_id=call)
    until(lambda: bob.in_state("ringing"), "his phone to ring")
    until(lambda: caller.media.heard() == {-1}, "music for the caller")
    press(desk, alice.call, "**")
    assert desk.fact(f.ConsultEnded, call_id=call).result == "cancelled"
    desk.talks(caller, alice)
    press(desk, alice.call, "5")
    until(lambda: caller.media.keys() == "5", "keys to pass again")
    press(desk, alice.call, "F1002")
    desk.fact(f.ConsultAnswered, call_id=call)
    hear_each_other(alice.call, bob.call)
    desk.outside.do(alice.call.hang_up)
    desk.until(lambda: len(desk.facts(f.TalkStarted, call_id=call)) == 2)
    desk.talks(caller, bob)
    assert caller.media.keys() == "5"
    desk.outside.do(bob.call.hang_up)
    assert desk.ended(call).ended_by == "agent"


def test_a_number_outside_becomes_a_conference(desk: Centre, carrier: Endpoint) -> None:
    """Of a call that the phone itself has dialled."""
    customer, expert = carrier.subscriber(NUMBER), carrier.subscriber("+8613900002222")
    (alice,) = desk.at_work("alice")
    desk.fact(f.WorldStated)
    party = desk.outside.call_from(alice, "13800001111")
    call = desk.fact(f.TalkStarted, agent="alice").call_id
    hear_each_other(party, customer.call)
    press(desk, party, "*313900002222#")
    desk.fact(f.ConsultAnswered, call_id=call)
    hear_each_other(party, expert.call)
    press(desk, party, "**")
    three = (party, customer.call, expert.call)
    desk.until(lambda: not [one for one in three if -1 in one.media.heard()])
    holds(lambda: all(one.state == "answered" for one in three), "all three to stay", 0.5)
    assert customer.call.media.keys() == expert.call.media.keys() == ""
    carrier.do(customer.call.hang_up)
    desk.ended(call)
