"""What the switch is asked to tell, and what is read of it, are the same."""

from switchctl.esl.events import EVENT_NAMES
from switchctl.policy.events import HANDLERS

OF_THE_LINK = {"HEARTBEAT"}
"""Shows that it lives."""


def test_no_event_is_asked_for_that_nobody_reads_nor_read_that_nobody_asked_for():
    assert set(EVENT_NAMES) - OF_THE_LINK == set(HANDLERS) - {"CUSTOM"}
