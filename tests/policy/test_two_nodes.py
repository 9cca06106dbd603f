"""Two switches under one daemon: a phone of the one takes a call of the other, one is emptied, one dies."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.dialling import MOVED
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre

HERE, THERE = "n1", "n2"


@pytest.fixture
def centre() -> Centre:
    """Amy's phone is registered at the other switch, Bob's at the caller's."""
    centre = Centre(nodes=(HERE, THERE))
    centre.exchanges[THERE].register("1001")
    centre.exchanges[HERE].register("1002")
    centre.drain()
    centre.after_each = lambda: laws.always(centre)
    return centre


def there(centre: Centre) -> str:
    """UUID of the leg to Amy's phone on the other switch."""
    (leg,) = [leg.uuid for leg in centre.exchanges[THERE].legs.values() if leg.agent == "1001"]
    return leg


def offered(centre: Centre) -> str:
    centre.ready("amy")
    centre.waiting("ann")
    centre.wait(2)
    return there(centre)


def talking(centre: Centre) -> str:
    leg = offered(centre)
    centre.exchanges[THERE].answer(leg)
    centre.drain()
    centre.wait(6)
    assert (centre.stage("ann"), centre.state("amy")) == ("talking", "talking")
    return leg


def test_a_phone_of_another_switch_takes_the_call(centre: Centre):
    leg = talking(centre)
    (ring,) = centre.wishes(do.Originate)
    assert (ring.node, ring.phone, ring.via) == (HERE, "1001", THERE)
    assert ring.variables["sip_h_X-Switchdesk-Call"] == "ann"
    assert (ring.variables["sip_h_X-Switchdesk-Offer"], ring.variables["sip_h_X-Switchdesk-Leg"]) == (ring.leg, leg)
    made = centre.last(f.OfferMade)
    assert (made.node, made.via, made.via_leg) == (HERE, THERE, leg)
    assert [arrived.call_id for arrived in centre.facts(f.CallArrived)] == ["ann"]
    centre.wait(30)  # the listings of both switches hold nothing strange
    assert not centre.facts(f.CallRepaired) and not centre.wishes(do.Inspect)


def test_her_page_picks_up_where_her_phone_is(centre: Centre):
    leg = offered(centre)
    centre.order(c.Answer, "amy")
    centre.drain()
    assert centre.wishes(do.PickUp)[-1] == do.PickUp(THERE, leg, centre.wishes(do.PickUp)[-1].ref)
    assert centre.stage("ann") == "talking"


def test_the_hold_key_of_her_phone_is_seen(centre: Centre):
    leg = talking(centre)
    centre.exchanges[THERE].hold_key(leg, True)
    centre.drain()
    assert centre.view.calls["ann"].stage == "held"
    centre.wait(4)
    centre.exchanges[THERE].hold_key(leg, False)
    centre.drain()
    assert centre.last(f.HoldEnded).held_ms == 4000


@pytest.mark.parametrize("who", ["agent", "customer"])
def test_either_hangs_up(centre: Centre, who: str):
    leg = talking(centre)
    if who == "agent":
        centre.exchanges[THERE].hang_up(leg)
    else:
        centre.exchange.hang_up("ann")
    centre.drain()
    centre.wait(3)
    centre.drain()
    assert centre.last(f.TalkEnded).ended_by == who
    assert not centre.exchanges[THERE].legs


@pytest.mark.parametrize(
    ("cause", "result", "state"),
    [
        ("NO_ANSWER", "rna", "ready"), ("USER_BUSY", "busy_device", "ready"), ("CALL_REJECTED", "rejected", "ready"),
        (MOVED, "redirected", "unreachable"),
    ],
)
def test_ways_of_not_taking_it_are_told_apart(centre: Centre, cause: str, result: str, state: str):
    leg = offered(centre)
    centre.ready("bob")
    centre.exchanges[THERE].refuse(leg, cause)
    centre.drain()
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.cause, centre.state("amy")) == (result, cause, state)
    assert centre.offered() == {"bob": "ann"}


def test_a_phone_that_is_gone_unseen_is_unregistered(centre: Centre):
    del centre.exchanges[THERE].phones["1001"]
    centre.ready("amy")
    centre.waiting("ann")
    assert centre.last(f.OfferEnded).result == "unregistered"
    assert centre.state("amy") == "unreachable"
    centre.exchanges[HERE].register("1001")
    centre.drain()
    assert centre.wishes(do.Originate)[-1].via == ""


def test_the_freshest_registration_is_where_the_phone_is(centre: Centre):
    centre.exchanges[HERE].register("1001", centre.now + 400_000_000)
    centre.drain()
    assert [(fact.node, fact.registered) for fact in centre.facts(f.DeviceChanged, extension="1001")] == [
        (THERE, True), (HERE, True),
    ]  # fmt: skip
    centre.exchanges[HERE].unregister("1001")
    centre.drain()
    assert centre.last(f.DeviceChanged, extension="1001").node == THERE
    assert centre.view.phones == {"1001": THERE, "1002": HERE}


