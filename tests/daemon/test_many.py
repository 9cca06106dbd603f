"""A start with many calls up: all are in our hands again soon, and nobody is cut off."""

import time

import pytest

from switchctl.contract import facts as f

from .stage import one_end_each

CALLS = 300


@pytest.mark.slow
@pytest.mark.alone
def test_many_waiting_callers_are_taken_up_again_soon(stage):
    stage.ready("alice")
    stage.switch.sim("phone 1001 auto:0.02")
    for number in range(CALLS):
        stage.switch.call(f"154{number:08}")
    stage.until(lambda: len(stage.facts(f.QueueEntered)) == CALLS)
    talking = stage.fact(f.TalkStarted)
    stage.kill_daemon()
    began = time.monotonic()
    stage.start_daemon()
    stage.until(lambda: stage.metric("leases") == CALLS - 1)
    assert time.monotonic() - began < 10  # 2.5 s on a quiet machine
    assert {talking.call_id, talking.offer} <= set(stage.switch.channels())
    assert len(stage.switch.channels()) == CALLS + 1
    stage.switch.sim("kill outbound")  # and again, with the daemon alive: the switch goes on, we take them back
    stage.until(lambda: stage.metric("leases") == CALLS - 1)
    for call in list(stage.switch.channels()):
        stage.switch.api(f"uuid_kill {call}")
    stage.until(lambda: len(stage.facts(f.CallEnded)) == CALLS)
    assert one_end_each(stage.facts()) == {}
