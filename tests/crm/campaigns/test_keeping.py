"""Figures that take long to count: who looks gets what is kept, and a worker counts anew."""

import pytest

from crm.campaigns.running import keeping

pytestmark = pytest.mark.usefixtures("bus")


@pytest.fixture
def counted(monkeypatch):
    """Each count takes long and is old at once; the list has the campaigns that were counted."""
    for name in ("KEPT_S", "SHARE", "SLOW_S"):
        monkeypatch.setattr(keeping, name, -1)
    return []


def look(counted: list[int], campaign: int = 7) -> int:
    return keeping.kept(f"leads:{campaign}", lambda: counting(counted, campaign), background=True)


def counting(counted: list[int], campaign: int) -> int:
    counted.append(campaign)
    return len(counted)


def work(counted: list[int], *always: int) -> int:
    return keeping.recount({"leads": lambda campaign: counting(counted, campaign)}, always)


def test_nobody_who_looks_waits_for_a_count(counted):
    assert look(counted) == 1, "nothing was kept"
    assert look(counted) == look(counted) == 1
    assert work(counted) == 1 and look(counted) == 2 and counted == [7, 7]
    assert work(counted) == 1, "she looked again"
    assert work(counted) == 0, "nobody has since"


def test_something_is_always_kept_of_what_is_alive(counted):
    assert work(counted, 7, 8) == 2 and look(counted, 8) == 2 and counted == [7, 8]
    assert work(counted, 7) == 1, "8 is waited for; 7 is not old"


def test_who_looks_counts_where_no_worker_does(counted, monkeypatch):
    look(counted)
    monkeypatch.setattr(keeping, "LOST_S", -1)
    assert look(counted) == 2


def test_what_is_counted_quickly_is_counted_at_once(counted, monkeypatch):
    monkeypatch.setattr(keeping, "SLOW_S", 60)
    assert [look(counted), look(counted)] == [1, 2] and work(counted) == 0
