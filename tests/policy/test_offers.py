"""The ends of an offer, told apart."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.dialling import MOVED
from switchctl.model import effects as do
from tests.policy.centre import Centre
from tests.policy.exchange import NODE


def offered() -> Centre:
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    centre.wait(3)
    return centre


def test_her_phone_is_rung_with_our_own_ids_and_bridged_only_when_answered():
    centre = offered()
    (ring,) = centre.wishes(do.Originate)
    assert (ring.phone, ring.ring_s) == ("1001", 20)
    assert ring.variables["cc_call_id"] == "ann" and ring.variables["cc_agent"] == "amy"
    assert not centre.wishes(do.Bridge)
    centre.picks_up("amy")
    assert [(bridge.caller, bridge.leg) for bridge in centre.wishes(do.Bridge)] == [("ann", ring.leg)]
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    end = centre.last(f.OfferEnded)
    assert (end.result, end.ring_ms) == ("answered", 3000)


@pytest.mark.parametrize(
    ("cause", "result", "state", "misses"),
    [
        ("NO_ANSWER", "rna", "ready", 1),
        ("USER_BUSY", "busy_device", "ready", 1),
        ("CALL_REJECTED", "rejected", "ready", 1),
        (MOVED, "redirected", "unreachable", 0),
        ("NORMAL_TEMPORARY_FAILURE", "failed", "unreachable", 0),
    ],
)
def test_ways_of_not_taking_a_call(cause: str, result: str, state: str, misses: int):
    centre = offered()
    centre.ready("bob")
    centre.misses("amy", cause)
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.cause, end.misses) == (result, cause, misses)
    assert centre.state("amy") == state
    assert centre.offered() == {"bob": "ann"}
    assert centre.last(f.OfferMade).waited_ms == 4000


def test_the_job_of_a_leg_that_was_sent_elsewhere_may_be_quicker_than_its_end():
    centre = offered()
    leg = centre.leg("amy")
    centre.exchange.refuse(leg, MOVED)
    centre.deliver(f"job {leg}")
    centre.drain()
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.cause) == ("redirected", MOVED)


def test_a_leg_that_somebody_else_ended_is_no_miss_of_hers():
    centre = offered()
    centre.misses("amy", "MANAGER_REQUEST")
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.misses) == ("cancelled", 0)
    assert centre.offered() == {"amy": "ann"}


def test_an_unregistered_phone_has_no_leg_and_makes_her_unreachable_until_it_is_back():
    centre = Centre()
    centre.exchange.unregistered.add("1001")
    centre.ready("amy")
    centre.waiting("ann")
    assert centre.last(f.OfferEnded).result == "unregistered"
    assert (centre.state("amy"), centre.stage("ann")) == ("unreachable", "waiting")
    centre.exchange.unregistered.clear()
    centre.order(c.BecomeReady, "amy")
    centre.drain()
    assert centre.offered() == {"amy": "ann"}


def test_after_two_misses_in_a_row_she_is_paused_and_a_talk_forgives():
    centre = offered()
    centre.misses("amy")
    assert centre.offered() == {"amy": "ann"}
    centre.misses("amy")
    assert centre.state("amy") == "paused"
    assert centre.last(f.AgentStateChanged, agent="amy").reason == "missed-calls"
    centre.order(c.BecomeReady, "amy")
    centre.drain()
    centre.misses("amy")
    centre.picks_up("amy")
    centre.hangs_up("ann")
    assert centre.last(f.AgentStateChanged, agent="amy").misses == 0


def test_the_caller_leaves_while_the_phone_rings_and_it_stops_at_once():
    centre = offered()
    leg = centre.leg("amy")
    centre.waiting("ben")
    centre.hangs_up("ann")
    assert do.Kill(NODE, leg, "ORIGINATOR_CANCEL") in centre.done
    assert centre.facts(f.OfferEnded)[0].result == "cancelled"
    assert centre.offered() == {"amy": "ben"}, "she is free for the next"


def test_a_caller_who_is_gone_when_the_phone_is_answered_leaves_the_agent_for_the_next():
    """Trace 04b: the bridge is refused, for the caller's leg is no more, though its hang-up was not heard yet."""
    centre = offered()
    centre.waiting("ben")
    leg = centre.leg("amy")
    centre.exchange.answer(leg)
    centre.exchange.hang_up("ann")
    centre.deliver(leg)
    centre.drain_replies()
    assert centre.offered() == {"amy": "ben"}
    assert leg not in centre.exchange.legs
    centre.drain()
    end = centre.last(f.CallEnded, call_id="ann")
    assert (end.source, end.ended_by) == ("esl", "customer")
    assert centre.last(f.QueueLeft, call_id="ann").exit == "abandoned"


def busy() -> tuple[Centre, str]:
    """Amy picked up, and the switch says +OK to the bridge but has no time for it."""
    centre = offered()
    centre.exchange.busy = True
    leg = centre.leg("amy")
    centre.picks_up("amy")
    return centre, leg


def test_a_bridge_that_never_comes_is_given_up_and_the_caller_offered_again():
    """Trace 36: a caller may be joined to nobody; what says so is only that no CHANNEL_BRIDGE comes."""
    centre, leg = busy()
    centre.wait(7)
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.cause, end.misses) == ("cancelled", "no bridge came", 0)
    assert centre.last(f.CallRepaired).reason == "no bridge came"
    assert centre.offered() == {"amy": "ann"}
    assert centre.last(f.OfferMade).waited_ms == 9000, "with the time that she has waited"
    assert leg not in centre.exchange.legs


