"""Asking somebody beside a call: start, swap, complete, cancel, and whoever hangs up meanwhile."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from tests.policy.centre import Centre
from tests.policy.test_transfers import NUMBER, centre_with_ann, over, refused


def asks(centre: Centre, what: str = "agent", to: str = "bob") -> str:
    """Amy asks; returns the leg that rings."""
    centre.order(c.Consult, "amy", what=what, to=to)
    centre.drain()
    return centre.last(f.ConsultStarted).aside


def speaks(what: str = "agent", to: str = "bob") -> tuple[Centre, str]:
    """Amy speaks with whom she asks; Ann waits with music."""
    centre = centre_with_ann("bob")
    leg = asks(centre, what, to)
    centre.wait(2)
    centre.exchange.answer(leg)
    centre.drain()
    assert partners(centre) == {"amy": leg, "ann": ""}
    centre.wait(5)
    return centre, leg


def partners(centre: Centre) -> dict[str, str]:
    """With whom Amy and Ann are joined, as the switch has it."""
    found = {"ann": centre.exchange.legs["ann"].partner} if "ann" in centre.exchange.legs else {}
    amys = [leg for leg in centre.exchange.legs.values() if leg.agent == "1001"]
    return found | ({"amy": amys[0].partner} if amys else {})


def order(centre: Centre, kind: type[c.Command]) -> None:
    centre.order(kind, "amy")
    centre.drain()


def results(centre: Centre) -> list[str]:
    return [fact.result for fact in centre.facts(f.ConsultEnded)]


def test_the_customer_waits_and_the_two_speak():
    centre, _leg = speaks()
    assert (centre.stage("ann"), centre.state("amy"), centre.state("bob")) == ("consulting", "talking", "talking")
    assert centre.exchange.legs["ann"].playing, "music"
    live = centre.view.calls["ann"]
    assert (live.agent, live.aside_agent, live.aside_state) == ("amy", "bob", "speaking")
    assert len(centre.facts(f.TalkStarted)) == 1, "no second talk of the customer's"
    over(centre)


def test_completed():
    centre, leg = speaks()
    order(centre, c.CompleteTransfer)
    assert partners(centre) == {"ann": leg}
    assert (centre.stage("ann"), centre.state("amy"), centre.state("bob")) == ("talking", "wrapup", "talking")
    assert results(centre) == ["transferred"] and centre.last(f.CallTransferred).how == "attended"
    first, second = centre.facts(f.TalkStarted)
    assert (first.agent, second.agent, second.offer) == ("amy", "bob", leg)
    talk = centre.last(f.TalkEnded)
    assert (talk.ended_by, talk.talk_ms) == ("transfer", 18_000), "what she asked is her talk, too"
    assert centre.exchange.legs[leg].variables["hangup_after_bridge"] == "true"
    centre.hangs_up("ann")
    assert centre.state("bob") == "wrapup"
    over(centre)


def test_cancelled():
    centre, leg = speaks()
    order(centre, c.CancelConsult)
    assert leg not in centre.exchange.legs and partners(centre)["ann"] == partners_of_amy(centre)
    assert (centre.stage("ann"), centre.state("bob"), results(centre)) == ("talking", "ready", ["cancelled"])
    centre.hangs_up("amy")
    assert centre.exchange.legs["ann"].stage == "survey", "her leg is as it was"
    over(centre)


def partners_of_amy(centre: Centre) -> str:
    return next(leg.uuid for leg in centre.exchange.legs.values() if leg.agent == "1001")


def test_to_and_fro():
    centre, leg = speaks()
    for front in ("customer", "aside", "customer"):
        order(centre, c.SwapConsult)
        assert centre.last(f.ConsultSwapped).front == front
        assert bool(partners(centre)["ann"]) == (front == "customer")
        assert leg in centre.exchange.legs
    order(centre, c.CompleteTransfer)
    assert partners(centre) == {"ann": leg}
    over(centre)


def test_cancelled_while_the_customer_is_in_front():
    centre, _leg = speaks()
    order(centre, c.SwapConsult)
    order(centre, c.CancelConsult)
    assert (centre.stage("ann"), results(centre)) == ("talking", ["cancelled"])
    assert partners(centre)["ann"] == partners_of_amy(centre)
    over(centre)


@pytest.mark.parametrize("cause", ["USER_BUSY", "NO_ANSWER", "CALL_REJECTED"])
def test_who_is_asked_cannot_speak(cause: str):
    centre = centre_with_ann("bob")
    leg = asks(centre)
    centre.hangs_up(leg, cause)
    assert (centre.stage("ann"), centre.state("bob"), results(centre)) == ("talking", "ready", ["unreached"])
    assert partners(centre)["ann"] == partners_of_amy(centre)
    assert centre.brain.world.agents["bob"].misses == 0
    over(centre)


def test_nobody_takes_it_and_the_switch_says_nothing():
    centre = centre_with_ann("bob")
    asks(centre)
    centre.wait(40)
    assert (centre.stage("ann"), results(centre)) == ("talking", ["unreached"])
    over(centre)


def test_who_is_asked_hangs_up():
    centre, leg = speaks()
    centre.hangs_up(leg)
    assert (centre.stage("ann"), centre.state("bob"), results(centre)) == ("talking", "ready", ["left"])
    over(centre)


@pytest.mark.parametrize("front", ["aside", "customer"])
def test_the_agent_hangs_up_and_that_completes_it(front: str):
    centre, leg = speaks()
    if front == "customer":
        order(centre, c.SwapConsult)
    centre.hangs_up("amy")
    assert partners(centre) == {"ann": leg}
    assert (centre.state("amy"), centre.state("bob"), results(centre)) == ("wrapup", "talking", ["transferred"])
    over(centre)


def test_she_hangs_up_while_it_rings():
    centre = centre_with_ann("bob")
    leg = asks(centre)
    centre.hangs_up("amy")
    assert (results(centre), centre.stage("ann"), centre.offered()) == (["ringing"], "offered", {"bob": "ann"})
    centre.wait(2)
    centre.picks_up("bob")
    assert partners(centre) == {"ann": leg}
    over(centre)


def test_she_hangs_up_while_it_rings_and_nobody_answers():
    centre = centre_with_ann("bob")
    asks(centre)
    centre.hangs_up("amy")
    centre.misses("bob")
    centre.wait(0.1)
    assert centre.offered() == {"amy": "ann"}
    over(centre)


@pytest.mark.parametrize("when", ["rings", "speaks", "front"])
def test_the_customer_hangs_up(when: str):
    if when == "rings":
        centre = centre_with_ann("bob")
        asks(centre)
    else:
        centre, _leg = speaks()
    if when == "front":
        order(centre, c.SwapConsult)
    centre.hangs_up("ann")
    assert (results(centre), centre.state("amy"), centre.state("bob")) == (["customer_left"], "wrapup", "ready")
    assert centre.last(f.CallEnded).ended_by == "customer"
    over(centre)


def test_a_number_is_asked_and_takes_her():
    centre, leg = speaks("number", NUMBER)
    assert centre.view.calls["ann"].aside_outside == NUMBER
    order(centre, c.CompleteTransfer)
    assert centre.view.calls["ann"].outside == NUMBER and partners(centre) == {"ann": leg}
    over(centre)
    assert len(centre.facts(f.TalkEnded)) == 1


def test_of_a_dialled_talk():
    centre = Centre()
    centre.ready("bob")
    call = centre.rings_out("amy")
    centre.wait(2)
    centre.exchange.answer(call)
    centre.drain()
    leg = asks(centre)
    centre.exchange.answer(leg)
    centre.drain()
    assert centre.exchange.legs[leg].partner == partners_of_amy(centre)
    order(centre, c.CancelConsult)
    assert centre.exchange.legs[call].partner == partners_of_amy(centre)
    centre.hangs_up("amy")
    assert centre.exchange.legs[call].stage == "survey"
    over(centre)


@pytest.mark.parametrize("state", ["calling", "speaking", "front"])
@pytest.mark.parametrize("kind", [c.Hold, c.Resume, c.HangUp, c.Transfer, c.Consult])
def test_what_does_not_fit_meanwhile_is_refused(state: str, kind: type[c.Command]):
    centre = centre_with_ann("bob")
    asks(centre)
    if state != "calling":
        centre.picks_up("bob")
    if state == "front":
        order(centre, c.SwapConsult)
    fields = {"what": "agent", "to": "cai"} if kind in (c.Transfer, c.Consult) else {}
    centre.order(kind, "amy", **fields)
    assert refused(centre) == r.CONSULTING
    if kind in (c.Hold, c.Resume, c.Transfer, c.Consult) and state != "calling":
        centre.order(kind, "bob", **fields)
        assert refused(centre) == r.CONSULTED
    over(centre)


def test_before_it_is_answered_nothing_is_completed():
    centre = centre_with_ann("bob")
    centre.order(c.CancelConsult, "amy")
    assert refused(centre) == r.NO_CONSULT
    asks(centre)
    for kind in (c.CompleteTransfer, c.SwapConsult):
        centre.order(kind, "amy")
        assert refused(centre) == r.NOT_ANSWERED_YET
    over(centre)


def test_one_join_at_a_time():
    centre, _leg = speaks()
    centre.exchange.busy = True
    centre.order(c.SwapConsult, "amy")
    centre.order(c.CompleteTransfer, "amy")
    assert refused(centre) == r.SWITCH_BUSY
    centre.exchange.busy = False
    centre.exchange.catch_up()
    centre.drain()
    over(centre)


def test_who_is_asked_hangs_up_from_the_page():
    centre, leg = speaks()
    centre.order(c.HangUp, "bob")
    centre.drain()
    assert leg not in centre.exchange.legs and centre.stage("ann") == "talking"
    over(centre)


@pytest.mark.parametrize("state", ["calling", "speaking", "front"])
def test_a_new_daemon_goes_on_with_it_and_nobody_who_talks_is_dropped(state: str):
    centre = centre_with_ann("bob")
    leg = asks(centre)
    if state != "calling":
        centre.picks_up("bob")
    if state == "front":
        order(centre, c.SwapConsult)
    before = partners(centre)
    centre.after_each = lambda: None
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(15)
    assert partners(centre) == before
    assert centre.brain.world.calls["ann"].leases or state == "front"
    if state == "calling":
        centre.exchange.answer(leg)
        centre.drain()
    order(centre, c.CompleteTransfer)
    assert partners(centre) == {"ann": leg}, "and it can be completed"
    over(centre)
