"""The loop between Redis and PostgreSQL: acknowledges after the commit, outlives both, and is not wedged by poison."""

import pytest
import redis
from django.db import connection

from crm.calls.models import CallRecord, DeadLetter, Fact, JournalMark
from crm.calls.recording.entries import DEAD_AFTER_MS, Entries
from crm.calls.recording.holes import PATIENCE_S
from crm.calls.recording.recorder import CLAIM_S, Recorder
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN, RECORD_GROUP
from tests.stories import NOON, SECOND, Story, numbered

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def recorder(bus, clock):
    return Recorder(bus, "one", clock=clock)


def told(bus, *entries: f.Fact | bytes) -> None:
    for entry in entries:
        bus.xadd(MAIN.facts, {"f": entry if isinstance(entry, bytes) else f.encode(entry)})


def drain(recorder: Recorder) -> None:
    while recorder.step(block_ms=1):
        pass


def committed(bus, journal: str = "j1") -> int:
    return int(bus.hget(MAIN.committed, journal) or 0)


def pending(bus) -> int:
    return bus.xpending(MAIN.facts, RECORD_GROUP)["pending"]


def call(number: int = 1) -> Story:
    story = Story(f"c{number}", NOON + number * 300 * SECOND).greeted().queued().offered_to("alice").answered()
    return story.hung_up().wrapped_up()


def test_facts_become_rows_and_are_acknowledged(bus, recorder):
    facts = numbered(call().facts)
    told(bus, *facts)
    drain(recorder)
    assert Fact.objects.count() == len(facts)
    assert CallRecord.objects.get().final
    assert (pending(bus), committed(bus)) == (0, len(facts))


def test_a_backlog_is_read_ahead_and_nothing_is_left_out(bus, clock):
    facts = numbered(fact for number in range(12) for fact in call(number).facts)
    told(bus, *facts)
    drain(Recorder(bus, "one", clock=clock, batch=10))
    assert Fact.objects.count() == len(facts)
    assert (pending(bus), committed(bus)) == (0, len(facts))


def test_nothing_is_acknowledged_before_the_commit(bus, recorder, monkeypatch):
    told(bus, *numbered(call().facts))
    recorder.step(1)
    more = numbered(call(2).facts, first=100)
    told(bus, *more)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert recorder.attempt(1) > 0
    assert recorder.trouble == "the database"
    assert pending(bus) == len(more)
    assert recorder.attempt(1) > 0, "and it goes on trying"
    monkeypatch.undo()
    assert recorder.attempt(1) == 0
    drain(recorder)
    assert recorder.trouble == ""
    assert CallRecord.objects.filter(final=True).count() == 2
    assert pending(bus) == 0