def test_the_fail_safe_of_each_switch_offers_only_to_phones_that_are_there(centre: Centre):
    centre.ready("amy", "bob", "cai")
    available = {
        name: {agent for agent, row in exchange.callcenter.items() if row["status"] == "Available"}
        for name, exchange in centre.exchanges.items()
    }
    assert available == {HERE: {"1002@default", "1003@default"}, THERE: {"1001@default", "1003@default"}}
    centre.exchanges[HERE].register("1001", centre.now + 900_000_000)
    centre.drain()
    assert centre.exchanges[HERE].callcenter["1001@default"]["status"] == "Available"
    assert centre.exchanges[THERE].callcenter["1001@default"]["status"] == "On Break"


def test_a_restarted_daemon_knows_where_phones_are_and_what_goes_over_which_switch(centre: Centre):
    leg = talking(centre)
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(20)
    assert centre.brain.world.relays[leg].call_id == "ann"
    assert centre.brain.world.way("1001", HERE) == THERE
    assert not centre.facts(f.CallRepaired)


# --- a switch is emptied --------------------------------------------------------------------------------------------


def test_drain_empties_a_switch_and_return_fills_it(centre: Centre):
    centre.order_node(c.DrainNode, THERE)
    assert centre.last(f.NodeStateChanged).state == "draining"
    assert centre.exchanges[THERE].paused
    centre.ready("amy")
    centre.waiting("ann")
    assert centre.state("amy") == "ready" and centre.stage("ann") == "waiting"  # no way to her phone
    centre.wait(6)
    assert centre.last(f.NodeStateChanged).state == "drained"
    centre.order_node(c.ReturnNode, THERE)
    centre.drain()
    assert not centre.exchanges[THERE].paused
    assert centre.offered() == {"amy": "ann"}


def test_calls_that_live_on_a_draining_switch_are_served_there(centre: Centre):
    centre.waiting("ann")
    centre.order_node(c.DrainNode, HERE)
    centre.ready("bob")
    assert centre.offered() == {"bob": "ann"}
    centre.picks_up("bob")
    centre.wait(20)
    assert [fact.state for fact in centre.facts(f.NodeStateChanged)] == ["draining"]
    centre.hangs_up("ann")
    centre.wait(6)
    assert centre.last(f.NodeStateChanged).state == "drained"


def test_a_talk_over_a_draining_switch_keeps_it_from_being_drained(centre: Centre):
    leg = talking(centre)
    centre.order_node(c.DrainNode, THERE)
    centre.wait(20)
    assert centre.last(f.NodeStateChanged).state == "draining" and centre.stage("ann") == "talking"
    centre.exchanges[THERE].hang_up(leg)
    centre.drain()
    centre.wait(6)
    assert centre.last(f.NodeStateChanged).state == "drained"


@pytest.mark.parametrize(
    ("kind", "node", "sentence"),
    [
        (c.DrainNode, "n9", r.UNKNOWN_NODE),
        (c.DrainNode, THERE, r.DRAINING_ALREADY),
        (c.DrainNode, HERE, r.LAST_NODE),
        (c.ReturnNode, HERE, r.SERVING_ALREADY),
        (c.ReturnNode, "n9", r.UNKNOWN_NODE),
    ],
)
def test_orders_that_make_no_sense_are_refused(centre: Centre, kind, node: str, sentence: str):
    centre.order_node(c.DrainNode, THERE)
    order = centre.order_node(kind, node)
    refused = centre.last(f.CommandRefused)
    assert (refused.reason, refused.command_id, refused.params) == (sentence, order, {"node": node})


def test_the_last_switch_is_drained_when_it_is_meant(centre: Centre):
    centre.order_node(c.DrainNode, THERE)
    centre.order_node(c.DrainNode, HERE, force=True, by="sue")
    told = centre.last(f.NodeStateChanged)
    assert (told.node, told.reason, told.by) == (HERE, "forced", "sue")


def test_draining_outlives_the_daemon_and_the_switch(centre: Centre):
    centre.order_node(c.DrainNode, THERE)
    centre.die()
    centre.start()
    centre.drain()
    assert centre.brain.world.nodes[THERE].state == "drained"
    centre.crash(THERE)
    centre.exchanges[THERE].begin_again()
    centre.connect(THERE)
    centre.drain()
    assert centre.exchanges[THERE].paused, "a restart forgets the pause, we do not"


def test_a_pause_by_hand_is_seen(centre: Centre):
    centre.exchanges[THERE].paused = True
    centre.cut(THERE)
    centre.connect(THERE)
    centre.drain()
    told = [(fact.state, fact.reason) for fact in centre.facts(f.NodeStateChanged)]
    assert told == [("draining", "switch"), ("drained", "empty")]


# --- a switch dies --------------------------------------------------------------------------------------------------


