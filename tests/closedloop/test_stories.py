"""Closed loop: our daemon drives the simulated switch, and each channel lives as in the recording of the same story."""

import pytest

from tests.closedloop.compare import by_channel, changes, lives, own_values, recorded, unexplained, without_spare
from tests.closedloop.stories import STORIES

CHANNELS = {
    "03": 1, "05a": 3, "05d": 1, "05e": 1, "12d": 1, "12e": 1, "13e": 1, "21a": 16, "21b": 16,
    "23": 4, "talks/10a": 3, "24a": 4, "24b": 3, "33a": 1, "33b": 1, "34": 3, "35": 1,
}  # fmt: skip
"""How many channels a story has, where it is not the caller's and one agent's."""

PLAIN = {"25", "21b"}
"""Recordings in the plain format."""


@pytest.mark.parametrize("trace", STORIES)
def test_each_channel_lives_as_recorded(stage, trace):
    onlooker = stage.watch("plain ALL" if trace in PLAIN else "json ALL")
    STORIES[trace](stage)
    stage.until(lambda: stage.told("CHANNEL_DESTROY") + stage.lost == stage.told("CHANNEL_CREATE"))
    onlooker.close()
    expected = lives(recorded(trace), trace)
    seen = lives(without_spare(trace, by_channel(stage.seen())), trace)
    assert len(seen) == len(expected) == CHANNELS.get(trace, 2)
    pairs = enumerate(zip(seen, expected, strict=True))
    changed = [line for at, (mine, theirs) in pairs for line in changes(own_values(trace, at, theirs), mine)]
    assert not unexplained(trace, changed)
