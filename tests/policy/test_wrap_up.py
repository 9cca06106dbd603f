"""After-call work that an agent lengthens."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from tests.policy.centre import SECOND, Centre
from tests.policy.test_orders import in_state
from tests.policy.test_restore import restart


def extend(centre: Centre) -> str:
    return centre.order(c.ExtendWrapUp, "amy")


def test_it_ends_a_minute_later_and_everybody_knows_when():
    centre = in_state("wrapup")
    until = centre.view.agents["amy"].until
    centre.wait(10)
    order = extend(centre)
    told = centre.last(f.WrapUpExtended)
    assert (told.until, told.times, told.call_id, told.command_id) == (until + 60 * SECOND, 1, "ann", order)
    assert centre.view.agents["amy"].until == until + 60 * SECOND
    centre.wait(79)
    assert centre.state("amy") == "wrapup"
    centre.wait(2)
    assert centre.state("amy") == "ready"
    assert (centre.last(f.WrapUpEnded).wrap_ms, centre.last(f.WrapUpEnded).by) == (90_000, "time")


def test_twice_for_a_call_and_again_for_the_next_one():
    centre = in_state("wrapup")
    for _ in range(3):
        extend(centre)
    assert [fact.times for fact in centre.facts(f.WrapUpExtended)] == [1, 2]
    assert centre.last(f.CommandRefused).reason == r.EXTENDED_ENOUGH
    centre.order(c.FinishWrapUp, "amy")
    assert centre.view.agents["amy"].extended == 0
    centre.talking("ben", "amy")
    centre.hangs_up("ben")
    extend(centre)
    assert centre.last(f.WrapUpExtended).times == 1


@pytest.mark.parametrize("settings", [{"wrap_up_extensions": 0}, {"wrap_up_extend_s": 0}])
def test_a_centre_that_wants_none_has_none(settings):
    centre = in_state("wrapup")
    agents = tuple(msgspec.structs.replace(agent, **settings) for agent in centre.layout.agents)
    centre.reconfigure(msgspec.structs.replace(centre.layout, agents=agents))
    extend(centre)
    assert centre.last(f.CommandRefused).reason == r.EXTENDED_ENOUGH
    centre.wait(31)
    assert centre.state("amy") == "ready"


def test_a_restart_keeps_what_she_was_given_and_how_often():
    centre = in_state("wrapup")
    extend(centre)
    restart(centre, seconds=5)
    extend(centre)
    extend(centre)
    assert centre.last(f.CommandRefused).reason == r.EXTENDED_ENOUGH
    centre.wait(143)
    assert centre.state("amy") == "wrapup"
    centre.wait(3)
    assert centre.state("amy") == "ready"
    assert centre.last(f.WrapUpEnded).wrap_ms == 150_000
