"""Closed loop: what the switch answers to our daemon's own orders is what the recorded one answered, byte by byte."""

import pytest

from tests.closedloop.stories import ANSWERS


@pytest.mark.parametrize("trace", ANSWERS)
def test_the_switch_answers_as_recorded(stage, trace):
    ANSWERS[trace](stage)
