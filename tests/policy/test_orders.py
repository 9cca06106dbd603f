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
          c.DialLead: {"number": "+8613800001111"}, c.Transfer: {"what": "queue", "to": "support"},
          c.Redirect: {"what": "queue", "to": "support", **BY},
          c.SendKeys: {"keys": "12#"}, c.Retrieve: {"slot": "07"},
          c.AskCallBack: {"of": "bob"}, c.CancelCallBack: {"of": "bob"},
          c.Consult: {"what": "agent", "to": "cai"}}  # fmt: skip


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
    if state in ASIDE:
        asks, asked = ("bob", "amy") if state == "consulted" else ("amy", "bob")
        centre.talking("ann", asks)
        centre.ready(asked)
        centre.order(c.Consult, asks, what="agent", to=asked)
        centre.drain()
        if state != "asking":
            centre.picks_up(asked)
        for kind in {"in front": (c.SwapConsult,), "in a conference": (c.JoinAll,)}.get(state, ()):
            centre.order(kind, asks)
            centre.drain()
    assert centre.state("amy") == ("talking" if state in ASIDE else state)
    return centre


ASIDE = ("asking", "consulting", "in front", "in a conference", "consulted")
"""Her phone rings whom she asks, they speak, the customer is in front of her again, all three speak; or it is she
who is asked."""


DIALS = (c.Dial, c.DialLead)
HERS = [kind for kind in c.KINDS if not issubclass(kind, (c.NodeCommand, c.RoomCommand))]
JOINS = (c.SwapConsult, c.CompleteTransfer, c.JoinAll)
TALKS = " ".join(("talking", *ASIDE))
REFUSED = {
    "offline": dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, c.PlanPause, *DIALS), r.NOT_SIGNED_IN),
    "paused": {c.SignIn: r.SIGNED_IN_ALREADY},
    "ready": {c.SignIn: r.SIGNED_IN_ALREADY, c.BecomeReady: r.READY_ALREADY},
    "offered": {c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.RINGING)},
    "dialling": {
        c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.DIALLING),
    },
    "talking": {
        c.SignIn: r.SIGNED_IN_ALREADY, c.Resume: r.NOT_ON_HOLD, c.Unmute: r.NOT_MUTED, c.Consult: r.NOT_FREE,
        **dict.fromkeys((*JOINS, c.CancelConsult), r.NO_CONSULT),
        **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.TALKING),
    },
    **{
        state: {
            c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.TALKING),
            **dict.fromkeys((c.Hold, c.Resume, c.Transfer, c.Park, c.Consult, c.HangUp, c.TakeOver), r.CONSULTING),
            c.Unmute: r.NOT_MUTED,
            **(dict.fromkeys(JOINS, r.NOT_ANSWERED_YET) if state == "asking" else {}),
        }
        for state in ASIDE
    },
    "in a conference": {
        c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.TALKING),
        **dict.fromkeys((c.Hold, c.Resume, c.Transfer, c.Consult, c.HangUp, c.Park), r.IN_CONFERENCE),
        **dict.fromkeys((c.SwapConsult, c.JoinAll), r.IN_CONFERENCE),
        c.Unmute: r.NOT_MUTED, c.TakeOver: r.CONSULTING,
    },
    "consulted": {
        c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys((c.SignOut, c.BecomeReady, c.Pause, *DIALS), r.TALKING),
        **dict.fromkeys((c.Hold, c.Resume, c.Transfer, c.Park, c.Consult, *JOINS, c.CancelConsult), r.CONSULTED),
        c.Unmute: r.NOT_MUTED, c.TakeOver: r.CONSULTING,
    },
    "wrapup": {c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys(DIALS, r.IN_WRAP_UP)},
    "unreachable": {c.SignIn: r.SIGNED_IN_ALREADY, **dict.fromkeys(DIALS, r.PHONE_AWAY)},
}  # fmt: skip
ELSE = {
    c.Answer: ("offered", r.NO_OFFER), c.Reject: ("offered", r.NO_OFFER),
    c.HangUp: (TALKS + " dialling", r.NOT_TALKING), c.Redirect: ("offered", r.NO_CALLER_RINGS),
    c.FinishWrapUp: ("wrapup", r.NOT_IN_WRAP_UP), c.ExtendWrapUp: ("wrapup", r.NO_WRAP_UP_TO_EXTEND),
    c.Watch: (TALKS, r.NOT_TALKING), c.TakeOver: (TALKS, r.NOT_TALKING), c.EndWatch: ("", r.NOT_WATCHING),
    **dict.fromkeys(
        (c.Hold, c.Resume, c.Transfer, c.Park, c.Consult, *JOINS, c.CancelConsult, c.Mute, c.Unmute, c.SendKeys,
         c.MarkCustomer),
        (TALKS, r.NOT_TALKING),
    ),
    c.CancelCallBack: ("", r.NO_WISH),
    c.Retrieve: ("", r.SLOT_EMPTY), c.PickUpCall: ("", r.NOTHING_RINGS),
    c.PlanPause: (TALKS + " offered dialling wrapup", r.NO_CALL_TO_PLAN),
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
    expected = REFUSED[state].get(kind) or (sentence if state not in only else "")
    centre = in_state(state)
    order = centre.order(kind, "amy", **FIELDS.get(kind, {}))
    refused = centre.facts(f.CommandRefused)
    if expected:
        assert [(fact.reason, fact.command_id, fact.command) for fact in refused] == [(expected, order, kind.__name__)]
        assert centre.state("amy") == ("talking" if state in ASIDE else state)
    else:
        assert not refused
        if state != "unreachable" or kind is not c.BecomeReady:  # who is ready again may be offered Ann at once
            assert centre.state("amy") == THEN.get(kind, "talking" if state in ASIDE else state)


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


def test_mute_and_keys_are_told_when_the_switch_has_done_them():
    centre = in_state("talking")
    order = centre.order(c.Mute, "amy")
    assert not centre.facts(f.MuteStarted)
    centre.drain()
    assert centre.last(f.MuteStarted).command_id == order and centre.view.calls["ann"].muted
    centre.order(c.Mute, "amy")
    assert centre.last(f.CommandRefused).reason == r.MUTED_ALREADY
    centre.order(c.Unmute, "amy")
    order = centre.order(c.SendKeys, "amy", keys="4711#")
    centre.drain()
    assert not centre.view.calls["ann"].muted
    assert centre.last(f.KeysSent).command_id == order
    assert not [fact for fact in centre.told if b"4711" in f.encode(fact)], "digits are in no fact"


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
