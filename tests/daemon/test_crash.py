"""kill -9 of the daemon with a call in every state, then a start: nobody is cut off, nobody is forgotten."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f

from .stage import centre, one_end_each


@pytest.fixture
def busy(stage):
    """Calls by state: talking, held, ringing, waiting, greeting; Dave is in wrap-up."""
    stage.publish_and_wait(centre(2, wrap_up_s=600, ring_s=120))
    calls = {}
    for state, agent in (("wrapup", "dave"), ("talking", "alice"), ("held", "bob")):
        stage.ready(agent)
        calls[state] = stage.switch.call()
        assert stage.talking(calls[state]).agent == agent
    stage.switch.sim(f"hangup {calls.pop('wrapup')}")
    stage.fact(f.AgentStateChanged, agent="dave", state="wrapup")
    stage.order(c.Hold, "bob")
    stage.fact(f.HoldStarted)
    stage.ready("carol")
    calls["ringing"] = stage.switch.call()
    stage.fact(f.OfferMade, call_id=calls["ringing"])
    for state in ("waiting", "waiting too"):
        calls[state] = stage.switch.call()
        stage.fact(f.QueueEntered, call_id=calls[state])
    calls["greeting"] = stage.switch.call()
    stage.fact(f.FlowEntered, call_id=calls["greeting"])
    return calls


def test_talking_parties_stay_and_waiting_callers_are_taken_up_again(stage, busy):
    entered = {
        state: stage.facts(f.QueueEntered, call_id=busy[state])[0].entered
        for state in ("ringing", "waiting", "waiting too")
    }
    before = stage.switch.channels()
    for extension in ("1001", "1002", "1003", "1004"):
        stage.switch.sim(f"phone {extension} auto:0.02")  # from their next call on
    stage.kill_daemon()
    stage.until(lambda: stage.switch.api("callcenter_config queue list members failsafe@default").count("\n") > 2)
    stage.start_daemon()

    for state in ("talking", "held"):
        offer = stage.facts(f.TalkStarted, call_id=busy[state])[0].offer
        assert {busy[state], offer} <= set(stage.switch.channels()), f"{state} was cut off"
        assert stage.switch.channels()[busy[state]]["created_epoch"] == before[busy[state]]["created_epoch"]
        assert not stage.facts(f.TalkEnded, call_id=busy[state])
    for state in ("ringing", "waiting", "waiting too", "greeting"):
        stage.until(lambda state=state: _taken_up(stage, busy[state]))
        assert not stage.facts(f.CallEnded, call_id=busy[state])

    # Everyone is served in the end, and the wait counts from when it began.
    stage.order(c.FinishWrapUp, "dave")
    for state, agent in (("talking", "alice"), ("held", "bob")):
        stage.switch.sim(f"hangup {busy[state]}")
        stage.fact(f.AgentStateChanged, agent=agent, state="wrapup")
        stage.order(c.FinishWrapUp, agent)
    for state in ("ringing", "waiting", "waiting too"):
        stage.fact(f.TalkStarted, call_id=busy[state])
        left = stage.facts(f.QueueLeft, call_id=busy[state], exit="answered")[-1]
        assert abs(left.wait_ms - (left.at - entered[state]) // 1000) < 1000
    stage.fact(f.TalkStarted, call_id=busy["greeting"])
    for state in ("ringing", "waiting", "waiting too", "greeting"):
        stage.switch.sim(f"hangup {busy[state]}")
    stage.until(lambda: not stage.switch.channels())
    stage.until(lambda: one_end_each(stage.facts()) == {})
    assert stage.metric("engine_errors_total") == 0


def _taken_up(stage, call: str) -> bool:
    """The caller is ours again, or talks: where the fail-safe queue has agents it may be quicker than we."""
    ours = stage.switch.variable(call, "cc_stage") in ("entry", "wait")
    return ours or bool(stage.facts(f.TalkStarted, call_id=call))


def test_calls_that_ended_while_nobody_looked_have_their_end(stage, busy):
    stage.kill_daemon()
    for call in busy.values():
        stage.switch.sim(f"hangup {call}")
    stage.start_daemon()
    stage.until(lambda: one_end_each(stage.facts()) == {})
    stage.until(lambda: {stage.state(agent) for agent in ("alice", "bob", "carol")} <= {"ready", "wrapup"})


def test_the_wrap_up_runs_on(stage, busy):
    stage.kill_daemon()
    stage.start_daemon()
    stage.order(c.FinishWrapUp, "dave")
    stage.fact(f.WrapUpEnded, agent="dave", by="agent")