def test_the_switch_of_her_phone_is_restarted_and_the_caller_goes_to_the_head_of_the_queue(centre: Centre):
    talking(centre)
    centre.waiting("zoe")
    centre.crash(THERE)
    assert centre.stage("ann") == "talking"  # only the link, as far as we know
    centre.exchanges[THERE].begin_again()
    centre.connect(THERE)
    centre.drain()
    assert centre.stage("ann") == "waiting"
    assert centre.last(f.TalkEnded).ended_by == "system"
    centre.ready("bob")
    assert centre.offered() == {"bob": "ann"}
    centre.picks_up("bob")
    assert centre.stage("ann") == "talking" and centre.state("amy") == "wrapup"


def test_a_caller_who_is_not_handed_back_is_asked_for_again(centre: Centre):
    talking(centre)
    centre.crash(THERE)
    centre.exchanges[THERE].begin_again()
    centre.exchange.perform = lambda effect: None  # the link loses it
    centre.connect(THERE)
    del centre.exchange.perform
    centre.drain()
    assert centre.stage("ann") == "recalled"
    centre.wait(4)
    assert centre.stage("ann") == "waiting"


def test_a_talk_that_is_adopted_over_a_dead_switch_is_over_too(centre: Centre):
    """Nobody remembers the offer: what the leg itself says of its way is enough."""
    talking(centre)
    centre.die()
    centre.exchanges[THERE].die()
    centre.view.calls.clear()
    centre.view.agents.clear()
    centre.start()
    centre.drain()
    centre.wait(2)
    assert centre.stage("ann") == "talking", "the other switch cannot be asked yet"
    centre.exchanges[THERE].begin_again()
    centre.connect(THERE)
    centre.drain()
    centre.wait(4)
    assert centre.stage("ann") == "waiting"


def test_a_switch_that_does_not_come_back_is_given_up(centre: Centre):
    other = centre.exchanges[THERE]
    other.ring_in("tom", "15401400002", "4001")
    centre.drain()
    centre.crash(THERE)
    centre.wait(59)
    assert centre.stage("tom") == "flow"
    centre.wait(3)
    centre.drain()
    end = centre.last(f.CallEnded, call_id="tom")
    assert (end.cause, end.source, end.reason) == ("lost", "inferred", "its switch did not come back")
    assert centre.view.phones == {"1002": HERE}


def test_waiting_callers_of_a_dead_switch_leave_the_queue_with_a_reason(centre: Centre):
    other = centre.exchanges[THERE]
    other.ring_in("tom", "15401400002", "4001")
    centre.drain()
    other.finish("tom")
    centre.drain()
    assert centre.stage("tom") == "waiting"
    centre.crash(THERE)
    centre.waiting("ann")
    centre.ready("bob")
    assert centre.offered() == {"bob": "ann"}, "the queue goes on where there is a switch"
    centre.wait(62)
    assert centre.last(f.QueueLeft, call_id="tom").exit == "system_failure"


def test_an_agent_whose_phone_registers_elsewhere_is_free_at_once(centre: Centre):
    talking(centre)
    centre.crash(THERE)
    centre.wait(20)
    assert centre.state("amy") == "talking"
    centre.exchanges[HERE].register("1001")
    centre.drain()
    centre.wait(5)
    assert centre.state("amy") == "wrapup"
    assert centre.stage("ann") == "waiting"
    centre.wait(31)
    assert centre.offered() == {"amy": "ann"}
    assert centre.wishes(do.Originate)[-1].via == ""


def test_an_agent_of_a_call_on_a_dead_switch_is_free_when_her_phone_registers_elsewhere(centre: Centre):
    other = centre.exchanges[THERE]
    centre.ready("amy")
    other.ring_in("tom", "15401400002", "4001")
    centre.drain()
    other.finish("tom")
    centre.drain()
    other.answer(there(centre))
    centre.drain()
    assert centre.state("amy") == "talking"
    centre.crash(THERE)
    centre.exchanges[HERE].register("1001")
    centre.drain()
    centre.wait(5)
    assert centre.state("amy") == "wrapup"
    centre.wait(62)
    assert centre.last(f.CallEnded, call_id="tom").cause == "lost"


def test_a_link_that_drops_for_a_second_frees_nobody(centre: Centre):
    leg = talking(centre)
    centre.cut(THERE)
    centre.exchanges[HERE].register("1001", centre.now + 900_000_000)
    centre.drain()
    centre.wait(1)
    centre.connect(THERE)
    centre.drain()
    centre.wait(10)
    assert centre.stage("ann") == "talking" and leg in centre.exchanges[THERE].legs


def test_alone_a_switch_is_waited_for_as_long_as_it_takes():
    centre = Centre()
    centre.waiting("ann")
    centre.cut()
    centre.wait(600)
    assert centre.stage("ann") == "waiting"


def test_a_leg_that_another_switch_left_behind_is_ended(centre: Centre):
    talking(centre)
    centre.exchange.crash()
    centre.connect(HERE)
    centre.drain()
    assert centre.last(f.CallEnded, call_id="ann").cause == "switch_crash"
    centre.wait(30)
    assert not centre.exchanges[THERE].legs
