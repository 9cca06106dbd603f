"""Picking up the call that rings at a colleague's phone (recording 29c)."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.test_transfers import over, refused


def rings_at_amy(*others: str, layout=None) -> Centre:
    centre = Centre(layout)
    centre.ready("amy")
    centre.waiting("ann")
    centre.ready(*others)
    assert centre.offered() == {"amy": "ann"}
    centre.after_each = lambda: laws.always(centre)
    return centre


def picks_up(centre: Centre, agent: str = "bob", of: str = "amy") -> str:
    order = centre.order(c.PickUpCall, agent, of=of)
    centre.drain()
    return order


@pytest.mark.parametrize("of", ["amy", ""])
def test_who_answers_first_has_it_and_it_is_no_miss(of: str):
    centre = rings_at_amy("bob")
    order = picks_up(centre, of=of)
    told = centre.last(f.PickUpStarted)
    assert (told.agent, told.of, told.command_id) == ("bob", "amy", order)
    assert centre.offered() == {"amy": "ann", "bob": "ann"}, "both phones ring"
    assert centre.view.calls["ann"].agent == "amy" and centre.view.agents["bob"].call_id == "ann"
    assert centre.wishes(do.Originate)[-1].variables["sip_auto_answer"] == "true"
    centre.picks_up("bob")
    ended = centre.last(f.OfferEnded, agent="amy")
    assert (ended.result, ended.cause, ended.misses) == ("cancelled", "PICKED_OFF", 0)
    assert (centre.state("amy"), centre.state("bob"), centre.stage("ann")) == ("ready", "talking", "talking")
    assert centre.last(f.CallPickedUp).of == "amy" and centre.view.calls["ann"].agent == "bob"
    assert [wish.cause for wish in centre.wishes(do.Kill)] == ["PICKED_OFF"]
    left = centre.last(f.QueueLeft)
    assert (left.exit, centre.last(f.TalkStarted).queue) == ("answered", "support")
    over(centre)


def test_the_colleague_was_quicker():
    centre = rings_at_amy("bob")
    picks_up(centre)
    centre.picks_up("amy")
    assert centre.last(f.OfferEnded, agent="bob").result == "cancelled"
    assert (centre.state("amy"), centre.state("bob")) == ("talking", "ready")
    over(centre)


def test_both_answer_at_once():
    centre = rings_at_amy("bob")
    picks_up(centre)
    for agent in ("bob", "amy"):
        centre.exchange.answer(centre.leg(agent))
    centre.drain()
    assert sorted((centre.state("amy"), centre.state("bob"))) == ["ready", "talking"]
    over(centre)


def test_the_caller_leaves():
    centre = rings_at_amy("bob")
    picks_up(centre)
    centre.hangs_up("ann")
    assert (centre.state("amy"), centre.state("bob")) == ("ready", "ready")
    over(centre)


def test_she_does_not_answer_her_own_phone():
    centre = rings_at_amy()
    centre.order(c.SignIn, "bob")
    centre.order(c.Pause, "bob", reason="tea")
    picks_up(centre)
    centre.misses("bob")
    assert centre.offered() == {"amy": "ann"} and centre.brain.world.agents["bob"].misses == 0
    assert (centre.state("bob"), centre.brain.world.agents["bob"].reason) == ("paused", "tea")
    over(centre)


def test_it_is_taken_from_wherever_it_rings_then_or_from_the_line():
    centre = rings_at_amy()
    centre.order(c.SignIn, "bob")
    picks_up(centre)
    centre.misses("amy")
    centre.misses("amy")
    assert centre.stage("ann") == "waiting" and centre.state("amy") == "paused"
    centre.picks_up("bob")
    assert centre.stage("ann") == "talking" and centre.last(f.CallPickedUp).of == ""
    over(centre)


@pytest.mark.parametrize("agent, of, reason", [
    ("amy", "amy", r.NOTHING_RINGS), ("bob", "cai", r.NOTHING_RINGS), ("bob", "zoe", r.NOTHING_RINGS),
    ("cai", "", r.NOT_SIGNED_IN),
])  # fmt: skip
def test_refused(agent: str, of: str, reason: str):
    centre = rings_at_amy("bob")
    picks_up(centre, agent, of)
    assert refused(centre) == reason and centre.offered() == {"amy": "ann"}
    over(centre)


def test_a_second_one_finds_nothing_to_pick_up():
    centre = rings_at_amy("bob")
    centre.order(c.SignIn, "cai")
    picks_up(centre)
    picks_up(centre, "cai", "")
    assert refused(centre) == r.NOTHING_RINGS
    over(centre)


def test_only_of_her_own_department_or_queues():
    layout = directory(support=(("amy", 1),), billing=(("bob", 1),))
    centre = rings_at_amy("bob", layout=layout)
    picks_up(centre)
    assert refused(centre) == r.NOT_NEAR
    picks_up(centre, of="")
    assert refused(centre) == r.NOTHING_RINGS
    agents = [msgspec.structs.replace(one, department="desk") for one in layout.agents]
    centre.reconfigure(msgspec.structs.replace(layout, agents=tuple(agents)))
    picks_up(centre)
    centre.picks_up("bob")
    assert centre.state("bob") == "talking"
    over(centre)


def test_a_new_daemon_lets_go_of_who_wanted_it():
    centre = rings_at_amy("bob")
    picks_up(centre)
    centre.after_each = lambda: None
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(15)
    assert centre.last(f.OfferEnded, agent="bob").cause == "restart"
    legs = {leg.uuid for leg in centre.exchange.legs.values() if leg.agent}
    assert legs <= set(centre.brain.world.offers), "nobody's phone rings for nothing"
    over(centre)
