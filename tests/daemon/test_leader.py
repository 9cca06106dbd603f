"""Leader and standby as processes: killed, asked to go, stopped and woken, without Redis. Nobody is cut off."""

import signal
import time

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

from .pair import Daemon
from .stage import one_end_each

pytestmark = pytest.mark.slow


@pytest.fixture
def busy(pair):
    """Alice and a caller talk, another caller waits."""
    pair.ready("alice")
    talking = pair.switch.call()
    talk = pair.talking(talking)
    # Until the switch has done so, a fifth of a second after the bridge, a lost lease tears the talk apart.
    pair.until(lambda: pair.switch.variable(talking, "socket_resume") == "false")
    waiting = pair.switch.call()
    entered = pair.fact(f.QueueEntered, call_id=waiting).entered
    pair.followed()
    return {"talking": talking, "leg": talk.offer, "waiting": waiting, "entered": entered}


def goes_on(pair, busy, daemon):
    """The talk was not touched, the waiting caller is in the new leader's hands and keeps her waiting time."""
    stages = ("entry", "standby", "wait")
    pair.until(lambda: pair.switch.variable(busy["waiting"], "cc_stage") in stages)
    pair.until(lambda: daemon.metric("leases") >= 1)
    assert {busy["talking"], busy["leg"], busy["waiting"]} <= set(pair.switch.channels()), pair.story()
    assert not pair.facts(f.TalkEnded)
    pair.switch.sim(f"hangup {busy['talking']}")
    pair.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    pair.order(c.FinishWrapUp, "alice")
    pair.talking(busy["waiting"])
    left = pair.facts(f.QueueLeft, call_id=busy["waiting"], exit="answered")[-1]
    assert abs(left.wait_ms - (left.at - busy["entered"]) // 1000) < 1500
    pair.switch.sim(f"hangup {busy['waiting']}")
    pair.until(lambda: one_end_each(pair.facts()) == {})
    assert daemon.metric("engine_errors_total") == 0


def test_one_leads_and_the_other_says_that_it_stands_by(pair):
    assert pair.leaders() == ["first"]
    health = pair.second.health()
    assert (health["status"], health["role"], health["epoch"]) == ("ok", "standby", 0)
    assert health["fences"]["node1"].rpartition(":")[0] == pair.switch.api("global_getvar cc_leader").rpartition(":")[0]
    assert "this one stands by" in pair.second.log()
    assert pair.second.metric("leader") == 0 and pair.first.metric("leader") == 1
    assert pair.first.metric('fence_held{node="node1"}') == 1


@pytest.mark.alone
def test_kill_9_of_the_leader(pair, busy):
    before = pair.first.health()["epoch"]
    pair.first.kill()
    assert pair.taken_over(pair.second) < 3
    goes_on(pair, busy, pair.second)
    assert pair.second.health()["epoch"] > before
    assert {fact.epoch for fact in pair.facts(f.QueueLeft, call_id=busy["waiting"])} == {before + 1}


def test_a_killed_leader_comes_back_as_standby_and_takes_over_in_its_turn(pair, busy):
    pair.first.kill()
    pair.taken_over(pair.second)
    pair.first.start()
    pair.until(lambda: pair.first.health().get("status") == "ok")
    assert pair.leaders() == ["second"]
    pair.until(lambda: pair.second.metric("leases") >= 1)
    pair.until(lambda: pair.first.metric("followed_facts_total") > 0)
    pair.second.kill()
    pair.taken_over(pair.first)
    goes_on(pair, busy, pair.first)


@pytest.mark.alone
def test_sigterm_gives_the_fence_up_at_once(pair, busy):
    pair.until(lambda: pair.redis.exists(MAIN.standby))
    pair.first.process.send_signal(signal.SIGTERM)
    assert pair.taken_over(pair.second) < 1.5
    assert pair.first.process.wait(timeout=60) == 0
    pair.until(lambda: pair.redis.exists(MAIN.daemon))
    goes_on(pair, busy, pair.second)


def test_a_leader_that_slept_finds_its_fence_taken_and_is_silent(pair, busy):
    pair.first.signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        pair.taken_over(pair.second)
        pair.until(lambda: pair.second.metric("leases") >= 1)  # the sleeper's port still takes connections
        late = pair.switch.call()
        pair.fact(f.QueueEntered, call_id=late)
        pair.switch.sim(f"hangup {late}")
        pair.until(lambda: time.monotonic() - began > 5)
        told = len([fact for fact in pair.facts() if fact.epoch == 1])
    finally:
        pair.first.signal(signal.SIGCONT)
    pair.until(lambda: "another daemon has taken over" in pair.first.log())
    pair.until(lambda: pair.first.role == "standby")
    assert pair.leaders() == ["second"]
    assert len([fact for fact in pair.facts() if fact.epoch == 1]) == told, "it told nothing after it woke"
    goes_on(pair, busy, pair.second)


def test_a_second_one_started_by_mistake_with_the_same_address(pair):
    pair.second.terminate()
    pair.second = Daemon("third", pair.folder, pair.environment, pair.free_port)
    pair.second.start()
    pair.until(lambda: pair.second.health().get("status") == "ok")
    assert pair.leaders() == ["first"]
    assert "another program listens where this daemon takes calls" in pair.second.log()
    assert "another daemon leads; this one stands by" in pair.second.log()
    waits = pair.switch.call()
    pair.fact(f.QueueEntered, call_id=waits)
    pair.first.kill()
    pair.taken_over(pair.second)
    pair.until(lambda: pair.second.metric("leases") == 1)
    pair.until(lambda: pair.second.health().get("status") == "ok")  # its road to Redis is a moment behind
    assert waits in pair.switch.channels()


def test_both_started_at_once(pair):
    pair.first.kill()
    pair.second.kill()
    pair.first.start()
    pair.second.start()
    pair.until(lambda: len(pair.leaders()) == 1)
    pair.until(lambda: {pair.first.health().get("status"), pair.second.health().get("status")} == {"ok"})
    began = time.monotonic()
    pair.until(lambda: len(pair.leaders()) != 1 or time.monotonic() - began > 3)
    assert len(pair.leaders()) == 1


def test_a_leader_that_lost_only_redis_works_on(pair, busy):
    pair.valkey.stop()
    pair.until(lambda: any("Redis" in reason for reason in pair.first.health()["reasons"]))
    began = time.monotonic()
    pair.until(lambda: time.monotonic() - began > 3)
    assert pair.leaders() == ["first"]
    pair.switch.call()
    pair.until(lambda: pair.first.metric('queue_waiting{queue="support"}') == 2)


def test_without_redis_the_standby_takes_over_and_learns_from_the_switch(pair, busy):
    pair.valkey.stop()
    later = pair.switch.call()  # nobody but the leader and the switch knows of it
    pair.until(lambda: pair.first.metric('queue_waiting{queue="support"}') == 2)
    pair.first.kill()
    pair.taken_over(pair.second)
    pair.until(lambda: pair.second.metric('queue_waiting{queue="support"}') == 2)
    pair.until(lambda: pair.second.metric("leases") == 2)
    assert {busy["talking"], busy["leg"], busy["waiting"], later} <= set(pair.switch.channels()), pair.story()
    assert pair.second.metric('calls{stage="talking"}') == 1


def test_a_command_is_not_carried_out_again_by_the_next_leader(pair):
    pair.ready("alice")
    pair.order(c.Pause, "alice", seconds=60, reason="lunch")
    pair.fact(f.AgentStateChanged, agent="alice", state="paused", reason="lunch")
    pair.order(c.BecomeReady, "alice", seconds=60)
    pair.until(lambda: pair.state("alice") == "ready")
    pair.followed()
    count = len(changes(pair, "alice"))
    pair.first.kill()
    pair.taken_over(pair.second)
    pair.order(c.SignIn, "bob")
    pair.until(lambda: changes(pair, "bob"))
    assert len(changes(pair, "alice")) == count


def changes(pair, agent):
    """Without those by which a new leader says how it believes everybody to be."""
    return [fact for fact in pair.facts(f.AgentStateChanged, agent=agent) if fact.state != fact.previous]
