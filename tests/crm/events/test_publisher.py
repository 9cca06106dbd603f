"""What is told becomes events: each once, in order, wherever the publisher dies."""

from datetime import timedelta

import msgspec
import pytest
import redis
from django.db import connection
from django.utils import timezone

from crm.calls.models import Fact, JournalMark
from crm.events.kept import KEPT, forget_old
from crm.events.models import Event, Mark, Pending
from crm.events.publishing import publisher as publishing
from crm.events.publishing.publisher import Publisher
from crm.events.services import event_tell
from crm.events.wake import CHANNEL
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from tests.crm.events.story import public, publish, stream, whole
from tests.stories import Story, hour_of_calls, numbered

pytestmark = pytest.mark.django_db


def test_a_call_is_told_from_its_arrival_to_its_end(bus, cast):
    facts = numbered(Story("c1").greeted().queued().offered_to("alice").answered().held().hung_up().wrapped_up().facts)
    stream(bus, facts)
    publish(bus)
    whole(public(facts))
    told = list(Event.objects.filter(call_id="c1").order_by("pk"))
    assert [event.kind for event in told] == [
        "call.arrived", "call.answered", "call.queued", "call.offered", "agent.state", "call.offer_ended",
        "call.left_queue", "call.connected", "agent.state", "call.held", "call.resumed", "call.disconnected",
        "agent.state", "call.ended", "call.wrapped_up", "agent.state",
    ]  # fmt: skip
    arrived, ended = told[0], told[13]
    assert arrived.data == {
        "number": "15401400001", "name": "Caller", "dialled": "4001", "direction": "inbound", "trunk": "",
    }  # fmt: skip
    assert (arrived.queue, arrived.agent) == ("support", ""), "by the route of the number, before it has a queue"
    assert (ended.queue, ended.agent) == ("support", "alice"), "whose call it was"
    assert told[2].data["entered"].endswith("Z") and isinstance(told[2].data["entered"], str)


def test_a_dialled_call_is_hers_from_its_first_event(bus):
    facts = numbered([
        f.CallArrived(call_id="d1", at=1, number="+8613800138000", direction="outbound"),
        f.DialStarted(call_id="d1", at=2, offer="o", agent="alice", dials="national", campaign="7"),
        f.DialEnded(call_id="d1", at=3, offer="o", agent="alice", result="busy"),
        f.CallEnded(call_id="d1", at=4, cause="USER_BUSY", ended_by="customer"),
    ])  # fmt: skip
    stream(bus, facts)
    publish(bus)
    assert set(Event.objects.values_list("agent", flat=True)) == {"alice"}
    assert list(Event.objects.order_by("pk").values_list("campaign", flat=True)) == ["", "7", "7", "7"]


def test_what_is_known_of_a_call_is_found_in_rows_by_the_next_publisher(bus, cast):
    facts = numbered(Story("c1").greeted().queued().offered_to("alice").answered().hung_up().facts)
    for fact in facts:
        stream(bus, [fact])
        publish(bus)
    whole(public(facts))
    ended = Event.objects.get(kind="call.ended")
    assert (ended.agent, ended.queue) == ("alice", "support")


def test_what_the_crm_changed_is_told_once(bus):
    for n in range(3):
        event_tell("customer.added", {"customer": n}, at=timezone.now())
    publish(bus)
    assert [event.data["customer"] for event in Event.objects.order_by("pk")] == [0, 1, 2]
    assert not Pending.objects.exists()


def test_what_is_written_again_soon_is_told_once_it_settled(bus):
    now = timezone.now()
    for n, text in enumerate(("a", "ab", "abc")):
        event_tell("call.noted", {"note": True, "disposition": text}, at=now + timedelta(seconds=n), call_id="c1")
    publish(bus, Publisher(bus, now=lambda: now + timedelta(seconds=3)))
    assert not Event.objects.exists()
    publish(bus, Publisher(bus, now=lambda: now + timedelta(seconds=10)))
    assert [event.data["disposition"] for event in Event.objects.all()] == ["abc"]


def test_what_is_no_fact_or_cannot_be_a_row_stops_nobody(bus):
    good = numbered([f.LinkChanged(node="fs1", at=1, up=True, reason="\x00\ud800".encode(errors="replace").decode())])
    bus.xadd(MAIN.facts, {"f": b"nonsense"})
    bus.xadd(MAIN.facts, {"x": b"nothing"})
    stream(bus, numbered([f.LinkChanged(node="fs1", at=2**62, up=True)], "j2"))
    stream(bus, numbered([f.DeviceChanged(extension="9" * 500, registered=True, at=1)], "j3"))
    stream(bus, numbered([f.CallAnswered(call_id="c" * 300, at=1)], "j4"))
    stream(bus, [f.CallAnswered(call_id="c1", id="j" * 90 + ":1", seq=1, at=1)])
    stream(bus, good)
    publish(bus)
    assert set(Event.objects.values_list("key", flat=True)) == {"j3:1", "j4:1", "j1:1"}


class Killed(BaseException):
    """No handler of ours catches it, as none catches SIGKILL."""


