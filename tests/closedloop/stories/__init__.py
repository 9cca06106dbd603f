"""The stories of the recordings, played by the outside world of the simulated switch with our daemon in control."""

from tests.closedloop.stories.answers import ANSWERS
from tests.closedloop.stories.common import Story
from tests.closedloop.stories.crowd import CROWDS
from tests.closedloop.stories.deaths import DEATHS
from tests.closedloop.stories.ends import ENDS
from tests.closedloop.stories.faults import FAULTS
from tests.closedloop.stories.never import NEVER_OURS
from tests.closedloop.stories.supervision import SUPERVISION

__all__ = ["ANSWERS", "CROWDS", "NEVER_OURS", "STORIES"]

STORIES: dict[str, Story] = {**ENDS, **FAULTS, **DEATHS, **SUPERVISION}
"""Trace → its story."""
