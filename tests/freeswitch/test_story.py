"""The story of a call on the real switch, line by line."""

import time

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.agents import password
from tests.freeswitch.centre import Centre
from tests.freeswitch.until import holds, until

MUSIC = {-1}


def test_greeting_queue_music_agent_talk_hang_up_wrap_up(desk: Centre) -> None:
    caller, call_id = desk.caller(caller="15400007777", name="李雷".encode())
    until(lambda: caller.media.heard() == MUSIC, "the greeting")
    desk.fact(f.FlowEntered, call_id=call_id)
    entered = desk.fact(f.QueueEntered, call_id=call_id)
    assert entered.reason == "nobody_signed_in"
    until(lambda: caller.media.heard() == MUSIC, "the queue's music")

    (phone,) = desk.at_work("alice")
    offer = desk.fact(f.OfferMade, call_id=call_id)
    assert offer.agent == "alice"
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)

    desk.order(c.HangUp, "alice")
    until(lambda: caller.state == phone.call.state == "ended", "both phones to be told")
    end = desk.ended(call_id)
    assert (end.ended_by, end.source) == ("agent", "esl")
    desk.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    desk.fact(f.AgentStateChanged, agent="alice", state="ready", previous="wrapup")
    assert desk.facts(f.WrapUpEnded, agent="alice")[0].by == "time"

    arrived = desk.facts(f.CallArrived, call_id=call_id)[0]
    assert (arrived.number, arrived.name, arrived.dialled) == ("15400007777", "李雷", "4001")
    assert desk.kinds(call_id) == [
        "CallArrived", "FlowEntered", "CallAnswered", "FlowLeft", "QueueEntered", "OfferMade", "OfferEnded",
        "QueueLeft", "TalkStarted", "TalkEnded", "CallEnded", "WrapUpEnded",
    ]  # fmt: skip
    assert desk.record(call_id)["variables"]["cc_call_id"] == call_id


def test_page_answers_the_phone(desk: Centre) -> None:
    (phone,) = desk.at_work("alice", behave="ring")
    caller, call_id = desk.queued()
    until(lambda: phone.in_state("ringing"), "the phone to ring")
    desk.order(c.Answer, "alice")
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)


def test_hold_and_resume_from_the_page(desk: Centre) -> None:
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)

    desk.order(c.Hold, "alice")
    desk.fact(f.HoldStarted, call_id=call_id)
    until(lambda: caller.media.heard() == MUSIC, "hold music for the caller")
    until(lambda: caller.media.alone(*MUSIC), "nothing but music")
    holds(lambda: caller.media.alone(*MUSIC), "hold music goes on")
    until(lambda: caller.media.mark not in phone.call.media.heard(), "the caller not to be heard by the agent")

    desk.order(c.Resume, "alice")
    held = desk.fact(f.HoldEnded, call_id=call_id)
    assert held.held_ms >= 1000
    desk.talks(caller, phone)
    desk.order(c.HangUp, "alice")
    talk = desk.fact(f.TalkEnded, call_id=call_id)
    assert (talk.ended_by, talk.hold_ms) == ("agent", held.held_ms)


def test_hold_by_the_phones_own_key(desk: Centre) -> None:
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    desk.outside.do(phone.call.hold, True)
    desk.fact(f.HoldStarted, call_id=call_id)
    until(lambda: caller.media.heard() == MUSIC, "hold music for the caller")
    desk.outside.do(phone.call.hold, False)
    desk.fact(f.HoldEnded, call_id=call_id)
    desk.talks(caller, phone)


def test_agent_hangs_up_first_and_the_caller_is_thanked(desk: Centre) -> None:
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    hung_up = time.monotonic()
    desk.outside.do(phone.call.hang_up)
    until(lambda: caller.media.frames(-1, hung_up) > 5, "the farewell")
    assert desk.ended(call_id).ended_by == "agent"
    assert desk.facts(f.TalkEnded, call_id=call_id)[0].ended_by == "agent"
    until(lambda: caller.state == "ended", "the caller to be let go")


def test_agent_hangs_up_while_she_holds_the_caller(desk: Centre) -> None:
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    desk.order(c.Hold, "alice")
    desk.fact(f.HoldStarted, call_id=call_id)
    desk.outside.do(phone.call.hang_up)
    desk.fact(f.TalkEnded, call_id=call_id)
    assert desk.ended(call_id).ended_by == "agent"
    until(lambda: caller.state == "ended", "the caller to be let go")


def test_caller_hangs_up_first(desk: Centre) -> None:
    (phone,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, phone)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    assert desk.facts(f.TalkEnded, call_id=call_id)[0].ended_by == "customer"
    until(lambda: phone.in_state("ended"), "the agent's phone to be let go")


def test_caller_leaves_in_the_greeting(desk: Centre) -> None:
    caller, call_id = desk.caller()
    until(lambda: caller.media.heard() == MUSIC, "the greeting")
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    assert desk.facts(f.FlowLeft, call_id=call_id)[0].exit == "hangup"
    assert not desk.facts(f.QueueEntered, call_id=call_id)


