"""A customer is called for a campaign: the order goes out whole, and what was settled of it comes back."""

from datetime import UTC, datetime

import pytest
import redis

from crm import bus as crm_bus
from crm.switch import CommandWrong, SwitchAway, command_send, lead_dial, settled
from switchctl.contract import commands, hopper
from switchctl.contract.names import MAIN

DEADLINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
UNTIL = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def micros(at: datetime) -> int:
    return round(at.timestamp()) * 1_000_000


def test_the_order_bears_the_attempts_id_and_all_that_was_decided(bus, cast):
    lead_dial(
        cast.alice, "attempt-1", "+8613801001234", campaign="7", shows="+861020000001", ring_s=25, until=UNTIL,
        auto_answer=True, music="local_stream://moh", deadline=DEADLINE,
    )  # fmt: skip
    lead_dial(cast.bob, "attempt-2", "+8613801001235", deadline=DEADLINE)
    first, second = [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]
    assert first == commands.DialLead(
        id="attempt-1", agent="alice", by="alice", deadline=micros(DEADLINE), number="+8613801001234", campaign="7",
        shows="+861020000001", ring_s=25, until=micros(UNTIL), auto_answer=True, music="local_stream://moh",
    )  # fmt: skip
    assert second == commands.DialLead(
        id="attempt-2", agent="bob", by="bob", deadline=micros(DEADLINE), number="+8613801001235"
    )


def test_nobody_sends_it_from_a_page(bus, cast):
    with pytest.raises(CommandWrong):
        command_send(cast.ada, "DialLead", number="+8613801001234", until=0)
    assert not bus.xlen(MAIN.commands)


def test_what_is_settled_comes_with_the_rows_that_are_committed(bus):
    assert settled() == (None, {})
    said = hopper.Settled(journal="abc", epoch=3, since=2, seq=40, until=9)
    bus.set(MAIN.settled, hopper.encode(said))
    bus.hset(MAIN.committed, mapping={"abc": 39, "other": 7})
    assert settled() == (said, {"abc": 39, "other": 7})
    bus.set(MAIN.settled, b"{nonsense")
    assert settled() == (None, {})


def test_without_redis_nothing_is_known_and_nothing_is_ordered(cast, monkeypatch):
    gone = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(crm_bus, "client", lambda: gone)
    assert settled() == (None, {})
    with pytest.raises(SwitchAway):
        lead_dial(cast.alice, "attempt-1", "+8613801001234", deadline=DEADLINE)
