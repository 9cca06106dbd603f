"""A campaign through the running daemon: leads come out of Redis, agents' phones answer by themselves, and whatever is
killed, no customer's phone is rung twice for one attempt."""

import time
from pathlib import Path

import pytest
from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract import hopper
from switchctl.contract.names import MAIN

from .stage import Stage, centre, one_end_each

ANSWERS, BUSY, RINGS_ON = "+86138000011{:02d}", "+86134000011{:02d}", "+86135000011{:02d}"


def campaign(version: int = 1, **agent) -> d.Directory:
    """Alice and Bob work for the campaign and serve no queue."""
    layout = centre(version, **{"wrap_up_s": 0, **agent})
    return structs.replace(layout, queues=(), routes=(), campaigns=(d.Campaign(id="spring", members=("alice", "bob")),))


@pytest.fixture
def running(tmp_path, free_port):
    made = Stage(
            tmp_path, free_port, "--phones", "*=page", "--dialled", str(tmp_path / "dialled"), "--prompt", "own=2"
        )  # fmt: skip
    try:
        made.start(campaign())
        yield made
    finally:
        made.end()


def fill(stage: Stage, *numbers: str, life_s: float = 60.0, prompt: str = "") -> list[str]:
    """The CRM puts attempts into the hopper; their ids."""
    expires = time.time_ns() // 1000 + int(life_s * 1e6)
    leads = [
        hopper.Entry(
            id=f"attempt-{number[1:]}",
            campaign="spring",
            number=number,
            expires=expires,
            auto_answer=True,
            prompt=prompt,
        )
        for number in numbers
    ]
    stage.redis.rpush(MAIN.hopper("spring"), *map(hopper.encode, leads))
    return [lead.id for lead in leads]


def rung(folder: Path) -> list[str]:
    """The attempts for which a customer's phone was rung, once for each time."""
    log = folder / "dialled"
    return [line.split()[1] for line in log.read_text().splitlines()] if log.exists() else []


def settled(stage: Stage) -> hopper.Settled | None:
    raw = stage.redis.get(MAIN.settled)
    return hopper.decode_settled(raw) if raw else None


def test_leads_are_dialled_one_after_the_other_by_themselves(running, tmp_path):
    running.ready("alice")
    busy, answers = fill(running, BUSY.format(1), ANSWERS.format(2))
    assert running.fact(f.DialEnded, call_id=busy).result == "busy"
    running.fact(f.TalkStarted, call_id=answers, agent="alice")
    assert running.fact(f.CallArrived, call_id=answers).campaign == "spring"
    running.switch.sim(f"hangup {answers}")
    running.fact(f.CallEnded, call_id=answers)
    (refused,) = fill(running, "110")
    assert running.fact(f.CommandRefused, command_id=refused).agent == ""
    running.until(lambda: not running.switch.channels())
    assert rung(tmp_path) == [busy, answers] and one_end_each(running.facts()) == {}


def test_the_talk_begins_behind_the_prompt_and_who_leaves_during_it_was_reached(running):
    running.ready("alice")
    hears, leaves = fill(running, ANSWERS.format(1), ANSWERS.format(2), prompt="prompts/own.wav")
    started = running.fact(f.TalkStarted, call_id=hears)
    answered = running.fact(f.CallAnswered, call_id=hears)
    assert started.at - answered.at > 1_900_000
    running.switch.sim(f"hangup {hears}")
    running.fact(f.CallAnswered, call_id=leaves)
    running.switch.sim(f"hangup {leaves}")
    assert running.fact(f.DialEnded, call_id=leaves).result == "answered"
    assert running.fact(f.CallEnded, call_id=leaves).ended_by == "customer"
    assert not running.facts(f.TalkStarted, call_id=leaves)
    running.until(lambda: not running.switch.channels())


def test_what_has_expired_and_is_not_told_was_not_dialled(running, tmp_path):
    """The CRM may use such a lead again: until then it is said, and it stays so."""
    expired = time.time_ns() // 1000 + 1_000_000
    (late,) = fill(running, ANSWERS.format(1), life_s=1)
    said = running.until(lambda: (s := settled(running)) and s.until > expired and s)
    assert said.epoch == said.since == 1
    running.until(lambda: (s := settled(running)) and s.until > said.until)
    running.ready("alice")
    (second,) = fill(running, ANSWERS.format(2))
    running.fact(f.TalkStarted, call_id=second)
    assert not running.facts(call_id=late) and rung(tmp_path) == [second]
    told = max(fact.seq for fact in running.facts())
    running.until(lambda: settled(running).seq >= told)
    running.kill_daemon()
    running.start_daemon()
    after = running.until(lambda: (s := settled(running)) and s.epoch == 2 and s.until > 0 and s)
    assert after.since == 1 and after.seq >= told and after.until >= said.until


def test_kill_9_in_the_middle_drops_no_talk_and_rings_nobody_twice(running, tmp_path):
    running.ready("alice", "bob")
    talks, rings = fill(running, ANSWERS.format(1), RINGS_ON.format(2))
    running.fact(f.TalkStarted, call_id=talks)
    running.fact(f.DialProceeded, call_id=rings)
    running.until(lambda: rings in running.switch.channels())
    running.kill_daemon()
    fill(running, ANSWERS.format(1), RINGS_ON.format(2))  # a Redis that went back in time
    again = c.DialLead(id=talks, agent="alice", deadline=time.time_ns() // 1000 + 60_000_000, number=ANSWERS.format(1))
    running.redis.xadd(MAIN.commands, {"c": c.encode(again)})
    running.start_daemon()
    assert {talks, rings} <= set(running.switch.channels())
    running.switch.sim(f"hangup {talks}")
    running.fact(f.TalkEnded, call_id=talks)
    running.switch.sim(f"answer {rings}")
    running.fact(f.TalkStarted, call_id=rings)
    (third,) = fill(running, ANSWERS.format(3))
    running.fact(f.TalkStarted, call_id=third)
    assert sorted(rung(tmp_path)) == sorted([talks, rings, third])
    assert len(running.facts(f.DialStarted)) == 3


def test_without_redis_nothing_is_dialled_and_with_it_again(running, tmp_path):
    running.ready("alice")
    running.valkey.stop()
    running.until(lambda: any("Redis is away" in reason for reason in running.health()[1]))
    assert not rung(tmp_path)
    running.redis = running.valkey.start()
    running.publish(campaign(2))
    running.publish_lists()
    (lead,) = fill(running, ANSWERS.format(1))
    running.fact(f.TalkStarted, call_id=lead)
    assert rung(tmp_path) == [lead]


def test_a_campaign_that_pauses_leaves_its_hopper_alone(running, tmp_path):
    running.ready("alice")
    (first,) = fill(running, BUSY.format(1))
    running.fact(f.DialEnded, call_id=first)
    running.publish_and_wait(structs.replace(campaign(2), campaigns=()))
    fill(running, ANSWERS.format(2))
    said = settled(running)
    running.until(lambda: settled(running).until > said.until + 2_000_000)  # longer than a look at the hopper
    assert rung(tmp_path) == [first] and running.redis.llen(MAIN.hopper("spring")) == 1
