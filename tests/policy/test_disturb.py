"""Do not disturb: who is not rung, and who is all the same."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.test_transfers import centre_with_ann, over, passes, refused


def undisturbed(centre: Centre, agent: str = "bob", on: bool = True) -> None:
    order = centre.order(c.DoNotDisturb if on else c.MayDisturb, agent)
    told = centre.last(f.DisturbChanged)
    assert (told.agent, told.on, told.command_id) == (agent, on, order) and centre.view.agents[agent].dnd == on


@pytest.mark.parametrize("what, to, reason", [("agent", "bob", r.NOT_FREE), ("number", "1002", r.NOT_DISTURBED)])
def test_colleagues_do_not_pass_on_to_her(what: str, to: str, reason: str):
    centre = centre_with_ann("bob")
    undisturbed(centre)
    passes(centre, what, to)
    assert refused(centre) == reason and centre.stage("ann") == "talking"
    undisturbed(centre, on=False)
    passes(centre, what, to)
    assert centre.offered() == {"bob": "ann"}
    over(centre)


def test_they_do_not_dial_her_and_are_called_back_when_it_is_over():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    centre.order(c.SignIn, "bob")
    undisturbed(centre)
    centre.order(c.Dial, "amy", number="1002")
    assert refused(centre) == r.NOT_DISTURBED and not centre.wishes(do.Dial)
    centre.order(c.AskCallBack, "amy", of="bob")
    centre.wait(20)
    assert not centre.wishes(do.Dial)
    undisturbed(centre, on=False)
    centre.wait(6)
    assert [wish.number for wish in centre.wishes(do.Dial)] == ["1002"]
    over(centre)


def test_a_queues_call_rings_and_so_does_what_she_passed_on_herself():
    centre = Centre()
    centre.ready("bob")
    undisturbed(centre)
    centre.after_each = lambda: laws.always(centre)
    centre.waiting("ann")
    assert centre.offered() == {"bob": "ann"}
    centre.picks_up("bob")
    centre.order(c.Park, "bob")
    centre.drain()
    centre.wait(121)
    assert centre.offered() == {"bob": "ann"}, "back with who parked her"
    over(centre)


def test_a_number_that_leads_to_her_extension_goes_to_its_queue():
    layout = directory()
    direct = d.Route(number="4002", queue="support", target=d.EXTENSION, to="1002", greeting="")
    centre = Centre(msgspec.structs.replace(layout, routes=(*layout.routes, direct)))
    centre.order(c.SignIn, "bob")
    undisturbed(centre)
    centre.call("ann", "4002")
    centre.wait(1)
    assert centre.stage("ann") == "waiting" and not centre.facts(f.PartyCalled)
    over(centre)


def test_a_new_daemon_knows_it():
    centre = Centre()
    centre.order(c.SignIn, "bob")
    undisturbed(centre)
    centre.die()
    centre.start()
    centre.drain()
    assert centre.brain.world.agents["bob"].dnd
    over(centre)