@pytest.mark.parametrize("seconds", [2.5, 5.5])
def test_a_bridge_that_comes_late_is_waited_for(seconds: float):
    centre, leg = busy()
    centre.wait(seconds)
    centre.exchange.catch_up()
    centre.drain()
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    centre.wait(30)
    assert centre.exchange.legs["ann"].partner == leg
    assert not centre.facts(f.CallRepaired)


def test_a_bridge_whose_event_is_lost_is_seen_at_the_first_look():
    centre, leg = busy()
    centre.exchange.catch_up()
    centre.exchange.said.clear()
    centre.wait(2.1)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert centre.exchange.legs["ann"].partner == leg


def test_no_answer_to_the_look_decides_nothing():
    centre, leg = busy()
    centre.exchange.perform = lambda effect: None
    centre.wait(30)
    assert centre.stage("ann") == "offered" and not centre.facts(f.OfferEnded)


def test_two_who_were_joined_as_the_bridge_was_given_up_cost_the_caller_nothing():
    """The look had shown them apart; our end of the agent's leg then ended a talk of a moment."""
    centre, leg = busy()
    centre.wait(5.5)
    centre.now += 1_000_000
    centre.take(centre.brain.timer(f"join|{leg}", centre.now))
    centre.exchange.catch_up()
    centre.drain_replies()
    assert centre.exchange.legs["ann"].stage == "survey", "where she would have been thanked"
    centre.exchange.busy = False
    centre.drain()
    assert centre.exchange.legs["ann"].stage == "wait"
    assert centre.offered() == {"amy": "ann"} and len(centre.facts(f.QueueEntered)) == 1
    assert centre.exchange.legs["ann"].playing, "she hears the music again"
    centre.picks_up("amy")
    assert centre.stage("ann") == "talking"


def test_a_link_that_breaks_over_the_bridge_tears_nobody_apart():
    """Its answer is none of the switch's words: the two may be joined, and the first listing tells."""
    centre, leg = busy()
    centre.exchange.catch_up()
    centre.exchange.link_down()
    centre.take(centre.brain.replied(NODE, f"bridge|{leg}", False, "no reply in time", centre.now))
    centre.cut()
    centre.wait(3)
    centre.connect()
    centre.drain()
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert centre.exchange.legs["ann"].partner == leg


def test_she_answers_and_hangs_up_before_the_caller_is_there():
    """Trace 36b. It counts as a miss, or a broken phone would be rung for ever."""
    centre = offered()
    leg = centre.leg("amy")
    centre.exchange.answer(leg)
    centre.exchange.hang_up(leg)
    centre.deliver(leg)
    centre.deliver(leg)
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.misses) == ("rejected", 1)
    assert centre.stage("ann") == "offered", "and the caller is offered again, undisturbed"


def test_an_originate_that_the_switch_refuses_makes_her_phone_unreachable():
    centre = offered()
    centre.take(centre.brain.replied(NODE, centre.leg("amy"), False, "-ERR CHAN_NOT_IMPLEMENTED", centre.now))
    assert centre.last(f.OfferEnded).result == "failed"
    assert centre.state("amy") == "unreachable"


def test_an_originate_that_never_left_is_not_her_phones_fault():
    centre = Centre()
    centre.ready("amy")
    centre.call("ann")
    centre.exchange.finish("ann")
    centre.exchange.linked = False
    line = centre.exchange.said["ann"]
    assert len(line) == 1
    centre.deliver("ann")
    centre.drain_replies()
    assert centre.last(f.OfferEnded).result == "cancelled"
    assert (centre.state("amy"), centre.stage("ann")) == ("ready", "waiting")
    centre.cut()
    centre.connect()
    centre.drain()
    assert centre.offered() == {"amy": "ann"}


def test_a_failure_that_is_told_twice_counts_once():
    centre = offered()
    leg = centre.leg("amy")
    centre.order(c.Pause, "bob", reason="tea")
    centre.exchange.refuse(leg, "NO_ANSWER")
    for line in sorted(line for line in centre.exchange.said):
        while line in centre.exchange.said:
            centre.deliver(line, again=True)
            centre.deliver(line)
    assert len(centre.facts(f.OfferEnded, offer=leg)) == 1


def test_a_cancelled_leg_that_comes_up_late_is_ended_then():
    """``uuid_kill`` before the leg exists says ``No such channel``: the wish is repeated when it does."""
    centre = offered()
    leg = centre.exchange.legs.pop(centre.leg("amy"))
    centre.hangs_up("ann")
    centre.exchange.legs[leg.uuid] = leg
    centre.exchange._say(leg, "CHANNEL_CREATE")
    centre.drain()
    assert leg.uuid not in centre.exchange.legs


def test_when_the_end_of_the_ringing_is_not_told_a_timer_ends_it():
    centre = offered()
    leg = centre.leg("amy")
    centre.wait(30, drain=False)
    assert centre.facts(f.OfferEnded, offer=leg)[0].result == "rna"
    assert leg not in centre.exchange.legs
