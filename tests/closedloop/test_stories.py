"""Closed loop: our daemon drives the simulated switch, and each channel lives as in the recording of the same story."""

import socket

import pytest

from tests.closedloop.compare import by_channel, differences, lives, recorded
from tests.closedloop.stories import STORIES
from tests.daemon.stage import Stage, centre
from tests.daemon.switch import SECRET
from tests.sim.wires import Wire

CHANNELS = {"05a": 3, "03": 1, "05d": 1, "05e": 1}
"""How many channels a story has, where it is not the caller's and one agent's."""


@pytest.fixture
def stage(tmp_path, free_port):
    """Prompts of the length of the recording's; one miss pauses an agent, who is rung for two seconds."""
    made = Stage(tmp_path, free_port)
    try:
        made.start(centre(max_misses=1, ring_s=2))
        yield made
    finally:
        made.end()


@pytest.mark.parametrize("trace", STORIES)
def test_each_channel_lives_as_recorded(stage, trace):
    observer = Wire(socket.create_connection(("127.0.0.1", stage.switch.port)))
    observer.send(f"auth {SECRET}\n\n")
    observer.send("event json ALL\n\n")
    leg = STORIES[trace](stage)
    stage.until(lambda: observer.named("CHANNEL_DESTROY", leg))
    channels = by_channel(observer.events)
    observer.close()
    expected = lives(recorded(trace))
    seen = lives(channels)
    assert len(seen) == len(expected) == CHANNELS.get(trace, 2)
    for mine, theirs in zip(seen, expected, strict=True):
        assert differences(trace, theirs, mine) == []
