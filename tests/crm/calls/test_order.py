"""However facts are repeated, reordered and cut into batches, the rows are the same."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchctl.contract import facts as f
from tests.stories import NOON, SECOND, Story, numbered

from .rows import everything, record

pytestmark = pytest.mark.django_db


def afternoon() -> list[f.Fact]:
    """A few calls that meet the same two agents, one that is lost, one that two people ended, and a world."""
    stories = [
        Story("a").greeted().queued().offered_to("alice").answered().held().hung_up().wrapped_up(),
        Story("b", NOON + 3 * SECOND).greeted().queued().offered_to("bob").missed().offered_to("alice", 50).answered()
        .hung_up("agent").wrapped_up(),
        Story("c", NOON + 5 * SECOND).greeted().queued("sales").gave_up(),
        Story("d", NOON + 6 * SECOND).greeted().queued().offered_to("bob", 30).answered(),
        Story("e", NOON + 7 * SECOND).greeted().over().over("system", 2, cause="lost", source="inferred"),
        Story("f", NOON + 8 * SECOND).greeted().queued().offered_to("bob", 90).gave_up(),
    ]  # fmt: skip
    worlds = [
        f.WorldStated(node="fs1", at=NOON + 70 * SECOND, calls=["b", "f"], reason="start"),
        f.WorldStated(node="fs1", at=NOON + 75 * SECOND, calls=["b", "f"], reason="reconcile"),
    ]
    return numbered([fact for story in stories for fact in story.facts] + worlds)


class _Undo(Exception):
    pass


def rows_after(batches: list[list[f.Fact]]) -> dict:
    """The rows that the batches lead to; nothing of them stays."""
    found = {}
    try:
        with transaction.atomic():
            for batch in batches:
                record(batch)
            found = everything()
            raise _Undo
    except _Undo:
        return found


@st.composite
def deliveries(draw):
    """Places of the afternoon's facts: shuffled, some repeated, cut into batches at random."""
    places = range(len(afternoon()))
    shuffled = draw(st.permutations([*places, *draw(st.lists(st.sampled_from(places), max_size=20))]))
    cuts = sorted(draw(st.sets(st.integers(1, len(shuffled) - 1), max_size=8)))
    return [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


@given(batches=deliveries())
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
def test_the_rows_do_not_depend_on_the_delivery(batches):
    facts = afternoon()
    assert rows_after([[facts[place] for place in batch] for batch in batches]) == rows_after([facts])


def test_one_at_a_time_backwards():
    assert rows_after([[fact] for fact in reversed(afternoon())]) == rows_after([afternoon()])


def test_one_at_a_time_in_order():
    assert rows_after([[fact] for fact in afternoon()]) == rows_after([afternoon()])
