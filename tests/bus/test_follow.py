"""A standby knows what others told, and above which term it must lead."""

import msgspec
import pytest

from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.follow import Follow
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

from .told import arrivals


@pytest.fixture
def told(redis_client):
    """Facts of a journal, told in a term."""

    def tell(facts, journal, epoch):
        for seq, fact in enumerate(facts, 1):
            stamped = msgspec.structs.replace(fact, id=f"{journal}:{seq}", seq=seq, epoch=epoch)
            redis_client.xadd(MAIN.facts, {"f": f.encode(stamped)})

    return tell


@pytest.fixture
def standby(redis_url, tmp_path):
    terms: list[int] = []
    checkpoint = Checkpoint(tmp_path / "checkpoint.json")
    return Follow(redis_url, MAIN, checkpoint, "ours", terms.append), checkpoint.view, terms


def test_others_facts_are_folded_and_ours_are_not(standby, told):
    follow, view, _ = standby
    told(arrivals(3), "theirs", 4)
    told(arrivals(5), "ours", 4)
    assert follow.catch_up(10) == 4
    assert set(view.calls) == {"call-1", "call-2", "call-3"} and follow.taken == 3


def test_no_view_is_of_a_higher_term_than_the_daemon_knows(standby, told):
    # A switch that was restarted shows no term, and the one who led is gone: only the facts tell how high it was.
    follow, view, terms = standby
    told(arrivals(1), "theirs", 7)
    told(arrivals(2), "third", 3)
    follow.catch_up(10)
    assert view.epoch == 7 and max(terms) == 7
