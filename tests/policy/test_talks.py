"""From the bridge to the end of the after-call work."""

from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.model import effects as do
from tests.policy.centre import Centre, directory


def talking(centre: Centre | None = None) -> Centre:
    centre = centre or Centre()
    centre.talking("ann", "amy", seconds=10)
    return centre


def test_the_caller_hangs_up_first():
    centre = talking()
    centre.hangs_up("ann")
    end = centre.last(f.TalkEnded)
    assert (end.ended_by, end.talk_ms, end.hold_ms) == ("customer", 10_000, 0)
    assert centre.last(f.CallEnded).ended_by == "customer"
    assert centre.state("amy") == "wrapup"
    assert not centre.exchange.legs


def test_she_hangs_up_on_her_page():
    centre = talking()
    order = centre.order(c.HangUp, "amy")
    centre.drain()
    end = centre.last(f.TalkEnded)
    assert (end.ended_by, end.command_id) == ("agent", order)
    assert centre.last(f.CallEnded).ended_by == "agent"
    assert not centre.exchange.legs


def test_she_hangs_up_her_phone_and_the_caller_is_thanked():
    centre = talking()
    centre.hangs_up("amy")
    assert (centre.stage("ann"), centre.state("amy")) == ("leaving", "wrapup")
    assert centre.wishes(do.Play)[-1].sound == "ivr/thanks.wav"
    centre.exchange.finish("ann")
    centre.drain()
    assert centre.last(f.CallEnded).ended_by == "agent"
    assert not centre.exchange.legs


def test_a_farewell_whose_end_nobody_hears_ends_all_the_same_and_the_wish_is_repeated():
    centre = talking()
    centre.hangs_up("amy")
    centre.exchange.linked = False
    centre.wait(25)
    assert "ann" in centre.exchange.legs
    centre.exchange.linked = True
    centre.wait(25)
    assert not centre.exchange.legs and centre.stage("ann") == ""


def test_hold_is_taken_out_of_the_talk_whoever_held():
    centre = talking()
    centre.order(c.Hold, "amy")
    centre.drain()
    centre.wait(4)
    centre.order(c.Resume, "amy")
    centre.drain()
    centre.wait(3)
    leg = centre.exchange.legs[centre.leg("amy")]
    centre.exchange._say(leg, "CHANNEL_HOLD")
    centre.drain()
    centre.wait(2)
    centre.hangs_up("ann")
    assert [fact.held_ms for fact in centre.facts(f.HoldEnded)] == [4000, 2000]
    end = centre.last(f.TalkEnded)
    assert (end.talk_ms, end.hold_ms) == (13_000, 6000)


def test_wrap_up_ends_by_her_or_by_time():
    centre = talking()
    centre.hangs_up("ann")
    until = centre.last(f.AgentStateChanged, agent="amy").until
    assert until == centre.now + 30_000_000
    centre.wait(31)
    end = centre.last(f.WrapUpEnded)
    assert (end.by, end.wrap_ms, centre.state("amy")) == ("time", 30_000, "ready")
    centre.talking("ben", "amy")
    centre.hangs_up("ben")
    centre.wait(5)
    centre.order(c.Pause, "amy", reason="tea")
    end = centre.last(f.WrapUpEnded)
    assert (end.by, end.wrap_ms, centre.state("amy")) == ("agent", 5000, "paused")
    centre.wait(60)
    assert centre.state("amy") == "paused" and len(centre.facts(f.WrapUpEnded)) == 2


def test_without_after_call_work_she_is_ready_at_once_and_the_record_is_whole():
    layout = directory()
    amy = structs.replace(layout.agents[0], wrap_up_s=0)
    centre = talking(Centre(structs.replace(layout, agents=(amy, *layout.agents[1:]))))
    centre.waiting("ben")
    centre.hangs_up("ann")
    assert centre.offered() == {"amy": "ben"}
    end = centre.last(f.WrapUpEnded)
    assert (end.call_id, end.wrap_ms, end.by) == ("ann", 0, "system")


def test_an_agent_who_was_taken_out_of_the_directory_finishes_her_call():
    centre = talking()
    centre.reconfigure(structs.replace(centre.layout, agents=centre.layout.agents[1:]))
    centre.hangs_up("ann")
    assert centre.state("amy") == "wrapup"
    centre.order(c.BecomeReady, "amy")
    centre.waiting("ben")
    assert centre.offered() == {}


def test_a_bridge_told_twice_or_after_the_end_starts_no_second_talk():
    centre = talking()
    leg = centre.exchange.legs[centre.leg("amy")]
    again = centre.exchange._event(
        centre.exchange.legs["ann"], "CHANNEL_BRIDGE", bridge_a=leg.uuid, bridge_b="ann"
    )  # fmt: skip
    centre.take(centre.brain.event("n1", again, centre.now))
    centre.hangs_up("ann")
    centre.take(centre.brain.event("n1", again, centre.now))
    assert len(centre.facts(f.TalkStarted)) == 1


def test_rejecting_as_the_call_is_joined_ends_a_talk_by_the_agent():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.exchange.answer(leg)
    centre.deliver(leg)
    centre.order(c.Reject, "amy")
    centre.drain()
    assert {fact.ended_by for fact in centre.facts(f.TalkEnded)} <= {"agent", "customer"}
    assert centre.state("amy") in ("wrapup", "ready", "offered")
