"""Events that come twice, late or in another order; links that go and come back; a switch that dies."""

import pytest

from switchctl.contract import facts as f

from .stage import Stage, centre, one_end_each


def run_calls(stage, count):
    """So many callers, of whom each talks and hangs up."""
    for extension in ("1001", "1002", "1003", "1004"):
        stage.switch.sim(f"phone {extension} auto:0.02")
    calls = [stage.switch.call(f"1541000{number:04}", more="talk=0.3 patience=600") for number in range(count)]
    stage.until(lambda: {fact.call_id for fact in stage.facts(f.CallEnded)} >= set(calls))
    return calls


def test_duplicated_and_reordered_events_change_nothing(stage):
    stage.ready("alice", "bob", "carol", "dave")
    stage.switch.sim("duplicate 0.5")
    stage.switch.sim("reorder 0.3")
    calls = run_calls(stage, 8)
    assert one_end_each(stage.facts()) == {}
    for kind in (f.TalkStarted, f.TalkEnded):
        assert sorted(fact.call_id for fact in stage.facts(kind)) == sorted(calls)
    assert stage.metric("engine_errors_total") == 0


@pytest.mark.slow
def test_lost_events_are_found_by_the_listing(stage):
    stage.publish_and_wait(centre(2, greeting=""))
    stage.ready("alice", "bob", "carol", "dave")
    stage.switch.sim("drop 0.2")
    run_calls(stage, 8)
    stage.switch.sim("clear")
    stage.until(lambda: one_end_each(stage.facts()) == {})
    stage.until(
        lambda: all(stage.state(agent) in ("ready", "wrapup") for agent in ("alice", "bob", "carol", "dave"))
    )


def test_a_link_that_is_lost_and_back_finds_talking_and_waiting_as_they_were(stage):
    stage.ready("alice")
    talking = stage.switch.call()
    stage.talking(talking)
    waiting = stage.switch.call()
    stage.fact(f.QueueEntered, call_id=waiting)
    stage.switch.sim("kill inbound")
    stage.fact(f.LinkChanged, up=False)
    stage.until(lambda: len(stage.facts(f.LinkChanged, up=True)) == 2)
    stage.until(lambda: set(stage.facts(f.WorldStated)[-1].calls) >= {talking, waiting})
    assert not stage.facts(f.CallEnded)
    stage.switch.sim(f"hangup {talking}")
    stage.fact(f.CallEnded, call_id=talking)
    assert stage.talking(waiting).agent == "alice"
    stage.switch.sim(f"hangup {waiting}")
    stage.until(lambda: one_end_each(stage.facts()) == {})


@pytest.fixture
def slow_greeting(tmp_path, free_port):
    """A stage whose greeting lasts long enough to be interfered with."""
    made = Stage(tmp_path, free_port, "--prompt-seconds", "4")
    try:
        made.start()
        yield made
    finally:
        made.end()


def test_a_greeting_whose_end_is_lost_keeps_nobody_in_silence(slow_greeting):
    stage = slow_greeting
    caller = stage.switch.call()
    stage.fact(f.CallAnswered, call_id=caller)
    stage.switch.sim("drop 1")
    stage.fact(f.QueueEntered, call_id=caller)
    assert stage.facts(f.CallRepaired, call_id=caller)[0].reason == "the end of the greeting was not seen"


def test_a_switch_that_dies_ends_its_calls_once(stage):
    stage.ready("alice")
    talking = stage.switch.call()
    stage.talking(talking)
    waiting = stage.switch.call()
    stage.fact(f.QueueEntered, call_id=waiting)
    stage.switch.stop()
    stage.fact(f.LinkChanged, up=False)
    stage.switch.start()
    stage.until(lambda: len(stage.facts(f.LinkChanged, up=True)) == 2)
    stage.until(lambda: one_end_each(stage.facts()) == {})
    assert {fact.cause for fact in stage.facts(f.CallEnded)} == {"switch_crash"}
    stage.until(lambda: stage.state("alice") in ("ready", "wrapup"))
