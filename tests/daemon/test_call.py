"""A call from the first ring to its record, through the running daemon."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f

from .stage import one_end_each


def kinds(stage, call_id):
    return [type(fact).__name__ for fact in stage.facts(call_id=call_id)]


def test_a_call_is_offered_answered_held_and_ended(stage):
    stage.ready("alice")
    call = stage.switch.call("15412345678", "4001", "Zhang%20San")
    talk = stage.talking(call)
    assert talk.agent == "alice"
    stage.order(c.Hold, "alice")
    stage.fact(f.HoldStarted, call_id=call)
    stage.order(c.Resume, "alice")
    stage.fact(f.HoldEnded, call_id=call)
    stage.switch.sim(f"hangup {call}")
    stage.fact(f.CallEnded, call_id=call)
    stage.fact(f.WrapUpEnded, agent="alice")
    assert [kind for kind in kinds(stage, call) if kind != "AgentStateChanged"] == [
        "CallArrived", "FlowEntered", "CallAnswered", "FlowLeft", "QueueEntered", "OfferMade", "OfferEnded",
        "QueueLeft", "TalkStarted", "HoldStarted", "HoldEnded", "TalkEnded", "CallEnded", "WrapUpEnded",
    ]  # fmt: skip
    assert one_end_each(stage.facts()) == {}
    stage.until(lambda: not stage.switch.channels())
    seqs = [fact.seq for fact in stage.facts()]
    assert seqs == list(range(1, len(seqs) + 1))
