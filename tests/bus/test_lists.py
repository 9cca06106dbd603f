"""The daemon has the newest lists of numbers, with or without Redis, and through any crash."""

import pytest

from switchctl.bus.lists import ListsFeed
from switchctl.contract.dialling import Home
from switchctl.contract.listbook import Book, Change, encode, snapshot_of
from switchctl.contract.names import MAIN
from switchctl.contract.numberlists import Entry

HOME = Home()


def entry(id: int) -> Entry:
    return Entry(id, "black", "both", "number", f"+861380100{id:04}")


class Writer:
    """What the CRM does, shortly."""

    def __init__(self, redis) -> None:
        self.redis = redis

    def whole(self, version: int, *ids: int) -> None:
        raw = encode(snapshot_of(version, b"key", [entry(one) for one in ids]))
        self.redis.hset(MAIN.lists, mapping={"version": version, "at": version, "snapshot": raw})
        self.change(Change(version=version, whole=True))

    def change(self, change: Change) -> None:
        self.redis.xadd(MAIN.list_changes, {"c": encode(change)}, id=f"{change.version}-0")
        self.redis.hset(MAIN.lists, "version", change.version)


class Daemon:
    """A feed and the book that it feeds."""

    def __init__(self, url: str, folder) -> None:
        self.feed = ListsFeed(url, MAIN, folder / "lists.snapshot", self.swap, lambda change: self.book.amend(change))
        self.swaps = 0
        self.book = self.feed.load()

    def swap(self, book: Book) -> None:
        self.book = book
        self.swaps += 1

    def refused(self, *ids: int) -> list[int]:
        return [one for one in ids if not self.book.verdict(entry(one).first, "out", 0, HOME).allowed]


@pytest.fixture
def crm(redis_client):
    return Writer(redis_client)


def test_nothing_is_known_before_the_crm_wrote(redis_client, redis_url, tmp_path, crm):
    daemon = Daemon(redis_url, tmp_path)
    assert daemon.book is None
    crm.whole(1)
    daemon.feed.check()
    assert daemon.refused(1) == []
    assert daemon.feed.version == 1


def test_a_change_is_taken_over_without_the_snapshot(redis_client, redis_url, tmp_path, crm):
    crm.whole(1, 1)
    daemon = Daemon(redis_url, tmp_path)
    assert daemon.refused(1, 2) == [1]
    crm.change(Change(version=2, entries=[entry(2)]))
    crm.change(Change(version=3, gone=[1]))
    daemon.feed.check()
    assert daemon.refused(1, 2) == [2]
    assert daemon.swaps == 0


def test_who_missed_a_change_takes_the_snapshot(redis_client, redis_url, tmp_path, crm):
    crm.whole(1, 1)
    daemon = Daemon(redis_url, tmp_path)
    redis_client.delete(MAIN.list_changes)
    crm.whole(7, 2)
    crm.change(Change(version=8, entries=[entry(3)]))
    daemon.feed.check()
    assert daemon.refused(1, 2, 3) == [2, 3]
    assert daemon.swaps == 1


def test_it_starts_from_its_copy_when_redis_is_away(redis_client, redis_url, tmp_path, crm, free_port):
    crm.whole(1, 1)
    first = Daemon(redis_url, tmp_path)
    crm.change(Change(version=2, entries=[entry(2)]))
    first.feed.check()
    alone = Daemon(f"redis://127.0.0.1:{free_port()}/0", tmp_path)
    assert alone.refused(1, 2, 3) == [1, 2]
    assert alone.feed.version == 2
    assert (tmp_path / "lists.snapshot").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "lists.changes").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("torn", [1, 5, 20])
def test_what_was_torn_off_the_copy_comes_again(redis_client, redis_url, tmp_path, crm, free_port, torn):
    crm.whole(1, 1)
    first = Daemon(redis_url, tmp_path)
    crm.change(Change(version=2, entries=[entry(2)]))
    crm.change(Change(version=3, entries=[entry(3)]))
    first.feed.check()
    log = tmp_path / "lists.changes"
    log.write_bytes(log.read_bytes()[:-torn])
    alone = Daemon(f"redis://127.0.0.1:{free_port()}/0", tmp_path)
    assert alone.refused(1, 2, 3) == [1, 2]
    again = Daemon(redis_url, tmp_path)
    assert again.refused(1, 2, 3) == [1, 2, 3]
    assert Daemon(f"redis://127.0.0.1:{free_port()}/0", tmp_path).refused(1, 2, 3) == [1, 2, 3]


def test_a_wiped_redis_takes_nothing_away(redis_client, redis_url, tmp_path, crm):
    crm.whole(1, 1)
    daemon = Daemon(redis_url, tmp_path)
    redis_client.flushall()
    daemon.feed.check()
    assert daemon.refused(1) == [1]
    assert Daemon(redis_url, tmp_path).refused(1) == [1]
    crm.whole(1, 1)
    daemon.feed.check()
    assert daemon.refused(1) == [1]


def test_a_centre_that_was_restored_goes_back(redis_client, redis_url, tmp_path, crm):
    crm.whole(5, 1)
    daemon = Daemon(redis_url, tmp_path)
    redis_client.flushall()
    crm.whole(3, 2)
    daemon.feed.check()
    assert daemon.refused(1, 2) == [2]


def test_what_is_not_understood_changes_nothing(redis_client, redis_url, tmp_path, crm):
    crm.whole(1, 1)
    daemon = Daemon(redis_url, tmp_path)
    redis_client.hset(MAIN.lists, mapping={"version": 2, "at": 2, "snapshot": b"no lists"})
    daemon.feed.check()
    assert "not understood" in daemon.feed.problem
    assert daemon.refused(1) == [1]
