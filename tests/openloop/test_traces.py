"""Every recorded story ends in the world and the facts that were written down for it (``expected/``).

To write a transcript anew after a change that is meant: ``python -m tests.openloop.write``; then read the difference.
"""

import random
from pathlib import Path

import pytest

from switchctl.contract import facts as f
from switchctl.esl.events import Event
from tests.openloop.replay import Replay
from tests.traces import names

EXPECTED = Path(__file__).parent / "expected"
STRAIGHT_TO_QUEUE = ("21", "27", "33", "34", "35", "36")
"""Recordings whose controller played queue music at once."""
TALKED = ("01", "02", "05a", "06a", "06b", "12b", "13a", "25", "33c", "36b", "04", "27")


def replay(trace: str, **options) -> Replay:
    greeting = "" if trace.startswith(STRAIGHT_TO_QUEUE) else "ivr/menu.wav"
    return Replay(trace, greeting, **options).run()


@pytest.mark.parametrize("trace", names())
def test_a_recorded_story_gives_the_facts_written_down_for_it(trace):
    run = replay(trace)
    assert run.transcript.lines == (EXPECTED / f"{trace}.txt").read_text().splitlines()


@pytest.mark.parametrize("trace", names())
def test_each_call_ends_once_and_nobody_is_left_behind(trace):
    run = replay(trace)
    arrived = [fact.call_id for fact in run.facts if isinstance(fact, f.CallArrived)]
    ended = [fact.call_id for fact in run.facts if isinstance(fact, f.CallEnded)]
    assert sorted(arrived) == sorted(ended)
    assert not run.brain.world.calls
    assert not [a for a in run.brain.world.agents.values() if a.state in ("offered", "talking")]


@pytest.mark.parametrize("trace", names())
def test_the_folded_facts_equal_the_world(trace):
    run = replay(trace)
    assert not run.view.calls
    world = {a.id: (a.state, a.reason, a.offer, a.misses) for a in run.brain.world.agents.values() if a.since}
    assert {a.id: (a.state, a.reason, a.offer, a.misses) for a in run.view.agents.values()} == world


@pytest.mark.parametrize("trace", names())
def test_talk_and_hold_fill_the_time_between_joining_and_parting(trace):
    started: dict[str, int] = {}
    for fact in replay(trace).facts:
        if isinstance(fact, f.TalkStarted):
            started[fact.offer] = fact.at
        elif isinstance(fact, f.TalkEnded):
            assert fact.talk_ms + fact.hold_ms == (fact.at - started[fact.offer]) // 1000


def meaning(run: Replay) -> list[tuple[str, ...]]:
    """The facts without their times, in no order."""
    return sorted(
        (type(fact).__name__, fact.call_id, getattr(fact, "exit", ""), getattr(fact, "result", ""))
        for fact in run.facts
        if not isinstance(fact, f.AgentStateChanged | f.CommandRefused)
    )


@pytest.mark.parametrize("trace", [name for name in names() if name.split("-")[0] in TALKED])
def test_events_that_come_twice_change_nothing(trace):
    twice = replay(trace, disturb=lambda ev: [ev, ev])
    assert meaning(twice) == meaning(replay(trace))


class Shuffle:
    """Delays each channel's events by a few places, so that channels overtake one another but never themselves."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.waiting: list[Event] = []

    def __call__(self, ev: Event) -> list[Event]:
        self.waiting.append(ev)
        if ev.name == "CHANNEL_DESTROY" or len(self.waiting) > self.random.randint(0, 4):
            channels = list(dict.fromkeys(event.uuid for event in self.waiting))
            self.random.shuffle(channels)
            out = [event for channel in channels for event in self.waiting if event.uuid == channel]
            self.waiting = []
            return out
        return []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("trace", ["01", "02", "05a", "06a", "13a"])
def test_channels_may_overtake_one_another(trace, seed):
    run = replay(names(f"{trace}-")[0], disturb=Shuffle(seed))
    assert meaning(run) == meaning(replay(names(f"{trace}-")[0]))
