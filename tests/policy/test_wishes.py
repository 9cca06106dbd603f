"""Called back with a colleague when she is free, or when she is there again."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.test_transfers import over, refused

APART = {"support": (("bob", 1),), "billing": (("amy", 1), ("cai", 1))}


def bob_is_busy() -> Centre:
    """Bob talks to Ann; Amy is at work, and no queue of hers has anybody."""
    centre = Centre(directory(**APART))
    centre.talking("ann", "bob")
    centre.order(c.SignIn, "amy")
    centre.after_each = lambda: laws.always(centre)
    return centre


def wishes(centre: Centre, when: str = "free", of: str = "bob", agent: str = "amy") -> str:
    order = centre.order(c.AskCallBack, agent, of=of, when=when)
    centre.drain()
    return order


def results(centre: Centre) -> list[str]:
    return [fact.result for fact in centre.facts(f.CallBackOver)]


def dialled(centre: Centre) -> list[str]:
    return [wish.number for wish in centre.wishes(do.Dial)]


@pytest.mark.parametrize("of", ["bob", "1002"])
def test_as_soon_as_her_call_is_over_the_askers_phone_rings_and_then_hers(of: str):
    centre = bob_is_busy()
    order = wishes(centre, of=of)
    told = centre.last(f.CallBackWished)
    assert (told.agent, told.of, told.when, told.command_id) == ("amy", "bob", "free", order)
    assert told.until == centre.now + 3_600_000_000 and told.wish in centre.view.wishes
    centre.wait(30)
    assert not dialled(centre)
    centre.hangs_up("ann")
    centre.wait(0.1)
    assert dialled(centre) == ["1002"] and results(centre) == ["dialled"] and not centre.view.wishes
    assert centre.state("amy") == "dialling" and centre.last(f.DialStarted).call_id == told.wish
    centre.picks_up("amy")
    centre.exchange.answer(told.wish)
    centre.drain()
    assert centre.stage(told.wish) == "talking"
    over(centre)


@pytest.mark.parametrize("who", ["amy", "bob"])
def test_nobody_is_fetched_out_of_a_conference_room(who: str):
    centre = bob_is_busy()
    wishes(centre)
    centre.brain.world.agents[who].confers = "leg"
    centre.after_each = lambda: None  # the room is nowhere else
    centre.hangs_up("ann")
    centre.wait(20)
    assert not dialled(centre)
    centre.brain.world.agents[who].confers = ""
    centre.wait(6)
    assert dialled(centre) == ["1002"]


def test_there_means_that_she_did_something():
    centre = Centre(directory(**APART))
    for agent in ("amy", "bob"):
        centre.order(c.SignIn, agent)
    wishes(centre, "there")
    centre.wait(60)
    assert not dialled(centre), "she is signed in, and nobody knows whether she is there"
    centre.order(c.Pause, "bob", reason="tea")
    centre.wait(0.1)
    assert dialled(centre) == ["1002"]
    over(centre)


def test_it_waits_for_the_asker_too():
    centre = bob_is_busy()
    wishes(centre)
    centre.waiting("lil", "4002")
    centre.order(c.BecomeReady, "amy")
    centre.drain()
    centre.picks_up("amy")
    centre.hangs_up("ann")
    centre.wait(40)
    assert not dialled(centre), "she talks herself"
    centre.hangs_up("lil")
    centre.order(c.FinishWrapUp, "amy")
    centre.wait(0.1)
    assert dialled(centre) == ["1002"]
    over(centre)


def test_an_hour_is_the_longest_and_it_can_be_taken_back():
    centre = bob_is_busy()
    wishes(centre)
    wishes(centre)
    assert refused(centre) == r.WISHED_ALREADY
    centre.order(c.CancelCallBack, "amy", of="bob")
    assert results(centre) == ["cancelled"]
    wishes(centre)
    centre.after_each = lambda: None
    centre.wait(3601)
    assert results(centre) == ["cancelled", "expired"] and not dialled(centre)
    centre.order(c.CancelCallBack, "amy", of="bob")
    assert refused(centre) == r.NO_WISH
    over(centre)


@pytest.mark.parametrize("of, reason", [("zoe", r.NO_SUCH_COLLEAGUE), ("amy", r.OWN_NUMBER)])
def test_refused(of: str, reason: str):
    centre = bob_is_busy()
    wishes(centre, of=of)
    assert refused(centre) == reason and not centre.view.wishes
    over(centre)


def test_a_new_daemon_keeps_it():
    centre = bob_is_busy()
    wishes(centre)
    centre.after_each = lambda: None
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(10)
    assert centre.view.wishes and not dialled(centre)
    centre.hangs_up("ann")
    centre.wait(0.1)
    assert dialled(centre) == ["1002"]
    over(centre)
