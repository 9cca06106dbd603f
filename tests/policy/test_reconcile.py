"""Comparing with the switch: what was not heard, and what is not known."""

from typing import Any

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.esl.events import Event
from switchctl.model import effects as do
from tests.policy.centre import SECOND, Centre
from tests.policy.exchange import NODE, REPLIES
from tests.policy.leg import Leg


def repairs(centre: Centre) -> list[str]:
    return [fact.reason for fact in centre.facts(f.CallRepaired)]


def lose_all(centre: Centre) -> None:
    """Whatever the switch just said is never heard."""
    centre.exchange.said.clear()


def test_an_unheard_hang_up_takes_two_listings_a_moment_apart():
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.hang_up("ann")
    lose_all(centre)
    for _ in range(3):  # three at once are no more than one
        centre.take(centre.brain.channels(NODE, centre.exchange.rows(), centre.now))
    assert centre.stage("ann") == "waiting"
    centre.wait(1.5)
    end = centre.last(f.CallEnded)
    assert (end.cause, end.ended_by, end.source) == ("lost", "system", "inferred")
    assert centre.last(f.QueueLeft).exit == "system_failure"


def listed(centre: Centre, rows: list[dict[str, Any]]) -> None:
    """Two listings, a moment apart."""
    for _ in range(2):
        centre.now += SECOND
        centre.take(centre.brain.channels(NODE, rows, centre.now))


def test_a_call_that_hung_up_unheard_is_lost_though_a_dead_socket_of_it_keeps_it_in_the_list():
    centre = Centre()
    centre.waiting("ann")
    (row,) = centre.exchange.rows()
    centre.exchange.hang_up("ann")
    lose_all(centre)
    listed(centre, [{**row, "state": "CS_REPORTING", "callstate": "HANGUP"}])
    assert not centre.brain.world.calls and centre.last(f.CallEnded).cause == "lost"


def test_a_call_whose_last_word_is_late_is_not_taken_for_lost():
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.hang_up("ann")
    centre.deliver("ann")
    assert centre.stage("ann") == "hanging"
    listed(centre, [])
    assert centre.stage("ann") == "hanging"
    centre.drain()
    assert centre.last(f.CallEnded).source == "esl" and centre.last(f.QueueLeft).exit == "abandoned"


def test_a_call_that_one_listing_lacked_is_not_lost():
    centre = Centre()
    centre.waiting("ann")
    centre.take(centre.brain.channels(NODE, [], centre.now))
    centre.wait(20)
    assert centre.stage("ann") == "waiting" and not repairs(centre)


def test_an_agent_whose_leg_vanished_unheard_gets_her_after_call_work():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.exchange.hang_up("ann")
    lose_all(centre)
    centre.wait(8)
    assert centre.state("amy") == "wrapup"
    assert {"agent leg lost", "the switch no longer has its leg"} & set(repairs(centre))
    centre.wait(40)
    assert centre.state("amy") == "ready" and not centre.brain.world.calls


def test_an_answer_that_was_not_heard_is_seen_in_the_listing():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    centre.exchange.answer(centre.leg("amy"))
    lose_all(centre)
    centre.wait(6)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")


def test_a_bridge_that_was_not_heard_because_the_link_dropped_is_found():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.exchange.answer(leg)
    centre.deliver(leg)
    centre.cut()
    centre.wait(10)
    centre.connect()
    centre.drain()
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    centre.wait(30)
    assert centre.exchange.legs["ann"].partner == leg, "nobody tore them apart"


def test_an_offer_whose_end_could_not_be_sent_stops_ringing_when_the_link_is_back():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.exchange.linked = False
    gone = centre.exchange._event(centre.exchange.legs["ann"], "CHANNEL_HANGUP")
    centre.take(centre.brain.event(NODE, gone, centre.now))
    centre.exchange.link_down()
    centre.cut()
    centre.connect()
    centre.drain()
    assert leg not in centre.exchange.legs


def test_a_switch_that_was_restarted_ends_all_its_calls_at_once():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.waiting("ben")
    centre.exchange.crash()
    centre.cut()
    centre.connect()
    assert not centre.brain.world.calls
    assert {end.cause for end in centre.facts(f.CallEnded)} == {"switch_crash"}
    assert centre.state("amy") == "wrapup"


