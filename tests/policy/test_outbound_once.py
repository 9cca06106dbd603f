"""Nothing is dialled twice: a restart, a broken link, a crash only look what became of it."""

import pytest
from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.model import effects as do
from tests.policy.centre import Centre
from tests.policy.test_outbound import NUMBER, end_of, rest


def test_the_same_order_again_is_no_second_call():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    order = c.Dial(id="once", agent="amy", deadline=centre.now + 60_000_000, number="13800001111")
    centre.take(centre.brain.command(order, centre.now))
    centre.take(centre.brain.command(order, centre.now))
    centre.drain()
    centre.hangs_up("amy")
    centre.take(centre.brain.command(order, centre.now))
    assert len(centre.wishes(do.Dial)) == 1
    rest(centre)


@pytest.mark.parametrize("when", ["her phone rings", "the customer's rings", "they talk"])
def test_a_restart_dials_nothing_and_follows_what_goes_on(when: str):
    centre = Centre()
    call = centre.dials("amy")
    if when != "her phone rings":
        centre.picks_up("amy")
    if when == "they talk":
        centre.exchange.answer(call)
        centre.drain()
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(2)
    if when == "her phone rings":
        centre.picks_up("amy")
    if when != "they talk":
        centre.exchange.answer(call)
        centre.drain()
    assert centre.state("amy") == "talking" and centre.exchange.dialled == {call: 1}
    assert len(centre.wishes(do.Dial)) == 1
    centre.hangs_up(call)
    assert len(centre.facts(f.TalkStarted)) == len(centre.facts(f.TalkEnded)) == 1
    rest(centre)


@pytest.mark.parametrize("answered", [True, False])
def test_what_happened_while_nobody_looked_is_found(answered: bool):
    centre = Centre()
    call = centre.dials("amy")
    centre.die()
    centre.exchange.answer(centre.leg("amy"))
    if answered:
        centre.exchange.answer(call)
    else:
        centre.exchange.refuse(call, "USER_BUSY")
    centre.start()
    centre.drain()
    centre.wait(8)
    assert centre.state("amy") == ("talking" if answered else "paused")
    if answered:
        centre.hangs_up(call)
    assert len(centre.wishes(do.Dial)) == 1
    rest(centre)


def test_a_daemon_without_memory_adopts_the_pair_that_talks():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    leg = centre.leg("amy")
    centre.die()
    centre.view = type(centre.view)()
    centre.start()
    centre.drain()
    centre.wait(6)
    assert {call, leg} <= set(centre.exchange.legs), "talking parties talk on"
    assert centre.state("amy") == "talking"
    adopted = centre.last(f.CallArrived)
    assert (adopted.call_id, adopted.direction, adopted.number) == (call, "outbound", NUMBER)
    centre.hangs_up(call)
    assert centre.state("amy") == "wrapup"


def test_a_talk_of_an_agent_whom_nobody_knows_any_more_goes_on():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    leg = centre.leg("amy")
    centre.die()
    centre.view = type(centre.view)()
    centre.layout = structs.replace(centre.layout, agents=centre.layout.agents[1:])
    centre.start()
    centre.drain()
    centre.wait(60)
    assert {call, leg} <= set(centre.exchange.legs)
    assert not centre.brain.world.calls, "its record comes from the switch's own file"


def test_a_daemon_without_memory_ends_what_only_rings():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.die()
    centre.view = type(centre.view)()
    centre.start()
    centre.drain()
    centre.wait(6)
    assert not centre.exchange.legs and centre.exchange.dialled == {call: 1}


def test_the_link_breaks_as_the_order_leaves():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    centre.exchange.linked = False  # what leaves now is lost, and nobody knows it yet
    call = centre.order(c.Dial, "amy", number="13800001111")
    centre.drain_replies()
    centre.cut()
    centre.connect()
    centre.drain()
    centre.wait(8)
    assert end_of(centre, call)[0] == "failed"
    assert centre.state("amy") == "paused" and not centre.exchange.dialled
    rest(centre)


def test_the_switch_crashes_under_it():
    centre = Centre()
    call = centre.rings_out("amy")
    centre.exchange.crash()
    centre.cut()
    centre.connect()
    centre.drain()
    assert end_of(centre, call)[:2] == ("failed", "switch_crash")
    assert centre.state("amy") == "paused"
    rest(centre)


def test_two_switches_the_call_is_where_her_phone_is():
    centre = Centre(nodes=("n1", "n2"))
    centre.exchanges["n2"].register("1001")
    centre.drain()
    centre.dials("amy")
    (wish,) = centre.wishes(do.Dial)
    assert (wish.node, wish.via) == ("n2", "")
    centre.exchanges["n1"].register("1002")
    centre.drain()
    centre.order(c.HangUp, "amy")
    centre.drain()
    call = centre.dials("amy", "1002")
    wish = centre.wishes(do.Dial)[-1]
    assert (wish.node, wish.via) == ("n1", "n2"), "a colleague is rung where her phone is"
    (far,) = [leg for leg in centre.exchanges["n2"].legs.values() if leg.agent]
    centre.exchanges["n2"].answer(far.uuid)
    centre.drain()
    centre.exchange.answer(call)
    centre.drain()
    assert centre.state("amy") == "talking"
    centre.exchange.hang_up(call)
    centre.drain()
    assert not centre.exchanges["n1"].legs and not centre.exchanges["n2"].legs


def test_a_daemon_that_is_stopped_lets_her_phone_be_but_not_a_talk_begin():
    centre = Centre()
    call = centre.dials("amy")
    centre.take(centre.brain.stopping(centre.now))
    centre.drain()
    centre.wait(3)
    assert not centre.exchange.legs and not centre.exchange.dialled
    assert len(centre.facts(f.CallEnded, call_id=call)) == 1
