"""What goes wrong without anybody dying: races, errors, hostile input."""

from tests.closedloop.stories.common import Story

FAULTS: dict[str, Story] = {}
"""Trace → its story."""