@pytest.mark.parametrize("cause", ["SYSTEM_SHUTDOWN", "NORMAL_CLEARING"])
def test_a_switch_that_is_shut_down_rings_nobody_any_more_and_ends_its_calls_by_itself(cause):
    """Trace 24a: SHUTDOWN, then the end of each leg; an agent whose phone stops first must not get the next caller.
    The leg of a talk may go with its partner's end, and be heard of first."""
    centre = Centre()
    centre.talking("ann", "amy")
    centre.ready("bob")
    centre.waiting("ben")
    centre.waiting("cat")
    rings, talks = centre.leg("bob"), centre.leg("amy")
    centre.take(centre.brain.event(NODE, Event(name="SHUTDOWN", timestamp=centre.now), centre.now))
    for leg in (rings, "ben", talks, "cat"):
        centre.exchange.hang_up(leg, cause if leg == talks else "SYSTEM_SHUTDOWN", "send_bye")
        while leg in centre.exchange.said:
            centre.deliver(leg)
    centre.exchange.hang_up("ann", "SYSTEM_SHUTDOWN", "send_bye")
    centre.drain()
    assert len(centre.facts(f.OfferMade)) == 2, "ann's and ben's"
    assert {(end.cause, end.ended_by) for end in centre.facts(f.CallEnded)} == {("SYSTEM_SHUTDOWN", "system")}
    assert len(centre.facts(f.CallEnded)) == 3
    assert centre.last(f.TalkEnded).ended_by == "system"
    assert (centre.state("amy"), centre.state("bob")) == ("wrapup", "ready")

    centre.exchange.crash()
    centre.cut()
    centre.connect()
    centre.drain()
    centre.waiting("dan")
    assert centre.offered() == {"bob": "dan"}


def test_a_caller_that_nobody_knows_is_taken_in():
    """She came while no daemon listened and waits in the fail-safe queue."""
    centre = Centre()
    centre.die()
    centre.call("ann")
    centre.wait(15)
    centre.start()
    centre.ready("amy")
    centre.drain()
    centre.wait(2)
    assert centre.offered() == {"amy": "ann"}
    assert centre.last(f.OfferMade).waited_ms >= 15_000, "and not greeted again"
    assert centre.exchange.legs["ann"].stage == "wait"
    assert repairs(centre) == ["adopted"]
    assert len(centre.facts(f.CallAnswered, call_id="ann")) == 1


def test_a_caller_in_the_fail_safe_queue_is_taken_back_though_a_socket_of_hers_is_open():
    """A daemon that hung closes its old socket of her when it wakes, and the switch moves her on."""
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.legs["ann"].stage = "failsafe"
    centre.take(centre.brain.channels(NODE, centre.exchange.rows(), centre.now))
    assert not centre.wishes(do.Transfer), "one listing may be older than her socket"
    centre.wait(7)
    assert (centre.exchange.legs["ann"].stage, centre.stage("ann")) == ("wait", "waiting")
    assert repairs(centre) == ["taken back"]


def test_the_order_is_kept_within_one_second():
    """The fail-safe queue writes whole seconds only."""
    centre = Centre()
    centre.now += 1_000_000 - centre.now % 1_000_000 + 300_000
    centre.waiting("ann")
    centre.die()
    centre.now += 200_000
    centre.call("ben")
    centre.start()
    centre.drain()
    centre.wait(3)
    assert [name for _, name in centre.brain.world.queues["support"].waiting] == ["ann", "ben"]


def test_a_pair_that_the_fail_safe_queue_made_is_adopted_and_not_torn():
    centre = Centre()
    centre.waiting("ann")
    centre.die()
    centre.exchange.fail_safe("ann", "1002", "leg")
    centre.start()
    centre.drain()
    centre.wait(3)
    assert (centre.state("bob"), centre.stage("ann")) == ("talking", "talking")
    assert not centre.wishes(do.Transfer)
    left = centre.last(f.QueueLeft)
    assert left.exit == "answered"
    centre.hangs_up("ann")
    assert centre.state("bob") == "wrapup"
    assert len(centre.facts(f.CallEnded)) == 1


def test_a_pair_that_the_fail_safe_queue_made_stands_though_the_phone_that_we_rang_was_picked_up_too():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    ours = centre.leg("amy")
    centre.cut()
    centre.exchange.answer(ours)
    centre.exchange.fail_safe("ann", "1002", "leg")
    centre.connect()
    centre.drain()
    centre.wait(8)
    assert centre.exchange.legs["ann"].partner == "leg", "nobody tore them apart"
    assert (centre.state("bob"), centre.state("amy")) == ("talking", "ready")
    assert ours not in centre.exchange.legs


def test_a_pair_that_nobody_knows_is_adopted_whichever_leg_is_seen_first():
    centre = Centre()
    centre.die()
    centre.call("ann")
    centre.exchange.fail_safe("ann", "1002", "leg")
    centre.exchange.legs = dict(reversed(centre.exchange.legs.items()))
    centre.start()
    centre.drain()
    centre.wait(20)
    assert (centre.state("bob"), centre.stage("ann")) == ("talking", "talking")


