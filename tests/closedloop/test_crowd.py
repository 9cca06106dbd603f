"""Closed loop: fifty callers at once. Who meets whom differs, but every channel lives one of the recorded lives."""

from collections import Counter

import pytest

from tests.closedloop.compare import by_channel, events_of, kinds, recorded
from tests.closedloop.stories import CROWDS
from tests.closedloop.stories.crowd import CALLERS, LEAVE
from tests.traces import rows


@pytest.mark.parametrize("stage", ["recorded"], indirect=True)
@pytest.mark.parametrize("trace", CROWDS)
def test_each_channel_lives_a_recorded_life(stage, trace):
    stage.watch(_subscription(trace))
    CROWDS[trace](stage)
    stage.until(lambda: stage.told("CHANNEL_DESTROY") == stage.told("CHANNEL_CREATE"))
    mine = kinds(by_channel(events_of(stage.tap.rows, "watch-1")))
    theirs = kinds(recorded(trace))
    assert Counter(mine.values()).keys() <= Counter(theirs.values()).keys()
    legs = Counter(life[0].split()[1] for life in mine.values())
    assert legs == {"Call-Direction=inbound": CALLERS, "Call-Direction=outbound": CALLERS - LEAVE}


def _subscription(trace: str) -> str:
    """The events that the recorded controller asked for."""
    asked = next(row.raw.decode() for row in rows(trace) if row.dir == ">" and row.raw.startswith(b"event json"))
    return asked.strip().removeprefix("event ")
