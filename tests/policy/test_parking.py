"""Parked customers: a slot, who takes her out of it, and what becomes of her if nobody does."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.policy import parking
from tests.policy.centre import Centre
from tests.policy.test_transfers import centre_with_ann, over, refused


def parked(*others: str) -> Centre:
    """Amy has parked Ann and wraps that call up; the others are ready."""
    centre = centre_with_ann(*others)
    centre.order(c.Park, "amy")
    centre.drain()
    return centre


def retrieves(centre: Centre, agent: str, slot: str = "01") -> str:
    order = centre.order(c.Retrieve, agent, slot=slot)
    centre.drain()
    return order


def test_parked_by_one_and_retrieved_by_another():
    centre = parked("bob")
    told = centre.last(f.CallParked)
    assert (told.agent, told.slot, told.until) == ("amy", "01", centre.now + 120_000_000)
    assert centre.last(f.TalkEnded).ended_by == "transfer"
    assert (centre.state("amy"), centre.stage("ann")) == ("wrapup", "passed")
    live = centre.view.calls["ann"]
    assert (live.stage, live.goal, live.parked_until, live.agent) == ("parked", "park:01", told.until, "")
    centre.order(c.FinishWrapUp, "amy")
    assert centre.state("amy") == "ready", "she is free"
    centre.wait(20)
    order = retrieves(centre, "bob")
    assert centre.last(f.CallRetrieved).command_id == order
    assert centre.last(f.OfferMade).reason == "retrieved:slot=01" and centre.offered() == {"bob": "ann"}
    assert live.agent == "bob", "the card comes when the phone rings"
    centre.picks_up("bob")
    assert (live.stage, live.goal, live.parked_until) == ("talking", "", 0)
    over(centre)


def test_who_is_in_a_conference_room_takes_nobody():
    centre = parked("bob")
    centre.after_each = lambda: None
    centre.brain.world.agents["bob"].confers = "leg"
    retrieves(centre, "bob")
    assert refused(centre) == r.IN_ROOM_ALREADY and not centre.offered()


def test_each_has_a_slot_of_her_own_and_it_is_free_again_afterwards():
    centre = parked("bob")
    centre.after_each = lambda: None
    centre.waiting("lil")
    centre.picks_up("bob")
    centre.order(c.Park, "bob")
    centre.drain()
    assert centre.last(f.CallParked).slot == "02"
    retrieves(centre, "amy")
    centre.picks_up("amy")
    centre.order(c.Park, "amy")
    centre.drain()
    assert centre.last(f.CallParked, agent="amy").slot == "01"
    over(centre)


@pytest.mark.parametrize("state", ["paused", "wrapup"])
def test_in_a_pause_or_in_the_wrap_up_she_may_take_one(state: str):
    centre = parked()
    agent = "amy" if state == "wrapup" else "bob"
    if state == "paused":
        centre.order(c.SignIn, "bob")
        centre.order(c.Pause, "bob", reason="tea")
    retrieves(centre, agent)
    centre.misses(agent)
    centre.wait(0.1)
    assert (centre.stage("ann"), centre.view.calls["ann"].stage) == ("passed", "parked"), "she is where she was"
    assert centre.state(agent) == ("paused" if state == "paused" else "ready")
    assert centre.brain.world.agents[agent].misses == 0
    retrieves(centre, agent)
    centre.picks_up(agent)
    centre.hangs_up("ann")
    centre.wait(60)
    assert centre.state(agent) == ("paused" if state == "paused" else "ready"), "the pause goes on"
    assert centre.brain.world.agents[agent].reason == ("tea" if state == "paused" else "")
    over(centre)


def test_after_two_minutes_she_is_back_with_who_parked_her():
    centre = parked()
    centre.order(c.FinishWrapUp, "amy")
    centre.wait(121)
    told = centre.last(f.CallTransferred)
    assert (told.how, told.what, told.to) == ("returned", "agent", "amy")
    assert centre.offered() == {"amy": "ann"} and centre.view.calls["ann"].parked_until == 0
    centre.misses("amy")
    centre.wait(0.1)
    assert centre.last(f.CallTransferred).what == "queue" and centre.stage("ann") in ("waiting", "offered")
    over(centre)


def test_who_is_taking_her_when_the_time_is_over_still_may():
    centre = parked("bob")
    centre.wait(115)
    retrieves(centre, "bob")
    centre.wait(6)
    assert centre.offered() == {"bob": "ann"}
    centre.misses("bob")
    centre.wait(0.1)
    assert centre.last(f.CallTransferred).how == "returned"
    over(centre)


def test_she_hangs_up():
    centre = parked()
    centre.hangs_up("ann")
    assert centre.last(f.CallEnded).ended_by == "customer" and not centre.view.calls
    retrieves(centre, "amy")
    assert refused(centre) == r.SLOT_EMPTY
    centre.wait(200)
    over(centre)


def test_one_who_was_dialled_can_be_parked_too():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    centre.order(c.Park, "amy")
    centre.drain()
    assert centre.view.calls[call].stage == "parked"
    retrieves(centre, "amy")
    centre.picks_up("amy")
    assert centre.stage(call) == "talking"
    over(centre)


@pytest.mark.parametrize("slot", ["02", "00"])
def test_an_empty_slot_is_refused(slot: str):
    centre = parked("bob")
    retrieves(centre, "bob", slot)
    assert refused(centre) == r.SLOT_EMPTY and centre.last(f.CommandRefused).params == {"slot": slot}
    over(centre)


def test_of_two_who_want_her_the_first_has_her():
    centre = parked("bob", "cai")
    centre.order(c.Retrieve, "bob", slot="01")
    centre.order(c.Retrieve, "cai", slot="01")
    centre.drain()
    assert refused(centre) == r.SLOT_EMPTY and centre.offered() == {"bob": "ann"}
    over(centre)


def test_ninety_nine_and_no_more():
    assert parking.first_free(set()) == "01" and parking.first_free({"01", "03"}) == "02"
    assert parking.first_free(set(parking.SLOTS)) == "" and len(parking.SLOTS) == 99


@pytest.mark.parametrize("when", ["on her way", "there", "being taken"])
def test_a_new_daemon_has_her_where_she_was(when: str):
    centre = centre_with_ann("bob")
    centre.order(c.Park, "amy")
    if when != "on her way":
        centre.drain()
        centre.wait(30)
    if when == "being taken":
        retrieves(centre, "bob")
    centre.after_each = lambda: None
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(15)
    assert centre.view.calls["ann"].stage == "parked" and centre.offered() == {}
    retrieves(centre, "bob")
    centre.picks_up("bob")
    assert centre.stage("ann") == "talking"
    over(centre)


def test_a_new_daemon_still_gives_her_back_in_time():
    centre = parked()
    centre.wait(60)
    centre.after_each = lambda: None
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(61)
    assert centre.last(f.CallTransferred).how == "returned"
    over(centre)
