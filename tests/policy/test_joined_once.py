"""A switch that joins two late, or never: of a consult nobody is bridged twice, and nobody is left in silence."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre
from tests.policy.test_consult import asks, order, partners, partners_of_amy, results, speaks
from tests.policy.test_transfers import centre_with_ann, over

BOB_ANSWERS = None
JOINS = [BOB_ANSWERS, c.SwapConsult, c.CancelConsult, c.CompleteTransfer]


def begun(kind: type[c.Command] | None) -> tuple[Centre, str]:
    """The switch is busy, and has been told to join two."""
    centre, leg = speaks() if kind is not None else (centre := centre_with_ann("bob"), asks(centre))
    centre.exchange.busy = True
    if kind is not None:
        order(centre, kind)
    else:
        centre.exchange.answer(leg)
        centre.drain()
    return centre, leg


def catches_up(centre: Centre) -> None:
    centre.exchange.busy = False
    centre.exchange.catch_up()
    centre.drain()


def joined(centre: Centre, kind: type[c.Command] | None, leg: str) -> None:
    """Those two whom it was about, and the law of each of them."""
    expected = {
        BOB_ANSWERS: {"amy": leg, "ann": ""}, c.CompleteTransfer: {"ann": leg},
    }.get(kind) or {"amy": "ann", "ann": partners_of_amy(centre)}  # fmt: skip
    assert partners(centre) == expected
    laws.always(centre)
    over(centre)


def undelivered(centre: Centre, line: str) -> None:
    """All that is said reaches the daemon, but for what is said of one leg."""
    exchange = centre.exchange
    while others := [other for other in exchange.said if other != line]:
        centre.deliver(others[0])


@pytest.mark.parametrize("lost", [False, True])
def test_who_is_asked_answers_before_the_agents_leg_has_left_its_bridge(lost: bool):
    centre = centre_with_ann("bob")
    amy = partners_of_amy(centre)
    centre.order(c.Consult, "amy", what="agent", to="bob")
    undelivered(centre, amy)
    leg = centre.last(f.ConsultStarted).aside
    centre.exchange.answer(leg)
    undelivered(centre, amy)
    assert not centre.wishes(do.Bridge)[1:], "it would be lost in the parking"
    if lost:
        centre.lose(amy)
        centre.wait(4)
    centre.drain()
    assert not centre.facts(f.CallRepaired)
    joined(centre, BOB_ANSWERS, leg)


@pytest.mark.parametrize("lost", [False, True])
def test_who_is_asked_is_busy_before_the_agents_leg_has_left_its_bridge(lost: bool):
    centre = centre_with_ann("bob")
    amy = partners_of_amy(centre)
    centre.order(c.Consult, "amy", what="agent", to="bob")
    undelivered(centre, amy)
    centre.exchange.refuse(centre.last(f.ConsultStarted).aside, "USER_BUSY")
    undelivered(centre, amy)
    if lost:
        centre.lose(amy)
        centre.wait(4)
    centre.drain()
    assert not centre.facts(f.CallRepaired)
    joined(centre, c.CancelConsult, "")


@pytest.mark.parametrize("kind", JOINS)
def test_it_is_busy_for_seconds_and_is_not_told_twice(kind: type[c.Command] | None):
    centre, leg = begun(kind)
    told = len(centre.wishes(do.Bridge))
    centre.wait(5)
    assert len(centre.wishes(do.Bridge)) == told
    catches_up(centre)
    joined(centre, kind, leg)


@pytest.mark.parametrize("kind", JOINS)
def test_its_word_is_lost_and_a_look_tells(kind: type[c.Command] | None):
    centre, leg = begun(kind)
    deliver, centre.deliver = centre.deliver, lambda line, **more: centre.lose(line, **more)
    catches_up(centre)
    centre.deliver = deliver
    centre.wait(4)
    joined(centre, kind, leg)


@pytest.mark.parametrize("kind", [c.SwapConsult, c.CancelConsult, c.CompleteTransfer])
def test_it_never_does_and_the_customer_is_taken_out_and_joined_anew(kind: type[c.Command]):
    centre, leg = begun(kind)
    centre.exchange.to_join = []
    centre.wait(7)
    catches_up(centre)
    assert centre.last(f.CallRepaired).reason == "no bridge came"
    joined(centre, kind, leg)


def test_who_was_asked_is_gone_the_switch_is_busy_and_the_daemon_dies():
    centre, leg = begun(c.CancelConsult)
    assert centre.state("bob") == "ready"
    centre.die()
    centre.start()
    centre.drain()
    assert centre.brain.world.agents["bob"].free
    centre.wait(5)
    catches_up(centre)
    joined(centre, c.CancelConsult, leg)


def test_it_never_joins_who_is_asked_and_the_agent_has_her_customer_again():
    centre, leg = begun(BOB_ANSWERS)
    centre.exchange.to_join = []
    centre.wait(8)
    assert leg not in centre.exchange.legs
    catches_up(centre)
    assert results(centre) == ["unreached"]
    joined(centre, c.CancelConsult, leg)
