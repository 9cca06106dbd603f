"""The daemon has the newest directory that fits, with or without Redis."""

import pytest

from switchctl.bus import directory as bus
from switchctl.contract import directory as d
from switchctl.contract.names import MAIN


def version(number: int) -> d.Directory:
    return d.Directory(version=number, agents=(d.Agent(id="alice", name="Alice", extension="1001"),))


@pytest.fixture
def feed(redis_client, redis_url, tmp_path):
    swapped = []
    made = bus.DirectoryFeed(redis_url, MAIN, tmp_path / "directory.json", swapped.append)
    made.swapped = swapped
    return made


def write(redis, directory):
    redis.set(MAIN.directory, d.encode(directory))
    redis.publish(MAIN.directory_changed, directory.version)


def test_it_starts_with_what_the_crm_wrote(feed, redis_client):
    write(redis_client, version(3))
    assert feed.load() == version(3)


def test_it_starts_from_its_copy_when_redis_is_away(feed, redis_client, tmp_path, free_port):
    write(redis_client, version(3))
    feed.load()
    copy = tmp_path / "directory.json"
    assert copy.stat().st_mode & 0o777 == 0o600
    alone = bus.DirectoryFeed(f"redis://127.0.0.1:{free_port()}/0", MAIN, copy, lambda _: None)
    assert alone.load() == version(3)


def test_it_starts_empty_when_there_is_nothing(feed):
    assert feed.load() == d.Directory()


def test_a_change_is_swapped_in(feed, redis_client):
    feed.load()
    for number in (1, 2):
        write(redis_client, version(number))
        feed.check()
        feed.check()
    assert feed.swapped == [version(1), version(2)]


def test_a_snapshot_that_does_not_fit_changes_nothing(feed, redis_client):
    write(redis_client, version(1))
    feed.load()
    redis_client.set(MAIN.directory, b'{"version": "two"}')
    feed.check()
    assert "not understood" in feed.problem
    assert not feed.swapped
    assert feed.version == 1
    write(redis_client, version(2))
    feed.check()
    assert feed.swapped == [version(2)]
    assert not feed.problem
