"""From rows to the daemon: what is committed is out, whatever becomes of Redis, and the daemon's book says the same."""

import pytest
import redis

from crm import bus as crm_bus
from crm.numberlists import publish
from crm.numberlists.models import ListedNumber, ListState
from crm.numberlists.publish import lists_publish, lists_snapshot
from crm.numberlists.selectors import verdict, verdicts
from crm.numberlists.services import entries_add, entries_remove, entry_change, numbers_erase
from crm.numberlists.typed import typed_number
from switchctl.bus.lists import ListsFeed
from switchctl.contract.dialling import Home
from switchctl.contract.listbook import Book
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db
HOME = Home()
SHE = "13801001234"


class Centre:
    """Ada changes lists; what follows upon a commit follows."""

    def __init__(self, ada, commit) -> None:
        self.ada, self.commit = ada, commit

    def add(self, *texts: str, which: str = "black", way: str = "both", **fields) -> list[ListedNumber | None]:
        lines = [(typed_number(text), {"list": which, "way": way, **fields}) for text in texts]
        with self.commit(execute=True):
            return entries_add(user=self.ada, lines=lines)

    def change(self, row: ListedNumber, text: str, **fields) -> None:
        with self.commit(execute=True):
            entry_change(user=self.ada, entry_id=row.pk, typed=typed_number(text), fields=fields)

    def remove(self, row: ListedNumber) -> None:
        with self.commit(execute=True):
            entries_remove(user=self.ada, entry_ids=[row.pk])

    def erase(self, number: str) -> int:
        with self.commit(execute=True):
            return numbers_erase(numbers=[number])


@pytest.fixture
def centre(bus, cast, django_capture_on_commit_callbacks):
    return Centre(cast.ada, django_capture_on_commit_callbacks)


class Daemon:
    """The daemon's own feed and book."""

    def __init__(self, url: str, folder) -> None:
        self.feed = ListsFeed(url, MAIN, folder / "lists.snapshot", self._swap, lambda change: self.book.amend(change))
        self.swaps = 0
        self.book = self.feed.load()

    def _swap(self, book: Book) -> None:
        self.book, self.swaps = book, self.swaps + 1

    def by(self, number: str, way: str) -> str:
        """What it says, now."""
        self.feed.check()
        return self.book.asked(number, way, 1_800_000_000, HOME).by


@pytest.fixture
def daemon(bus, redis_url, tmp_path, centre):
    lists_publish()
    return Daemon(redis_url, tmp_path)


def test_what_is_committed_is_out(centre, daemon):
    (row,) = centre.add(SHE)
    assert (daemon.by(SHE, "in"), daemon.by(SHE, "out")) == ("black", "black")
    centre.change(row, "138001*", list="black", way="in")
    assert (daemon.by(SHE, "in"), daemon.by("13800100000", "in"), daemon.by(SHE, "out")) == ("", "black", "")
    centre.remove(row)
    assert daemon.by("13800100000", "in") == ""
    assert daemon.swaps == 0, "each change came by itself"


def test_nothing_is_out_before_the_first_list_is_written(bus, centre, redis_url, tmp_path):
    daemon = Daemon(redis_url, tmp_path)
    assert daemon.book is None
    centre.add(SHE)
    assert daemon.by(SHE, "in") == "black"


def test_after_a_wiped_redis_the_next_change_brings_all(centre, daemon, bus):
    centre.add(SHE)
    bus.flushall()
    centre.add("13801005678")
    assert daemon.by(SHE, "in") == daemon.by("13801005678", "in") == "black"


def test_what_redis_lost_the_task_writes_again(centre, daemon, bus, redis_url, tmp_path):
    centre.add(SHE)
    bus.flushall()
    lists_publish()
    (tmp_path / "new").mkdir()
    assert Daemon(redis_url, tmp_path / "new").by(SHE, "in") == "black"
    assert daemon.by(SHE, "in") == "black"


def test_a_change_while_redis_is_away_comes_when_it_is_back(centre, daemon, monkeypatch):
    away = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    with monkeypatch.context() as patch:
        patch.setattr(crm_bus, "client", lambda: away)
        centre.add(SHE)
    assert daemon.by(SHE, "in") == ""
    lists_publish()
    assert daemon.by(SHE, "in") == "black"


def test_rows_of_a_backup_go_out_although_redis_knows_a_future(centre, daemon):
    centre.add(SHE)
    ListedNumber.objects.all().delete()
    ListState.objects.update(version=1)
    lists_publish()
    assert daemon.by(SHE, "in") == ""


def test_many_changes_are_folded_into_a_new_snapshot(centre, daemon, bus, monkeypatch):
    monkeypatch.setattr(publish, "MOST_CHANGES", 3)
    rows = [row for n in range(5) for row in centre.add(f"1380100{n:04}")]
    assert int(bus.hget(MAIN.lists, "at")) < int(bus.hget(MAIN.lists, "version"))
    lists_publish()
    assert bus.hget(MAIN.lists, "at") == bus.hget(MAIN.lists, "version")
    assert bus.xlen(MAIN.list_changes) <= 1
    assert [daemon.by(str(row), "in") for row in rows] == ["black"] * 5


def test_a_large_change_is_taken_whole(centre, daemon, bus, monkeypatch):
    monkeypatch.setattr(publish, "AT_ONCE", 5)
    assert None not in centre.add(*(f"1380100{n:04}" for n in range(20)))
    assert daemon.by("13801000019", "in") == "black"
    assert daemon.swaps == 1


def test_the_daemon_says_what_the_crm_says(centre, daemon):
    centre.add("138001*", way="in")
    centre.add("13800100000 ~ 13800100099", which="white")
    centre.add("13900000000", which="no_call")
    centre.add("10086", which="white", way="out")
    numbers = ["13800100050", "13800199999", "+8613900000000", "10086", "110", "anonymous", "021 6234 5678"]
    whole = Book(lists_snapshot())
    for way in ("in", "out"):
        said = verdicts(numbers, way)
        for number in numbers:
            assert said[number].by == daemon.by(number, way) == verdict(number, way).by
            assert said[number] == whole.asked(number, way, 1_800_000_000, HOME)


def test_of_many_numbers_the_same_is_said_as_of_each(centre):
    """Of many at once fewer are looked at."""
    centre.add("138001*", way="out")
    centre.add("13800200010 ~ 13800200019")
    centre.add("13800100003", which="white", way="out")
    centre.add("13900000001", which="no_call")
    numbers = [f"+861380010000{n}" for n in range(9)] + [f"+86138002000{n}" for n in range(10, 60)]
    numbers += ["+8613900000001", "+8613900000002", "110", "10086"]
    for _erased in range(2):
        said = verdicts(numbers, "out", kept=True)
        assert said == {number: verdict(number, "out") for number in numbers}
        assert sum(not one.allowed for one in said.values()) == 8 + 10 + 1
        centre.erase("+8613900000001")


def test_who_is_erased_is_still_not_called(centre, daemon):
    centre.add(SHE, which="no_call", reason="asked on the phone", evidence="call 7")
    centre.add("13801005678", which="no_call")
    assert centre.erase(f"+86{SHE}") == 1
    (row,) = ListedNumber.objects.filter(kind="erased")
    assert SHE not in row.first and (row.reason, row.evidence, row.key) == ("", "", None)
    assert verdict(SHE, "out").by == daemon.by(SHE, "out") == "no_call"
    assert verdict("13801005678", "out").by == daemon.by("13801005678", "out") == "no_call"
    assert centre.add(SHE, which="no_call") == [None], "she is on the list, though nobody can read that"
    assert ListedNumber.objects.count() == 2