@pytest.mark.django_db(transaction=True)
def test_killed_between_every_two_steps_it_leaves_nothing_undone_and_nothing_twice(bus, cast, monkeypatch):
    """Dies at the first statement, at the second, and so on; each successor goes on a little further."""
    facts = numbered(fact for story in hour_of_calls(6, agents=3) for fact in story.facts)
    changes = 0
    for begin in range(0, len(facts), 10):
        stream(bus, facts[begin : begin + 10])
        event_tell("customer.added", {"customer": begin}, at=timezone.now())
        changes += 1
        dies_at = 0
        while _dies(bus, dies_at):
            dies_at += 1
        assert dies_at > 5, "it was killed at each of its statements"
        with monkeypatch.context() as patch:  # after the commit, before anybody is woken
            patch.setattr(publishing, "_wake", _kill)
            stream(bus, numbered([f.LinkChanged(node="fs1", at=1, up=True)], f"k{begin}"))
            with pytest.raises(Killed):
                publish(bus)
        publish(bus)
    keys = [*public(facts), *(f"k{begin}:1" for begin in range(0, len(facts), 10))]
    whole([*keys, *Event.objects.filter(key__startswith="crm:").values_list("key", flat=True)])
    assert Event.objects.filter(key__startswith="crm:").count() == changes


def _kill(*_said: object) -> None:
    raise Killed


def _dies(client: redis.Redis, dies_at: int) -> bool:
    """A publisher that is killed at its statement of this number; False when it did not come so far."""
    left = dies_at

    def wrapper(execute, sql, params, many, context):
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(wrapper):
            publish(client)
    except Killed:
        return True
    return False


def test_what_the_stream_tells_twice_is_told_once(bus):
    facts = numbered(Story("c1").greeted().queued().gave_up().facts)
    stream(bus, facts + facts[2:])
    publish(bus)
    stream(bus, facts)
    publish(bus)
    whole(public(facts))


def _rows(facts: list[f.Fact], journal: str = "j1") -> None:
    """They are rows already."""
    now = timezone.now()
    Fact.objects.bulk_create(
        Fact(id=fact.id, seq=fact.seq, journal=journal, at=now, kind=type(fact).__name__, call_id=fact.call_id,
             payload=msgspec.json.decode(f.encode(fact)))
        for fact in facts
    )  # fmt: skip
    JournalMark.objects.update_or_create(journal=journal, defaults={"seq": facts[-1].seq})


def test_what_a_redis_without_memory_does_not_tell_any_more_comes_from_rows(bus):
    facts = numbered(Story("c1").greeted().queued().gave_up().facts)
    stream(bus, facts[:2])
    publisher = publish(bus)
    _rows(facts[:5])  # and the third to the fifth were in the stream when it was lost
    bus.flushall()
    stream(bus, facts[5:])
    publish(bus, publisher)
    whole(public(facts))


def test_the_same_when_nobody_tells_anything_afterwards(bus):
    facts = numbered(Story("c1").greeted().queued().gave_up().facts)
    stream(bus, facts[:2])
    publish(bus)
    _rows(facts)
    bus.flushall()
    seconds = iter(range(0, 1000, 10))
    Mark.objects.update(cursor="99999999999999-0")
    stream(bus, facts[-1:])
    publish(bus, Publisher(bus, clock=lambda: next(seconds)))
    whole(public(facts))


def test_numbers_that_a_journal_left_free_are_no_hole_for_ever(bus):
    facts = numbered(Story("c1").greeted().facts)
    late = numbered([f.LinkChanged(node="fs1", at=1, up=True)], first=100_005)
    stream(bus, facts + late)
    publish(bus)
    whole(public(facts) + public(late))
    assert Mark.objects.get().seen == {"j1": 100_005}


def test_a_new_log_begins_with_the_last_hour(bus, monkeypatch):
    old = int((timezone.now() - timedelta(hours=3)).timestamp() * 1000)
    told = numbered([f.LinkChanged(node="fs1", at=1, up=up) for up in (True, False)])
    bus.xadd(MAIN.facts, {"f": f.encode(told[0])}, id=f"{old}-0")
    JournalMark.objects.create(journal="j1", seq=1)
    stream(bus, told[1:])
    publish(bus)
    whole([told[1].id])


def test_readers_are_woken_with_the_newest_number(bus):
    with bus.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(CHANNEL)
        channel.get_message(timeout=5)
        stream(bus, numbered(Story("c1").facts))
        publish(bus)
        assert channel.get_message(timeout=5)["data"] == b"1"


def test_events_are_kept_for_a_week(bus):
    facts = numbered(Story("c1").greeted().queued().facts)
    stream(bus, facts)
    publish(bus)
    now = timezone.now()
    assert forget_old(now) == 0
    Event.objects.filter(pk__lte=2).update(told_at=now - KEPT - timedelta(seconds=1))
    assert forget_old(now) == 2
    stream(bus, numbered(Story("c2").facts, "j2"))
    publish(bus)
    assert list(Event.objects.order_by("pk").values_list("pk", flat=True)) == [3, 4], "numbers go on"