def test_pauses_grow_and_are_bounded(recorder, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    pauses = [recorder.attempt(1) for _ in range(12)]
    assert pauses[0] <= 0.2
    assert 5 <= pauses[-1] <= 10


def test_redis_away(bus, recorder, redis_url, monkeypatch):
    told(bus, *numbered(call().facts))
    pool = bus.connection_pool
    bus.connection_pool = redis.Redis(port=1, socket_connect_timeout=1, retry=None).connection_pool
    assert recorder.attempt(1) > 0
    assert recorder.trouble == "Redis"
    bus.connection_pool = pool
    assert recorder.attempt(1) == 0
    assert CallRecord.objects.get().final


def test_a_wiped_redis_learns_what_is_committed(bus, recorder):
    facts = numbered(call().facts)
    told(bus, *facts)
    drain(recorder)
    bus.flushall()
    recorder.attempt(1)
    recorder.attempt(1)
    assert committed(bus) == len(facts)
    told(bus, *facts[-3:], *numbered(call(2).facts, first=len(facts) + 1))
    drain(recorder)
    assert CallRecord.objects.filter(final=True).count() == 2
    assert committed(bus) == 2 * len(facts)


def test_what_a_killed_recorder_left_is_taken_up_under_its_name(bus, recorder):
    facts = numbered(call().facts)
    told(bus, *facts)
    dead = Entries(bus, MAIN, "one")
    dead.open()
    assert len(dead.read(100, 1)) == len(facts)
    drain(recorder)
    assert (Fact.objects.count(), pending(bus)) == (len(facts), 0)


def test_what_another_recorder_left_is_claimed_when_it_is_silent_for_long(bus, recorder, clock, monkeypatch):
    facts = numbered(call().facts)
    told(bus, *facts)
    dead = Entries(bus, MAIN, "another")
    dead.open()
    dead.read(100, 1)
    clock.now += CLAIM_S
    drain(recorder)
    assert not Fact.objects.exists(), "it may still be at work"
    monkeypatch.setattr("crm.calls.recording.entries.DEAD_AFTER_MS", 0)
    clock.now += CLAIM_S
    drain(recorder)
    assert (Fact.objects.count(), pending(bus)) == (len(facts), 0)
    assert DEAD_AFTER_MS > 30_000


POISON = {
    "no JSON": b"not json",
    "not UTF-8": b'{"kind":"CallAnswered","id":"j1:1","seq":1,"node":"\xff\xfe"}',
    "unknown kind": b'{"kind":"MarsLanded","id":"j1:1","seq":1}',
    "wrong type": b'{"kind":"CallAnswered","id":"j1:1","seq":"one"}',
    "no id": b'{"kind":"CallAnswered","call_id":"x"}',
    "id of another": b'{"kind":"CallAnswered","id":"j1:1","seq":7}',
    "endless id": b'{"kind":"CallAnswered","id":"' + b"j" * 90 + b':1","seq":1}',
    "endless call id": b'{"kind":"CallAnswered","id":"j1:1","seq":1,"call_id":"' + b"x" * 65 + b'"}',
    "time out of range": b'{"kind":"CallAnswered","id":"j1:1","seq":1,"call_id":"x","at":9223372036854775807}',
    "number out of range": b'{"kind":"QueueLeft","id":"j1:1","seq":1,"call_id":"x","queue":"q","visit":"v",'
    b'"exit":"abandoned","wait_ms":99999999999999999999}',
    "deep": b'{"kind":"WorldStated","id":"j1:1","seq":1,"calls":' + b"[" * 50_000,
    "surrogate": b'{"kind":"CallArrived","id":"j1:1","seq":1,"call_id":"x","name":"\\ud800"}',
    "empty": b"",
}  # fmt: skip


@pytest.mark.parametrize("raw", POISON.values(), ids=POISON.keys())
def test_poison_goes_to_the_dead_letters_and_the_rest_is_recorded(bus, recorder, raw):
    facts = numbered(call().facts, first=2)
    told(bus, *facts[:5], raw, *facts[5:])
    drain(recorder)
    assert Fact.objects.count() == len(facts)
    assert CallRecord.objects.get(call_id="c1").final
    assert pending(bus) == 0
    letter = DeadLetter.objects.get()
    assert bytes(letter.raw) == raw[:100_000]
    assert letter.reason
    if b'"j1:1"' in raw:
        assert committed(bus) == len(facts) + 1, "the mark passes a letter whose number is known"


def test_a_nul_in_a_name_is_no_poison(bus, recorder):
    told(bus, *numbered(Story("c1", name="a\x00b\\u0000").facts))
    drain(recorder)
    assert CallRecord.objects.get().caller_name == "ab\\u0000"
    assert Fact.objects.get().payload["name"] == "ab\\u0000"


def test_the_mark_stops_at_a_hole_until_it_is_filled(bus, recorder):
    facts = numbered(call().facts)
    told(bus, *facts[:4], *facts[6:])
    drain(recorder)
    assert committed(bus) == 4
    told(bus, facts[5])
    drain(recorder)
    assert committed(bus) == 4
    told(bus, facts[4])
    drain(recorder)
    assert committed(bus) == len(facts)


def test_numbers_that_never_come_are_passed_after_a_while(bus, recorder, clock):
    facts = numbered(call().facts) + numbered(call(2).facts, first=100_100)
    told(bus, *facts)
    drain(recorder)
    assert committed(bus) == len(call().facts)
    clock.now += PATIENCE_S - 1
    drain(recorder)
    assert committed(bus) == len(call().facts)
    clock.now += 1
    drain(recorder)
    assert committed(bus) == facts[-1].seq
    assert JournalMark.objects.get().seq == facts[-1].seq


def test_each_journal_has_its_mark(bus, recorder):
    told(bus, *numbered(call(1).facts, "j1"), *numbered(call(2).facts, "j2"))
    drain(recorder)
    assert committed(bus, "j1") == committed(bus, "j2") == len(call().facts)
