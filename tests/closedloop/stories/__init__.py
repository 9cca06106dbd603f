"""The stories of the recordings, played by the outside world of the simulated switch with our daemon in control."""

from tests.closedloop.stories.common import Story
from tests.closedloop.stories.deaths import DEATHS
from tests.closedloop.stories.ends import ENDS
from tests.closedloop.stories.faults import FAULTS

STORIES: dict[str, Story] = {**ENDS, **DEATHS, **FAULTS}
"""Trace → its story."""