def test_an_agent_found_talking_in_her_after_call_work_has_that_ended():
    centre = Centre()
    centre.talking("ann", "bob")
    centre.hangs_up("ann")
    centre.waiting("ben")
    centre.die()
    centre.exchange.fail_safe("ben", "1002", "leg")
    centre.start()
    centre.drain()
    centre.wait(3)
    assert centre.state("bob") == "talking"
    assert centre.last(f.WrapUpEnded, call_id="ann").by == "system"


def test_a_leg_of_an_offer_that_nobody_knows_is_ended_though_its_agent_talks():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.waiting("ben")
    centre.exchange.legs["leg"] = Leg("leg", agent="1001")
    centre.exchange.legs["leg"].variables = {"cc_agent": "amy", "cc_offer": "leg"}
    centre.wait(8)
    assert "leg" not in centre.exchange.legs, "whoever picks it up is torn out of her talk"
    assert (centre.state("amy"), centre.stage("ben")) == ("talking", "waiting")


def busy_unseen(centre: Centre) -> None:
    """Bob is ready; while no daemon lives the switch gives him Cat, and Ben comes as soon as one does."""
    centre.ready("bob")
    centre.die()
    centre.exchange.ring_in("cat", "15401400001", "4001")
    centre.exchange.fail_safe("cat", "1002", "leg")
    centre.start()
    centre.exchange.ring_in("ben", "15401400002", "4001")


def test_an_agent_who_was_given_a_caller_while_no_daemon_lived_is_never_offered_a_second():
    centre = Centre()
    busy_unseen(centre)
    centre.drain()
    assert centre.state("bob") == "talking", "one listing tells it"
    centre.wait(1)
    centre.exchange.finish("ben")
    centre.drain()
    centre.wait(20)
    assert not centre.facts(f.OfferMade) and centre.stage("ben") == "waiting"


def test_an_agent_found_talking_while_another_call_rings_her_is_rung_no_longer():
    """All answers were lost that would have told it in time; the next one tells."""
    centre = Centre()
    busy_unseen(centre)
    look = centre.exchange._do[do.Inspect]
    centre.exchange._do[do.Inspect] = lambda _wish: None
    centre.drain()
    centre.exchange.finish("ben")
    centre.drain()
    centre.wait(10)
    assert centre.offered() == {"bob": "ben"}
    centre.exchange._do[do.Inspect] = look
    centre.wait(60)
    assert (centre.state("bob"), centre.stage("cat"), centre.stage("ben")) == ("talking", "talking", "waiting")
    assert [leg.uuid for leg in centre.exchange.legs.values() if not leg.caller] == ["leg"]


def test_a_half_built_leg_that_nobody_remembers_is_ended():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.brain.world.offers.clear()
    centre.brain.world.agents["amy"].state = "paused"
    centre.brain.world.calls["ann"].offer = None
    centre.wait(7)
    assert leg not in centre.exchange.legs
    assert "orphan agent leg ended" in repairs(centre)


def test_a_stray_of_one_node_survives_the_listing_of_another():
    centre = Centre(nodes=(NODE, "n2"))
    stray = [{"uuid": "stray", "call_uuid": "", "state": "CS_EXECUTE", "callstate": "ACTIVE"}]
    for _ in range(2):
        centre.take(centre.brain.channels("n2", stray, centre.now))
        centre.take(centre.brain.channels(NODE, [], centre.now))
    assert do.Inspect("n2", "stray") in centre.done


def test_what_a_foreign_leg_is_asked_grows_rarer():
    centre = Centre()
    stray = [{"uuid": "stray", "call_uuid": "", "state": "CS_EXECUTE", "callstate": "ACTIVE"}]
    for _ in range(64):
        centre.take(centre.brain.channels(NODE, stray, centre.now))
    assert len(centre.wishes(do.Inspect)) == 6


def test_after_a_doubt_nobody_is_offered_a_call_before_a_listing():
    """The switch hung and we took no call: meanwhile its own queue may have given somebody to amy."""
    centre = Centre()
    centre.waiting("ann")
    centre.take(centre.brain.doubted(centre.now))
    listing = centre.exchange.said.pop(REPLIES)  # it is on its way
    centre.order(c.SignIn, "amy")
    centre.order(c.BecomeReady, "amy")
    assert (centre.stage("ann"), centre.state("amy")) == ("waiting", "ready")
    centre.exchange.said[REPLIES] = listing
    centre.drain()
    assert (centre.stage("ann"), centre.state("amy")) == ("offered", "offered")