def test_caller_leaves_in_the_queue(desk: Centre) -> None:
    caller, call_id = desk.queued()
    holds(lambda: caller.media.heard() in (MUSIC, set()), "music, and nobody breaks in", 0.5)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    left = desk.facts(f.QueueLeft, call_id=call_id)[0]
    assert left.exit == "abandoned"
    assert left.wait_ms >= 500


def test_caller_leaves_while_the_agents_phone_rings(desk: Centre) -> None:
    (phone,) = desk.at_work("alice", behave="ring")
    caller, call_id = desk.queued()
    until(lambda: phone.in_state("ringing"), "the phone to ring")
    desk.outside.do(caller.hang_up)
    until(lambda: phone.in_state("ended"), "the phone to stop ringing")
    assert phone.call.status == 487
    desk.ended(call_id)
    offer = desk.fact(f.OfferEnded, call_id=call_id)
    assert (offer.result, offer.misses) == ("cancelled", 0)
    desk.until(lambda: desk.state("alice") == "ready")


def test_nobody_answers_the_offer_goes_to_the_next(desk: Centre) -> None:
    desk.publish_and_wait(centre(2, ring_s=2))
    (first,) = desk.at_work("alice", behave="ring")
    caller, call_id = desk.queued()
    (second,) = desk.at_work("bob")
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, second)
    missed = desk.facts(f.OfferEnded, call_id=call_id, agent="alice")[0]
    assert (missed.result, missed.cause, missed.misses) == ("rna", "NO_ANSWER", 1)
    assert missed.ring_ms > 1000  # the switch counts ring time in whole seconds
    assert first.call.status == 487
    assert desk.facts(f.QueueLeft, call_id=call_id)[0].wait_ms > 1000
    assert len(desk.facts(f.QueueEntered, call_id=call_id)) == 1


def test_busy_phone_and_refused_call_are_told_apart(desk: Centre) -> None:
    (first,) = desk.at_work("alice", behave="busy reject reject answer")
    caller, call_id = desk.queued()
    busy = desk.fact(f.OfferEnded, call_id=call_id, result="busy_device")
    assert (busy.agent, busy.cause) == ("alice", "USER_BUSY")
    refused = desk.fact(f.OfferEnded, call_id=call_id, result="rejected")
    assert refused.cause == "CALL_REJECTED"
    desk.fact(f.AgentStateChanged, agent="alice", state="paused", reason="missed-calls")
    desk.order(c.BecomeReady, "alice")
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, first)


def test_three_misses_pause_the_agent_with_the_reason(desk: Centre) -> None:
    (phone,) = desk.at_work("alice", behave="reject")
    _, call_id = desk.queued()
    paused = desk.fact(f.AgentStateChanged, agent="alice", state="paused", reason="missed-calls")
    assert paused.misses == 3
    assert len(phone.calls) == 3
    assert len(desk.facts(f.OfferMade, call_id=call_id)) == 3


def test_page_rejects(desk: Centre) -> None:
    (phone,) = desk.at_work("alice", behave="ring")
    _, call_id = desk.queued()
    until(lambda: phone.in_state("ringing"), "the phone to ring")
    desk.order(c.Reject, "alice")
    assert desk.fact(f.OfferEnded, call_id=call_id).result == "rejected"
    until(lambda: phone.calls[0].state == "ended", "the phone to stop ringing")


def test_phone_that_is_not_registered(desk: Centre) -> None:
    desk.ready("alice")
    _, call_id = desk.queued()
    offer = desk.fact(f.OfferEnded, call_id=call_id)
    assert (offer.result, offer.cause) == ("unregistered", "USER_NOT_REGISTERED")
    desk.fact(f.AgentStateChanged, agent="alice", state="unreachable")
    # The phone comes back, and so does she; the caller is served.
    phone = desk.outside.register("1001", password("1001"))
    until(lambda: phone.registered, "the phone to be registered")
    desk.fact(f.TalkStarted, call_id=call_id)


def test_nobody_logged_in_the_caller_waits_with_music(desk: Centre) -> None:
    caller, call_id = desk.queued()
    assert desk.facts(f.QueueEntered, call_id=call_id)[0].reason == "nobody_signed_in"
    until(lambda: caller.media.heard() == MUSIC, "music")
    holds(lambda: caller.state == "answered" and caller.media.heard(1.5) == MUSIC, "music", 3)
    assert not desk.facts(f.OfferMade)


def test_number_that_leads_nowhere(desk: Centre) -> None:
    caller, call_id = desk.caller("4999")
    until(lambda: caller.media.frames(-1, 0) > 5, "the sentence")
    assert desk.ended(call_id).ended_by == "system"
    until(lambda: caller.state == "ended", "the caller to be let go")


def test_waiting_callers_are_served_in_their_order(desk: Centre) -> None:
    desk.publish_and_wait(centre(2, wrap_up_s=0))
    order = [desk.queued(caller=f"1540000000{n}") for n in range(3)]
    (phone,) = desk.at_work("alice")
    for party, call_id in order:
        desk.fact(f.TalkStarted, call_id=call_id)
        desk.talks(party, phone)
        desk.outside.do(party.hang_up)
        desk.ended(call_id)
