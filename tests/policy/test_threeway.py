"""A conference of three, made of a question beside a call: who comes in, who leaves, what is left."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy.centre import Centre
from tests.policy.test_consult import order, partners, partners_of_amy, results, speaks
from tests.policy.test_transfers import NUMBER, over, refused


def joined(what: str = "agent", to: str = "bob", front: bool = False) -> tuple[Centre, str]:
    """Ann, Amy and the other all hear each other."""
    centre, leg = speaks(what, to)
    if front:
        order(centre, c.SwapConsult)
    order(centre, c.JoinAll)
    assert centre.exchange.inside("three-ann") == {"ann", leg, partners_of_amy(centre)}
    return centre, leg


@pytest.mark.parametrize("front", [False, True])
def test_all_three_are_in_it_and_told_once(front: bool):
    centre, leg = joined(front=front)
    told = centre.last(f.ConferenceStarted)
    assert (told.agent, told.aside, bool(told.command_id)) == ("amy", leg, True)
    assert centre.exchange.legs["ann"].stage == "room", "she was led nowhere else"
    live = centre.view.calls["ann"]
    assert (live.stage, live.aside_state, live.agent, live.aside_agent) == ("conference", "joined", "amy", "bob")
    centre.wait(20)
    assert len(centre.facts(f.ConferenceStarted)) == 1
    assert not centre.facts(f.CallRepaired), "who is in a conference is no stray"
    over(centre)


def test_the_third_leaves_and_the_two_talk_as_before():
    centre, leg = joined()
    centre.hangs_up(leg)
    assert partners(centre)["ann"] == partners_of_amy(centre)
    assert (centre.stage("ann"), centre.state("bob"), results(centre)) == ("talking", "ready", ["left"])
    assert centre.view.calls["ann"].stage == "talking"
    centre.order(c.Hold, "amy")
    centre.drain()
    assert centre.view.calls["ann"].stage == "held", "and as any other talk"
    over(centre)


def test_the_third_is_let_go():
    centre, leg = joined()
    order(centre, c.CancelConsult)
    assert leg not in centre.exchange.legs and partners(centre)["ann"] == partners_of_amy(centre)
    assert results(centre) == ["cancelled"]
    over(centre)


@pytest.mark.parametrize("how", ["phone", "page"])
def test_the_agent_leaves_and_the_customer_is_the_others(how: str):
    centre, leg = joined()
    if how == "phone":
        centre.hangs_up("amy")
    else:
        order(centre, c.CompleteTransfer)
    assert partners(centre) == {"ann": leg}
    assert (centre.state("amy"), centre.state("bob"), results(centre)) == ("wrapup", "talking", ["transferred"])
    assert [fact.agent for fact in centre.facts(f.TalkStarted)] == ["amy", "bob"]
    assert not centre.exchange.inside("three-ann")
    over(centre)


def test_the_customer_leaves_and_it_is_over_for_all():
    centre, _leg = joined()
    centre.hangs_up("ann")
    assert not centre.exchange.inside("three-ann")
    assert (results(centre), centre.state("amy"), centre.state("bob")) == (["customer_left"], "wrapup", "ready")
    assert centre.last(f.CallEnded).ended_by == "customer"
    over(centre)


def test_a_number_as_the_third():
    centre, leg = joined("number", NUMBER)
    centre.hangs_up("amy")
    assert partners(centre) == {"ann": leg} and centre.view.calls["ann"].outside == NUMBER
    over(centre)


def test_before_it_is_whole_nothing_else_is_joined():
    centre, _leg = speaks()
    centre.order(c.JoinAll, "amy")
    centre.order(c.CompleteTransfer, "amy")
    assert refused(centre) == r.SWITCH_BUSY
    assert not centre.facts(f.ConferenceStarted)
    over(centre)


@pytest.mark.parametrize("lost", ["nobody", "first", "all"])
def test_a_new_daemon_finds_it_and_makes_it_whole(lost: str):
    centre, leg = speaks() if lost != "nobody" else joined()
    amy = partners_of_amy(centre)
    if lost != "nobody":
        centre.order(c.JoinAll, "amy")
        sent = [wish.leg for wish in centre.wishes(do.Transfer)[-3:]]
        assert sent == ["ann", amy, leg], "hers first: left behind in a talk she would be led on"
    centre.after_each = lambda: None
    centre.die()
    if lost == "first":  # the command reached the switch for her alone
        centre.exchange.legs[amy].room = centre.exchange.legs[leg].room = ""
        centre.exchange.legs[amy].application = centre.exchange.legs[leg].application = ""
    centre.start()
    centre.drain()
    centre.wait(15)
    assert centre.exchange.inside("three-ann") == {"ann", leg, amy}
    assert centre.view.calls["ann"].aside_state == "joined"
    centre.hangs_up(leg)
    assert partners(centre)["ann"] == amy and centre.stage("ann") == "talking"
    over(centre)


def test_she_leaves_while_no_daemon_is_there():
    centre, leg = joined()
    amy = partners_of_amy(centre)
    centre.after_each = lambda: None
    centre.die()
    centre.exchange.hang_up(amy)
    centre.start()
    centre.drain()
    centre.wait(15)
    assert partners(centre)["ann"] == leg
    assert (centre.stage("ann"), centre.state("bob")) == ("talking", "talking")
    over(centre)
