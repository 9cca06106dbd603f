"""Since when nobody else led, and nothing can have been lost."""

import pytest

from switchctl.state import State


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state")
    yield made
    made.release()


def test_terms_in_a_row_are_whole_since_the_first(state):
    assert [state.whole_since(epoch, False) for epoch in (5, 6, 7)] == [5, 5, 5]


def test_a_term_of_another_between_begins_anew(state):
    assert [state.whole_since(epoch, False) for epoch in (5, 7, 8)] == [5, 7, 7]


def test_a_lost_host_begins_anew(state):
    assert [state.whole_since(5, False), state.whole_since(6, True), state.whole_since(7, False)] == [5, 6, 6]
