"""The tables of the stories are whole, and the laws of what is never ours can fail."""

import pytest

from tests import traces
from tests.closedloop.exchange import exchanges, strange_answers
from tests.closedloop.stories import ANSWERS, CROWDS, NEVER_OURS, STORIES


def test_every_recording_is_a_story_of_ours_or_never_ours():
    told = [*STORIES, *ANSWERS, *CROWDS]
    assert len(told) == len(set(told))
    mine = {trace for trace in told if "/" not in trace}
    assert {*mine, *NEVER_OURS} == {name.split("-")[0] for name in traces.names()}
    assert all(traces.names(trace) for trace in told)


@pytest.mark.parametrize("trace", NEVER_OURS)
def test_a_law_finds_in_its_recording_what_is_never_ours(trace):
    assert NEVER_OURS[trace].law(traces.rows(trace))


@pytest.mark.parametrize("trace", NEVER_OURS)
def test_a_law_finds_nothing_where_nobody_does_it(trace):
    assert not NEVER_OURS[trace].law(traces.rows("22c"))


def test_an_answer_in_a_new_form_is_found():
    said = [row for row in traces.rows("22a") if row.conn == "inbound"]
    assert len(exchanges(said)) == 88
    assert not strange_answers(said)
    other = [row._replace(raw=row.raw.replace(b"-ERR Invalid uuid", b"-ERR no such leg")) for row in said]
    assert [command for command, _ in strange_answers(other)] == ["api uuid_bridge a b\n\n"]
