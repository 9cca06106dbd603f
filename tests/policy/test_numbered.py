"""Numbers that lead to an extension: it is rung as a colleague would ring it; whom nobody answers goes on."""

import msgspec
import pytest

from switchctl.contract import facts as f
from switchctl.contract.directory import Directory, Extension, Route
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.laws import over


def layout(to: str = "1002", greeting: str = "", queue: str = "") -> Directory:
    """4100 leads to an extension: Bob's, or the hall's."""
    known = directory()
    route = Route(number="4100", target="extension", to=to, greeting=greeting, queue=queue)
    phones = tuple(Extension(number=number) for number in ("1001", "1002", "1003", "1077"))
    return msgspec.structs.replace(known, routes=(*known.routes, route), extensions=phones)


def centre_with(*ready: str, **how: str) -> Centre:
    centre = Centre(layout(**how))
    centre.ready(*ready)
    centre.after_each = lambda: laws.always(centre)
    return centre


def test_whose_it_is_has_the_call_when_she_is_free():
    centre = centre_with("bob")
    centre.call("ann", dialled="4100")
    centre.wait(0.1)
    told = centre.last(f.CallTransferred)
    assert (told.how, told.what, told.to, told.offer, told.agent) == ("number", "agent", "bob", "", "")
    offer = centre.last(f.OfferMade)
    assert (offer.agent, offer.queue, offer.visit, offer.reason) == ("bob", "", "", "number:dialled=4100")
    assert centre.wishes(do.Play)[-1].sound.startswith("tone_stream://"), "she hears it ring"
    centre.picks_up("bob")
    assert centre.stage("ann") == "talking" and centre.state("bob") == "talking"
    centre.wait(20)
    centre.hangs_up("bob")
    assert centre.state("bob") == "wrapup"
    over(centre)
    assert not centre.facts(f.QueueEntered)


@pytest.mark.parametrize("to, owner", [("1002", "bob"), ("1077", "")])
def test_a_phone_whose_owner_takes_no_calls_rings_as_for_a_colleague(to: str, owner: str):
    centre = centre_with(to=to, greeting="ivr/hello.wav")
    centre.call("ann", dialled="4100")
    centre.exchange.finish("ann")
    centre.drain()
    centre.wait(0.1)
    called = centre.last(f.PartyCalled)
    assert (called.outside, called.trunk, called.agent, called.shows) == (to, "", "", "15401400001")
    if owner:
        assert centre.brain.world.agents[owner].dialled_by == "ann"
        centre.ready(owner)
        centre.waiting("second")
        assert centre.offered() == {}, "she has a call"
    centre.exchange.answer(called.offer)
    centre.drain()
    assert centre.stage("ann") == "talking" and centre.view.calls["ann"].outside == to
    centre.wait(20)
    centre.hangs_up(called.offer)
    if owner:
        assert centre.offered() == {owner: "second"}
    over(centre)
    assert not centre.facts(f.TalkEnded, call_id="ann")


@pytest.mark.parametrize("queue", ["", "support"])
def test_whom_nobody_answers_goes_to_the_queue_of_the_number_or_is_told(queue: str):
    centre = centre_with(queue=queue)
    centre.call("ann", dialled="4100")
    centre.wait(0.1)
    leg = centre.last(f.PartyCalled).offer
    centre.exchange.refuse(leg, "NO_ANSWER")
    centre.drain()
    centre.wait(0.1)
    if queue:
        assert centre.stage("ann") == "waiting" and centre.view.calls["ann"].queue == "support"
    else:
        assert centre.stage("ann") == "leaving" and centre.wishes(do.Play)[-1].sound == "ivr/sorry.wav"
    assert not [agent for agent in centre.brain.world.agents.values() if agent.dialled_by]
    over(centre)


def test_a_caller_who_leaves_while_it_rings_lets_it_go():
    centre = centre_with()
    centre.call("ann", dialled="4100")
    centre.wait(0.1)
    centre.hangs_up("ann")
    centre.wait(5)
    assert centre.last(f.PartyLeft).result == "cancelled"
    over(centre)
    assert centre.last(f.CallEnded).ended_by == "customer"


@pytest.mark.parametrize("ready", [(), ("bob",)])
def test_a_daemon_that_dies_meanwhile_goes_on(ready: tuple[str, ...]):
    centre = centre_with(*ready)
    centre.call("ann", dialled="4100")
    centre.wait(0.1)
    centre.die()
    centre.wait(1)
    centre.start()
    centre.wait(30)
    assert centre.stage("ann") in ("offered", "passed", "talking", "leaving") or "ann" not in centre.view.calls
    over(centre)


def test_a_number_that_leads_nowhere_is_said_so():
    centre = centre_with(to="")
    centre.call("ann", dialled="4100")
    assert centre.stage("ann") == "leaving"
    over(centre)
