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
from tests.cast import cast_of

pytestmark = pytest.mark.django_db(transaction=True)
HOME = Home()
SHE = "13801001234"


@pytest.fixture
def centre(bus, transactional_db):
    """The cast, with real commits."""
    return cast_of()


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


def add(user, text: str, which: str = "black", way: str = "both", **fields) -> ListedNumber | None:
    return entries_add(user=user, lines=[(typed_number(text), {"list": which, "way": way, **fields})])[0]


def test_what_is_committed_is_out(centre, daemon):
    row = add(centre.ada, SHE)
    assert (daemon.by(SHE, "in"), daemon.by(SHE, "out")) == ("black", "black")
    entry_change(user=centre.ada, entry_id=row.pk, typed=typed_number("138001*"), fields={"list": "black", "way": "in"})
    assert (daemon.by(SHE, "in"), daemon.by("13800100000", "in"), daemon.by(SHE, "out")) == ("", "black", "")
    entries_remove(user=centre.ada, entry_ids=[row.pk])
    assert daemon.by("13800100000", "in") == ""
    assert daemon.swaps == 0, "each change came by itself"


def test_nothing_is_out_before_the_first_list_is_written(bus, centre, redis_url, tmp_path):
    daemon = Daemon(redis_url, tmp_path)
    assert daemon.book is None
    add(centre.ada, SHE)
    assert daemon.by(SHE, "in") == "black"


def test_after_a_wiped_redis_the_next_change_brings_all(centre, daemon, bus):
    add(centre.ada, SHE)
    bus.flushall()
    add(centre.ada, "13801005678")
    assert daemon.by(SHE, "in") == daemon.by("13801005678", "in") == "black"


def test_what_redis_lost_the_task_writes_again(centre, daemon, bus, redis_url, tmp_path):
    add(centre.ada, SHE)
    bus.flushall()
    lists_publish()
    (tmp_path / "new").mkdir()
    assert Daemon(redis_url, tmp_path / "new").by(SHE, "in") == "black"
    assert daemon.by(SHE, "in") == "black"


def test_a_change_while_redis_is_away_comes_when_it_is_back(centre, daemon, monkeypatch):
    away = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    with monkeypatch.context() as patch:
        patch.setattr(crm_bus, "client", lambda: away)
        add(centre.ada, SHE)
    assert daemon.by(SHE, "in") == ""
    lists_publish()
    assert daemon.by(SHE, "in") == "black"


def test_rows_of_a_backup_go_out_although_redis_knows_a_future(centre, daemon):
    add(centre.ada, SHE)
    ListedNumber.objects.all().delete()
    ListState.objects.update(version=1)
    lists_publish()
    assert daemon.by(SHE, "in") == ""


def test_many_changes_are_folded_into_a_new_snapshot(centre, daemon, bus, monkeypatch):
    monkeypatch.setattr(publish, "MOST_CHANGES", 3)
    rows = [add(centre.ada, f"1380100{n:04}") for n in range(5)]
    assert int(bus.hget(MAIN.lists, "at")) < int(bus.hget(MAIN.lists, "version"))
    lists_publish()
    assert bus.hget(MAIN.lists, "at") == bus.hget(MAIN.lists, "version")
    assert bus.xlen(MAIN.list_changes) <= 1
    assert [daemon.by(str(row), "in") for row in rows] == ["black"] * 5


def test_a_large_change_is_taken_whole(centre, daemon, bus, monkeypatch):
    monkeypatch.setattr(publish, "AT_ONCE", 5)
    lines = [(typed_number(f"1380100{n:04}"), {"list": "black", "way": "both"}) for n in range(20)]
    assert None not in entries_add(user=centre.ada, lines=lines)
    assert daemon.by("13801000019", "in") == "black"
    assert daemon.swaps == 1


def test_the_daemon_says_what_the_crm_says(centre, daemon):
    add(centre.ada, "138001*", way="in")
    add(centre.ada, "13800100000 ~ 13800100099", "white")
    add(centre.ada, "13900000000", "no_call")
    add(centre.ada, "10086", "white", "out")
    numbers = ["13800100050", "13800199999", "+8613900000000", "10086", "110", "anonymous", "021 6234 5678"]
    whole = Book(lists_snapshot())
    for way in ("in", "out"):
        said = verdicts(numbers, way)
        for number in numbers:
            assert said[number].by == daemon.by(number, way) == verdict(number, way).by
            assert said[number] == whole.asked(number, way, 1_800_000_000, HOME)


def test_who_is_erased_is_still_not_called(centre, daemon):
    add(centre.ada, SHE, "no_call", reason="asked on the phone", evidence="call 7")
    add(centre.ada, "13801005678", "no_call")
    assert numbers_erase(numbers=[f"+86{SHE}"]) == 1
    (row,) = ListedNumber.objects.filter(kind="erased")
    assert SHE not in row.first and (row.reason, row.evidence, row.key) == ("", "", None)
    assert verdict(SHE, "out").by == daemon.by(SHE, "out") == "no_call"
    assert verdict("13801005678", "out").by == daemon.by("13801005678", "out") == "no_call"
    assert add(centre.ada, SHE, "no_call") is None, "she is on the list, though nobody can read that"
    assert ListedNumber.objects.count() == 2
