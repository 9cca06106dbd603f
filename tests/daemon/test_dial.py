"""An agent dials through the running daemon: reached, not reached, and while the daemon dies."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f

from .pair import Pair
from .stage import centre, one_end_each


def kinds(stage, call_id):
    told = [type(fact).__name__ for fact in stage.facts(call_id=call_id)]
    return [kind for kind in told if kind != "AgentStateChanged"]


def test_a_customer_is_called_talks_holds_and_hangs_up(stage):
    stage.ready("alice")
    call = stage.dials("alice", "138 0000 1111")
    stage.fact(f.TalkStarted, call_id=call)
    stage.fact(f.AgentStateChanged, agent="alice", state="talking")
    assert stage.switch.variable(call, "origination_caller_id_number") == "+862160000000"
    stage.order(c.Hold, "alice")
    stage.fact(f.HoldStarted, call_id=call)
    stage.order(c.Resume, "alice")
    stage.fact(f.HoldEnded, call_id=call)
    stage.switch.sim(f"hangup {call}")
    stage.fact(f.WrapUpEnded, agent="alice")
    assert kinds(stage, call) == [
        "CallArrived", "DialStarted", "DialProceeded", "CallAnswered", "DialEnded", "TalkStarted", "HoldStarted",
        "HoldEnded", "TalkEnded", "CallEnded", "WrapUpEnded",
    ]  # fmt: skip
    stage.until(lambda: not stage.switch.channels())
    assert one_end_each(stage.facts()) == {}


@pytest.mark.parametrize(
    ("number", "result", "cause", "q850"),
    [
        ("13400001111", "busy", "USER_BUSY", "17"),
        ("13700001111", "invalid", "UNALLOCATED_NUMBER", "1"),
        ("13300001111", "refused", "CALL_REJECTED", "21"),
        ("13900001111", "failed", "NORMAL_TEMPORARY_FAILURE", "41"),
        ("13610001111", "busy", "USER_BUSY", "17"),
    ],
)
def test_a_customer_who_is_not_reached(stage, number, result, cause, q850):
    stage.ready("alice")
    call = stage.dials("alice", number)
    ended = stage.fact(f.DialEnded, call_id=call)
    assert (ended.result, ended.cause, ended.q850) == (result, cause, q850)
    stage.fact(f.AgentStateChanged, agent="alice", state="ready", previous="dialling")
    stage.fact(f.CallEnded, call_id=call)
    stage.until(lambda: not stage.switch.channels())


def test_nobody_picks_up_and_the_agent_gives_up(stage):
    stage.publish_and_wait(centre(2))
    stage.order(c.SignIn, "alice")
    call = stage.dials("alice", "13500001111")
    stage.until(lambda: call in stage.switch.channels())
    stage.order(c.HangUp, "alice")
    assert stage.fact(f.DialEnded, call_id=call).result == "cancelled"
    assert stage.fact(f.CallEnded, call_id=call).ended_by == "agent"
    stage.fact(f.AgentStateChanged, agent="alice", state="paused", previous="dialling")
    stage.until(lambda: not stage.switch.channels())


def test_a_colleague_is_dialled(stage):
    stage.order(c.SignIn, "alice")
    stage.switch.sim("phone 1002 auto:0.1")
    call = stage.dials("alice", "1002")
    stage.fact(f.TalkStarted, call_id=call)
    stage.order(c.HangUp, "alice")
    stage.fact(f.CallEnded, call_id=call)
    stage.until(lambda: not stage.switch.channels())


def test_kill_9_while_they_talk_and_while_it_rings(stage):
    stage.publish_and_wait(centre(2, wrap_up_s=600, ring_s=120))
    talking = stage.ready("alice") or stage.dials("alice", "13800001111")
    stage.fact(f.TalkStarted, call_id=talking)
    stage.ready("bob")
    ringing = stage.dials("bob", "13500001111")
    stage.ready("carol")
    own = stage.order(c.Dial, "carol", number="13800002222")
    leg = stage.fact(f.DialStarted, call_id=own).offer
    stage.until(lambda: {leg, ringing} <= set(stage.switch.channels()))
    before = stage.switch.channels()
    stage.kill_daemon()
    stage.start_daemon()
    for uuid in (talking, ringing, leg):
        assert stage.switch.channels()[uuid]["created_epoch"] == before[uuid]["created_epoch"]
    stage.order(c.Answer, "carol")
    stage.fact(f.TalkStarted, call_id=own)
    stage.order(c.HangUp, "bob")
    assert stage.fact(f.DialEnded, call_id=ringing).result == "cancelled"
    for call in (talking, own):
        assert len(stage.facts(f.TalkStarted, call_id=call)) == 1
        stage.switch.sim(f"hangup {call}")
        stage.fact(f.TalkEnded, call_id=call)
    stage.until(lambda: not stage.switch.channels())
    stage.until(lambda: one_end_each(stage.facts()) == {})
    assert stage.metric("engine_errors_total") == 0


def test_a_standby_that_takes_over_adopts_the_pair(pair: Pair):
    pair.ready("alice")
    call = pair.dials("alice", "13800001111")
    pair.fact(f.TalkStarted, call_id=call)
    before = pair.switch.channels()[call]["created_epoch"]
    pair.followed()
    pair.first.kill()
    pair.taken_over(pair.second)
    assert pair.switch.channels()[call]["created_epoch"] == before
    pair.order(c.HangUp, "alice")
    assert pair.fact(f.CallEnded, call_id=call).ended_by == "agent"
    assert len(pair.facts(f.DialEnded, call_id=call)) == len(pair.facts(f.TalkEnded, call_id=call)) == 1
