"""What a caller presses on the real switch: heard before the answer, unheard in a talk, and in no record of it."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.party import Party
from tests.freeswitch.until import until

CARD = "4929123"


def pressed(desk: Centre, call_id: str) -> str:
    return "".join(fact.keys for fact in desk.facts(f.KeysPressed, call_id=call_id))


def press(desk: Centre, caller: Party, keys: str) -> None:
    for key in keys:
        desk.outside.do(caller.press, key)


def test_keys_of_greeting_queue_and_ringing_are_told_and_those_of_the_talk_are_not(
    desk: Centre, console: Console
) -> None:
    caller, call_id = desk.caller()
    until(lambda: caller.media.heard() == {-1}, "the greeting")
    press(desk, caller, "1")
    desk.until(lambda: pressed(desk, call_id) == "1")
    desk.fact(f.QueueEntered, call_id=call_id)
    # A sound that begins lets keys fall that were pressed just before: they are the switch's to lose.
    until(lambda: "local_stream://moh" in console.api("show channels"), "the queue's music")
    press(desk, caller, "20")
    desk.until(lambda: pressed(desk, call_id) == "120")
    (phone,) = desk.at_work("alice", behave="ring")
    until(lambda: phone.in_state("ringing"), "the phone to ring")
    press(desk, caller, "*#")
    desk.until(lambda: pressed(desk, call_id) == "120*#")

    desk.order(c.Answer, "alice")
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    press(desk, caller, CARD)
    until(lambda: phone.call.media.keys() == CARD, "the agent's phone to hear the card's number")
    desk.order(c.HangUp, "alice")
    desk.ended(call_id)
    assert pressed(desk, call_id) == "120*#"
    assert {fact.number for fact in desk.facts(f.KeysPressed, call_id=call_id)} == {caller.user}
    assert desk.record(call_id)["variables"]["digits_dialed"] == "X" * len("120*#" + CARD)
