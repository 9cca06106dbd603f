"""A private extension: its calls are its owner's alone, but for whose role opens it."""

import pytest
from msgspec.structs import replace

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import Extension
from switchctl.model import effects as do
from tests.policy.centre import Centre, directory


def private(opens: str = "") -> Centre:
    """Amy's extension is private; ``opens``: whose role opens it."""
    layout = directory()
    agents = tuple(replace(agent, opens_private=agent.id == opens) for agent in layout.agents)
    return Centre(replace(layout, agents=agents, extensions=(Extension(number="1001", user="amy", private=True),)))


@pytest.mark.parametrize("kind", [c.Watch, c.TakeOver])
def test_nobody_joins_its_calls(kind: type[c.Command]):
    centre = private()
    centre.talking("ann", "amy")
    centre.order(kind, "amy", by="cai")
    refused = centre.last(f.CommandRefused)
    assert (refused.reason, refused.params) == (r.PRIVATE, {"extension": "1001"})
    assert not centre.wishes(do.Eavesdrop)


def test_whose_role_opens_it_does_and_others_are_as_before():
    centre = private(opens="cai")
    centre.talking("ann", "amy")
    centre.order(c.Watch, "amy", by="cai")
    assert centre.wishes(do.Eavesdrop)
    assert not centre.facts(f.CommandRefused)


def test_nobody_picks_its_calls_up():
    centre = private()
    centre.ready("amy")
    centre.waiting("ann")
    centre.order(c.SignIn, "bob")
    for of, said in (("amy", r.PRIVATE), ("", r.NOTHING_RINGS)):
        centre.order(c.PickUpCall, "bob", of=of)
        assert centre.last(f.CommandRefused).reason == said
    centre.reconfigure(replace(centre.layout, extensions=()))
    centre.order(c.PickUpCall, "bob")
    assert centre.last(f.PickUpStarted).of == "amy"
