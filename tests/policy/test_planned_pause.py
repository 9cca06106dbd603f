"""A pause that an agent plans while she has a call in hand: it follows the call, and nothing is offered in between."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.live import LiveView
from tests.policy import laws
from tests.policy.centre import Centre
from tests.policy.test_orders import in_state
from tests.policy.test_restore import restart

HAS_A_CALL = ("offered", "dialling", "talking", "wrapup")


def plan(centre: Centre, reason: str = "lunch") -> str:
    return centre.order(c.PlanPause, "amy", reason=reason)


def states(centre: Centre, since: int = 0) -> list[tuple[str, str]]:
    return [(fact.state, fact.reason) for fact in centre.told[since:] if isinstance(fact, f.AgentStateChanged)]


def test_she_pauses_after_the_wrap_up_that_ends_by_itself_though_somebody_waits():
    centre = in_state("talking")
    order = plan(centre)
    assert centre.last(f.PausePlanned).command_id == order and centre.view.agents["amy"].plan == "lunch"
    centre.waiting("ben")
    told = len(centre.told)
    centre.hangs_up("ann")
    assert centre.view.agents["amy"].plan == "lunch"
    centre.wait(40)
    assert states(centre, told) == [("wrapup", ""), ("paused", "lunch")]
    assert centre.view.agents["amy"].plan == "" and centre.stage("ben") == "waiting"
    centre.order(c.BecomeReady, "amy")
    assert centre.offered() == {"amy": "ben"}


def test_she_pauses_when_she_finishes_the_wrap_up():
    centre = in_state("wrapup")
    plan(centre)
    order = centre.order(c.FinishWrapUp, "amy")
    assert (centre.state("amy"), centre.last(f.AgentStateChanged).reason) == ("paused", "lunch")
    assert centre.last(f.AgentStateChanged).command_id == order


@pytest.mark.parametrize("state", HAS_A_CALL)
def test_a_plan_is_kept_changed_and_taken_back(state):
    centre = in_state(state)
    for reason in ("lunch", "tea", ""):
        plan(centre, reason)
        assert centre.view.agents["amy"].plan == centre.brain.world.agents["amy"].plan == reason
    assert centre.state("amy") == state and not centre.facts(f.CommandRefused)


@settings(max_examples=60, deadline=None)
@given(reason=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_reason_of_any_letters_is_told_as_it_is(reason):
    """The CRM takes codes of the centre alone; the daemon believes nobody and repeats what it was told."""
    centre = in_state("talking")
    plan(centre, reason)
    assert centre.view.agents["amy"].plan == reason
    centre.hangs_up("ann")
    centre.wait(40)
    assert (centre.state("amy"), centre.view.agents["amy"].reason) == ("paused" if reason else "ready", reason)
    laws.always(centre)


def test_without_it_she_is_ready_after_the_call():
    centre = in_state("talking")
    plan(centre)
    plan(centre, "")
    centre.hangs_up("ann")
    centre.wait(40)
    assert centre.state("amy") == "ready"


def test_an_agent_without_wrap_up_pauses_at_the_end_of_the_talk():
    centre = Centre()
    layout = centre.layout
    amy = msgspec.structs.replace(layout.agents[0], wrap_up_s=0)
    centre.reconfigure(msgspec.structs.replace(layout, agents=(amy, *layout.agents[1:])))
    centre.talking("ann", "amy")
    plan(centre)
    centre.hangs_up("ann")
    assert (centre.state("amy"), centre.view.agents["amy"].reason) == ("paused", "lunch")


@pytest.mark.parametrize("what", ["caller leaves", "missed", "phone gone"])
def test_an_offer_that_comes_to_nothing_is_followed_by_the_pause(what):
    centre = in_state("offered")
    plan(centre)
    if what == "caller leaves":
        centre.hangs_up("ann")
    else:
        centre.misses("amy", "NO_ANSWER" if what == "missed" else "USER_NOT_REGISTERED")
    assert (centre.state("amy"), centre.view.agents["amy"].reason) == ("paused", "lunch")


def test_who_misses_too_often_is_paused_for_that():
    centre = in_state("offered")
    centre.misses("amy")
    centre.wait(1)
    plan(centre)
    centre.misses("amy")
    live = centre.view.agents["amy"]
    assert (live.state, live.reason, live.plan) == ("paused", "missed-calls", "")


def test_who_dialled_in_a_pause_goes_to_the_one_that_she_planned():
    centre = Centre()
    centre.order(c.SignIn, "amy")
    centre.order(c.Pause, "amy", reason="tea")
    centre.dials("amy")
    plan(centre)
    centre.order(c.HangUp, "amy")
    centre.drain()
    assert (centre.state("amy"), centre.view.agents["amy"].reason) == ("paused", "lunch")


@pytest.mark.parametrize(("kind", "state"), [(c.BecomeReady, "ready"), (c.Pause, "paused"), (c.SignOut, "offline")])
def test_what_she_does_in_the_wrap_up_goes_before_what_she_planned(kind, state):
    centre = in_state("wrapup")
    plan(centre)
    centre.order(kind, "amy", **({"reason": "tea"} if kind is c.Pause else {}))
    live = centre.view.agents["amy"]
    assert (live.state, live.plan, live.reason) == (state, "", "tea" if kind is c.Pause else "")


@pytest.mark.parametrize("state", ["dialling", "talking", "wrapup"])
def test_a_restart_keeps_it(state):
    centre = in_state(state)
    plan(centre)
    page = msgspec.json.decode(msgspec.json.encode(centre.view), type=LiveView)
    page.agents["amy"].plan = ""  # a page that heard the last leader only in part
    told = len(centre.told)
    restart(centre)
    laws.always(centre)
    for fact in centre.told[told:]:
        page.apply(fact)
    assert page.agents["amy"].plan == centre.view.agents["amy"].plan == "lunch"
    for leg in [leg.uuid for leg in centre.exchange.legs.values() if leg.caller]:
        centre.hangs_up(leg)
    centre.wait(60)
    assert (centre.state("amy"), centre.view.agents["amy"].reason) == ("paused", "lunch")
