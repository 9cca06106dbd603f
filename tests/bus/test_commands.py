"""Commands come from the stream, each handed over at most once."""

import time

import pytest

from switchctl.bus import inbox as bus
from switchctl.contract import commands as c
from switchctl.contract.names import MAIN


@pytest.fixture
def opened(redis_client, redis_url, tmp_path, monkeypatch):
    """Opens an inbox as a start of the daemon does; what it hands over is in its ``got``."""
    monkeypatch.setattr(bus, "BLOCK_MS", 20)

    def open_one():
        got: list[c.Command] = []
        made = bus.CommandInbox(redis_url, MAIN, tmp_path / "place", got.append)
        made.got = got
        made.begin()
        return made

    return open_one


def ready(number: int) -> c.BecomeReady:
    return c.BecomeReady(id=f"command-{number}", agent="alice", deadline=time.time_ns() // 1000 + 5_000_000)


def say(redis, *commands):
    for command in commands:
        redis.xadd(MAIN.commands, {"c": c.encode(command)})


def ids(inbox):
    return [command.id for command in inbox.got]


def test_commands_arrive_in_order(opened, redis_client):
    inbox = opened()
    say(redis_client, *(ready(number) for number in range(5)))
    inbox.step()
    assert ids(inbox) == [f"command-{number}" for number in range(5)]


def test_a_quiet_stream_is_no_error(opened):
    inbox = opened()
    inbox.step()
    assert not inbox.got


def test_the_first_start_looks_back_a_little(opened, redis_client):
    """So that the engine can answer what was asked while nobody listened."""
    now = int(time.time() * 1000)
    for number, age_s in ((1, 3600), (2, 2)):
        redis_client.xadd(MAIN.commands, {"c": c.encode(ready(number))}, id=f"{now - age_s * 1000}-0")
    inbox = opened()
    inbox.step()
    assert ids(inbox) == ["command-2"]


def test_a_restart_takes_up_what_was_said_meanwhile_and_repeats_nothing(opened, redis_client):
    first = opened()
    say(redis_client, ready(1))
    first.step()
    say(redis_client, ready(2))
    again = opened()
    again.step()
    again.step()
    assert ids(again) == ["command-2"]


def test_a_start_after_a_long_time_does_not_read_the_whole_stream(opened, redis_client, tmp_path):
    say(redis_client, ready(1))
    (tmp_path / "place").write_bytes(b"1000-0")
    redis_client.xadd(MAIN.commands, {"c": c.encode(ready(2))})
    before = int(time.time() * 1000)
    inbox = opened()
    milliseconds = int(inbox._place.partition(b"-")[0])
    assert before <= milliseconds + bus.MEMORY_MS <= time.time() * 1000


def test_nonsense_is_counted_and_skipped(opened, redis_client):
    inbox = opened()
    redis_client.xadd(MAIN.commands, {"c": b"{"})
    redis_client.xadd(MAIN.commands, {"c": b'{"kind":"FlyToTheMoon","id":"x","agent":"alice","deadline":1}'})
    redis_client.xadd(MAIN.commands, {"other": b"field"})
    say(redis_client, ready(1))
    inbox.step()
    assert inbox.invalid == 3
    assert ids(inbox) == ["command-1"]


def test_a_wiped_stream_is_read_on(opened, redis_client):
    inbox = opened()
    say(redis_client, ready(1))
    inbox.step()
    redis_client.flushall()
    later = int(inbox._place.partition(b"-")[0]) + 1
    redis_client.xadd(MAIN.commands, {"c": c.encode(ready(2))}, id=f"{later}-0")
    inbox.step()
    assert ids(inbox) == ["command-1", "command-2"]
