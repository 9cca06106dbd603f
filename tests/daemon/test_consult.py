"""An agent asks a colleague while her customer waits, and passes her on: on the simulated switch, as a demonstration
has it."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.daemon.stage import Stage


def asks(stage: Stage) -> tuple[str, f.ConsultStarted]:
    """Alice talks with a caller, and Bob is asked."""
    stage.ready("alice")
    call = stage.switch.call("15412345678", "4001", "Zhang%20San")
    stage.talking(call)
    stage.ready("bob")
    stage.order(c.Consult, "alice", what="agent", to="bob")
    asked = stage.fact(f.ConsultStarted, call_id=call)
    stage.until(lambda: asked.aside in stage.switch.channels())
    stage.order(c.Answer, "bob")
    stage.fact(f.ConsultAnswered, call_id=call)
    return call, asked


def test_the_customer_goes_to_who_was_asked(stage: Stage) -> None:
    call, asked = asks(stage)
    stage.order(c.CompleteTransfer, "alice")
    talk = stage.fact(f.TalkStarted, call_id=call, agent="bob")
    assert talk.offer == asked.aside
    stage.until(lambda: stage.state("alice") in ("wrapup", "ready"))
    stage.order(c.HangUp, "bob")
    assert stage.fact(f.CallEnded, call_id=call).ended_by == "agent", stage.story()
    stage.until(lambda: not stage.switch.channels())


def test_the_customer_comes_back_when_nothing_came_of_it(stage: Stage) -> None:
    call, asked = asks(stage)
    stage.order(c.CancelConsult, "alice")
    stage.fact(f.ConsultEnded, call_id=call)
    stage.until(lambda: stage.state("bob") in ("wrapup", "ready"))
    stage.order(c.Hold, "alice")
    stage.fact(f.HoldStarted, call_id=call)
    stage.order(c.HangUp, "alice")
    assert stage.fact(f.CallEnded, call_id=call).ended_by == "agent", stage.story()
    stage.until(lambda: not stage.switch.channels())


def test_all_three_speak_then_the_colleague_leaves_then_the_agent(stage: Stage) -> None:
    call, asked = asks(stage)
    stage.order(c.JoinAll, "alice")
    stage.fact(f.ConferenceStarted, call_id=call)
    stage.order(c.HangUp, "bob")
    assert stage.fact(f.ConsultEnded, call_id=call).result == "left"
    stage.until(lambda: stage.state("bob") == "ready")
    stage.order(c.Consult, "alice", what="agent", to="bob")
    asked = stage.until(lambda: stage.facts(f.ConsultStarted, call_id=call)[1:])[0]
    stage.until(lambda: asked.aside in stage.switch.channels())
    stage.order(c.Answer, "bob")
    stage.until(lambda: len(stage.facts(f.ConsultAnswered, call_id=call)) == 2)
    stage.order(c.JoinAll, "alice")
    stage.until(lambda: len(stage.facts(f.ConferenceStarted, call_id=call)) == 2)
    stage.order(c.CompleteTransfer, "alice")
    assert stage.fact(f.TalkStarted, call_id=call, agent="bob").offer == asked.aside
    stage.order(c.HangUp, "bob")
    assert stage.fact(f.CallEnded, call_id=call).ended_by == "agent", stage.story()
    stage.until(lambda: not stage.switch.channels())
