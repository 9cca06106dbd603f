"""The controller, or the switch, dies in the middle of a call."""

from tests.closedloop.stories.common import Story

DEATHS: dict[str, Story] = {}
"""Trace → its story."""
