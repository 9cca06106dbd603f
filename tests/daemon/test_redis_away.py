"""Redis goes and comes back empty; calls go on meanwhile and no fact is lost."""

from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

from .stage import one_end_each


def test_calls_go_on_and_every_fact_arrives(stage):
    stage.ready("alice", "bob")
    stage.switch.sim("phone 1001 auto:0.02")
    stage.switch.sim("phone 1002 auto:0.02")
    before = stage.switch.call()
    stage.fact(f.TalkStarted, call_id=before)
    stage.valkey.stop()

    stage.until(lambda: any("Redis is away" in reason for reason in stage.health()[1]))
    assert stage.health()[0] == 200, "calls are served"
    stage.switch.sim(f"hangup {before}")
    meanwhile = stage.switch.call()
    stage.until(lambda: stage.metric('calls{stage="talking"}') == 1)
    stage.switch.sim(f"hangup {meanwhile}")
    stage.until(lambda: not stage.switch.channels())
    told = stage.metric("facts_total")

    stage.redis = stage.valkey.start()
    stage.until(lambda: stage.redis.xlen(MAIN.facts) >= told)
    stage.forget()
    assert [fact.seq for fact in stage.facts()] == list(range(1, int(stage.metric("facts_total")) + 1))
    assert stage.facts(f.CallEnded, call_id=meanwhile)
    assert one_end_each(stage.facts()) == {}
    stage.until(lambda: not stage.health()[1] or all("Redis" not in reason for reason in stage.health()[1]))


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
