"""Commands: done, refused in words, or too late."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy.centre import Centre

BY = {"by": "cai"}
FIELDS = {c.Watch: BY, c.EndWatch: BY, c.TakeOver: BY,
          c.Pause: {"reason": "tea"}, c.PlanPause: {"reason": "tea"}, c.Dial: {"number": "13800001111"},
          c.DialLead: {"number": "+8613800001111"}}  # fmt: skip


def in_state(state: str) -> Centre:
    """Amy is in this state; Ann has to do with it."""
    centre = Centre()
    if state == "unreachable":
        centre.exchange.unregistered.add("1001")
    if state in ("paused", "ready"):
        centre.order(c.SignIn, "amy")
    if state == "ready":
        centre.order(c.BecomeReady, "amy")
    if state in ("offered", "unreachable"):
        centre.ready("amy")
        centre.waiting("ann")
    if state == "dialling":
        centre.ready("amy")
        centre.rings_out("amy")
    if state in ("talking", "wrapup"):
        centre.talking("ann", "amy")
    if state == "wrapup":
        centre.hangs_up("ann")
    assert centre.state("amy") == state
    return centre


DIALS = (c.Dial, c.DialLead)
HERS = [kind for kind in c.KINDS if not issubclass(kind, c.NodeCommand)]
REFUSED = {
    "offline": dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, c.PlanPause, *DIALS), r.NOT_SIGNED_IN),
    "paused": {c.SignIn: r.SIGNED_IN_ALREADY},
    "ready": {c.SignIn: r.SIGNED_IN_ALREADY, c.BecomeReady: r.READY_ALREADY},
    "offered": {c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.RINGING)},
    "dialling": {
        c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.DIALLING),
    },
    "talking": {
        c.SignIn: r.SIGNED_IN_ALREADY, c.Resume: r.NOT_ON_HOLD,
        **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.TALKING),
    },
    "wrapup": {c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys(DIALS, r.IN_WRAP_UP)},
    "unreachable": {c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys(DIALS, r.PHONE_AWAY)},
}  # fmt: skip
ELSE = {
    c.Answer: ("offered", r.NO_OFFER), c.Reject: ("offered", r.NO_OFFER), c.Hold: ("talking", r.NOT_TALKING),
    c.Resume: ("talking", r.NOT_TALKING), c.HangUp: ("talking dialling", r.NOT_TALKING),
    c.FinishWrapUp: ("wrapup", r.NOT_IN_WRAP_UP), c.ExtendWrapUp: ("wrapup", r.NO_WRAP_UP_TO_EXTEND),
    c.Watch: ("talking", r.NOT_TALKING), c.TakeOver: ("talking", r.NOT_TALKING), c.EndWatch: ("", r.NOT_WATCHING),
    c.PlanPause: ("offered dialling talking wrapup", r.NO_CALL_TO_PLAN),
}  # fmt: skip
"""Command → the one state in which it makes sense, and the sentence in all others."""
THEN = {
    c.SignIn: "paused", c.SignOut: "offline", c.BecomeReady: "ready", c.Pause: "paused", c.FinishWrapUp: "ready",
    c.Dial: "dialling", c.DialLead: "dialling",
}  # fmt: skip


@pytest.mark.parametrize("state", REFUSED)
@pytest.mark.parametrize("kind", HERS, ids=lambda kind: kind.__name__)
def test_each_command_in_each_state(state: str, kind: type[c.Command]):
    only, sentence = ELSE.get(kind, (state, ""))
    expected = REFUSED[state].get(kind) or (sentence if state not in only.split() else "")
    centre = in_state(state)
    order = centre.order(kind, "amy", **FIELDS.get(kind, {}))
    refused = centre.facts(f.CommandRefused)
    if expected:
        assert [(fact.reason, fact.command_id, fact.command) for fact in refused] == [(expected, order, kind.__name__)]
        assert centre.state("amy") == state
    else:
        assert not refused
        if state != "unreachable" or kind is not c.BecomeReady:  # who is ready again may be offered Ann at once
            assert centre.state("amy") == THEN.get(kind, state)


def test_what_comes_too_late_is_refused_and_not_done():
    centre = Centre()
    centre.order(c.SignIn, "amy", late=True)
    assert centre.last(f.CommandRefused).reason == r.TOO_LATE
    assert centre.state("amy") == "offline"


def test_a_stranger_is_refused():
    centre = Centre()
    centre.order(c.SignIn, "zoe")
    assert centre.last(f.CommandRefused).reason == r.UNKNOWN_AGENT


def test_a_daemon_that_is_being_stopped_refuses_and_offers_nothing():
    centre = Centre()
    centre.ready("amy")
    centre.take(centre.brain.stopping(centre.now))
    centre.waiting("ann")
    assert centre.offered() == {}
    centre.order(c.Pause, "amy", reason="tea")
    assert centre.last(f.CommandRefused).reason == r.STOPPING


def test_the_page_answers_and_rejects():
    centre = in_state("offered")
    order = centre.order(c.Answer, "amy")
    centre.drain()
    assert centre.state("amy") == "talking"
    assert centre.wishes(do.PickUp)[-1].ref == f"command|amy|Answer|{order}"
    centre = in_state("offered")
    order = centre.order(c.Reject, "amy")
    centre.deliver(next(line for line in centre.exchange.said if line.startswith("offer")))
    end = centre.facts(f.OfferEnded)[0]
    assert (end.result, end.command_id, end.misses) == ("rejected", order, 1)


def test_hold_and_resume():
    centre = in_state("talking")
    centre.order(c.Hold, "amy")
    centre.drain()
    assert centre.view.calls["ann"].stage == "held"
    centre.order(c.Hold, "amy")
    assert centre.last(f.CommandRefused).reason == r.ON_HOLD_ALREADY
    centre.order(c.Resume, "amy")
    centre.drain()
    assert centre.view.calls["ann"].stage == "talking"


def test_what_the_switch_refuses_is_told_with_its_words():
    centre = in_state("offered")
    centre.order(c.Answer, "amy")
    order = centre.order(c.Answer, "amy")
    centre.drain()
    refused = centre.last(f.CommandRefused)
    assert (refused.reason, refused.params, refused.command_id) == (
        r.PHONE_REFUSED, {"answer": "-ERR No such channel!"}, order,
    )  # fmt: skip


def test_agent_leaves_while_she_holds_and_the_caller_is_led_out_of_the_music():
    centre = in_state("talking")
    centre.order(c.Hold, "amy")
    centre.drain()
    centre.hangs_up("amy")
    centre.drain()
    assert centre.last(f.TalkEnded).ended_by == "agent"
    assert centre.exchange.legs["ann"].stage == "survey"


def test_without_a_link_nothing_can_be_done_to_a_call():
    centre = in_state("talking")
    centre.cut()
    centre.order(c.HangUp, "amy")
    assert centre.last(f.CommandRefused).reason == r.SWITCH_AWAY
    assert centre.state("amy") == "talking"
