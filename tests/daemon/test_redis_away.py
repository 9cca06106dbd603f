"""Redis goes and comes back empty; calls go on meanwhile and no fact is lost."""

import time

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

from .stage import one_end_each

AWAY_S = 30


@pytest.mark.slow
def test_calls_go_on_for_half_a_minute_and_every_fact_arrives_once(stage):
    stage.ready("alice", "bob")
    stage.switch.sim("phone 1001 auto:0.02")
    stage.switch.sim("phone 1002 auto:0.02")
    before = stage.switch.call()
    stage.fact(f.TalkStarted, call_id=before)
    stage.valkey.stop()
    back = time.monotonic() + AWAY_S

    stage.until(lambda: any("Redis is away" in reason for reason in stage.health()[1]))
    assert stage.health()[0] == 200, "calls are served"
    stage.switch.sim(f"hangup {before}")
    stage.until(lambda: stage.metric('calls{stage="talking"}') == 0)
    meanwhile = []
    while time.monotonic() < back or not meanwhile:
        meanwhile.append(stage.switch.call())
        stage.until(lambda: stage.metric('calls{stage="talking"}') == 1)
        stage.switch.sim(f"hangup {meanwhile[-1]}")
        stage.until(lambda: not stage.switch.channels() and stage.metric('calls{stage="talking"}') == 0)

    stage.redis = stage.valkey.start()
    stage.until(lambda: stage.redis.xlen(MAIN.facts) >= stage.metric("facts_total"))
    told = [f.decode(content[b"f"]) for _, content in stage.redis.xrange(MAIN.facts)]
    assert [fact.seq for fact in told] == list(range(1, len(told) + 1)), "none is lost, none comes twice"
    stage.forget()
    for kind in (f.TalkStarted, f.TalkEnded, f.CallEnded):
        assert [fact.call_id for fact in stage.facts(kind)] == [before, *meanwhile]
    assert one_end_each(stage.facts()) == {}
    stage.until(lambda: not stage.health()[1] or all("Redis" not in reason for reason in stage.health()[1]))
    stage.order(c.Pause, "bob", reason="lunch")
    stage.fact(f.AgentStateChanged, agent="bob", reason="lunch")


def test_a_daemon_starts_without_redis(stage):
    """The directory comes from its copy on disk; agents are as the journal left them."""
    stage.ready("alice")
    stage.switch.sim("phone 1001 auto:0.02")
    stage.stop_daemon()
    stage.valkey.stop()
    stage.start_daemon()
    stage.switch.call()
    stage.until(lambda: stage.metric('calls{stage="talking"}') == 1)
    stage.redis = stage.valkey.start()
    stage.forget()
    stage.fact(f.TalkStarted, agent="alice")
