"""Rows are kept by months: a call across the border of one stays one row, whatever comes first."""

import threading
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.db import connection, transaction

from crm.calls.models import AgentStateInterval, CallRecord, Fact, Offer, QueueVisit
from crm.calls.months import around, between, next_month
from crm.calls.partitions import KEPT, partitions_ensure
from switchctl.contract import facts as f
from tests.stories import SECOND, Story, numbered

from .rows import everything, record

MIDNIGHT = round(datetime(2026, 12, 1, tzinfo=UTC).timestamp()) * SECOND


def across() -> list[f.Fact]:
    """Calls of which each part lies on either side of midnight, and a world that misses one of them."""
    stories = [
        Story("arrives", MIDNIGHT - SECOND).greeted().queued().offered_to("alice").answered().hung_up().wrapped_up(),
        Story("waits", MIDNIGHT - 8 * SECOND).greeted().queued().gave_up(20),
        Story("rings", MIDNIGHT - 7 * SECOND).greeted().queued().offered_to("bob").missed().offered_to("alice", 50)
        .answered().hung_up("agent").wrapped_up(),
        Story("talks", MIDNIGHT - 40 * SECOND).greeted().queued().offered_to("carol").answered().held().hung_up()
        .wrapped_up(),
        Story("lost", MIDNIGHT - 20 * SECOND).greeted().queued().offered_to("bob", 30).answered(),
    ]  # fmt: skip
    world = f.WorldStated(node="fs1", at=MIDNIGHT + 70 * SECOND, calls=[], reason="start")
    return numbered([fact for story in stories for fact in story.facts] + [world])


def rows() -> dict:
    """All rows without their month: which of the two it is, is the first fact's to say."""
    return {
        table: [{name: value for name, value in row.items() if name != "month"} for row in found]
        for table, found in everything().items()
    }


def after(batches: list[list[f.Fact]]) -> dict:
    with transaction.atomic():
        for batch in batches:
            record(batch)
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_calls_across_a_months_end_are_one_row_each_in_any_order():
    facts = across()
    expected = after([facts])
    assert [row["call_id"] for row in expected["CallRecord"]] == ["arrives", "lost", "rings", "talks", "waits"]
    assert after([[fact] for fact in facts]) == expected
    assert after([[fact] for fact in reversed(facts)]) == expected
    for seed in range(4):
        chance = Random(seed)
        told = facts + chance.sample(facts, 20)
        chance.shuffle(told)
        assert after([told[n : n + 7] for n in range(0, len(told), 7)]) == expected


@pytest.mark.django_db
def test_a_row_stays_in_the_month_in_which_it_was_first_told_of():
    facts = [fact for fact in across() if fact.call_id == "arrives"]
    record(facts[-3:])
    record(facts)
    assert CallRecord.objects.get().month == date(2026, 12, 1)
    assert CallRecord.objects.get().arrived_at.month == 11


@pytest.mark.django_db
def test_a_call_that_is_missed_months_later_is_the_same_call():
    record(Story("old", MIDNIGHT - 200 * 86_400 * SECOND).facts)
    record(numbered([f.WorldStated(node="fs1", at=MIDNIGHT, calls=[], reason="start")], "j2"))
    assert CallRecord.objects.get().end_reason == "missing from the world"


@pytest.mark.django_db(transaction=True)
def test_two_recorders_at_once_make_one_row():
    facts = [fact for fact in across() if fact.call_id == "waits"]
    started = threading.Event()

    def other() -> None:
        started.set()
        record(facts[-2:])
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        record(facts[:-2])
        thread.start()
        assert started.wait(30)
        while not _waits_for_us():
            assert thread.is_alive(), "the other did not wait"
    thread.join()
    assert (CallRecord.objects.count(), QueueVisit.objects.count()) == (1, 1)
    assert CallRecord.objects.get().outcome == "abandoned_in_queue"


def _waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_each_row_lies_in_the_partition_of_its_month_and_the_rest_is_empty():
    record(across())
    with connection.cursor() as cursor:
        for kept in KEPT:
            cursor.execute(f"SELECT count(*) FROM {kept.table}_rest")
            assert cursor.fetchone() == (0,)
            cursor.execute(f"SELECT DISTINCT tableoid::regclass::text FROM {kept.table}")
            names = {name for (name,) in cursor.fetchall()}
            assert names <= {f"{kept.table}_2026_11", f"{kept.table}_2026_12"} and names


@pytest.mark.django_db
def test_what_lay_in_the_rest_moves_into_its_month_and_the_trail_tells_of_no_deletion():
    from crm.audit.models import Entry

    before = Entry.objects.count()
    record(Story("old", MIDNIGHT - 400 * 86_400 * SECOND).greeted().queued().offered_to("alice").answered().facts)
    CallRecord.objects.update(note="of importance")
    assert Entry.objects.count() == before + 1
    made = partitions_ensure(date(2025, 10, 17))
    assert "calls_callrecord_2025_10" in made and "calls_fact_2025_11" in made
    assert partitions_ensure(date(2025, 10, 1)) == []
    with connection.cursor() as cursor:
        for kept in KEPT:
            cursor.execute(f"SELECT count(*), min(tableoid::regclass::text) FROM {kept.table}")
            count, name = cursor.fetchone()
            assert count and name == f"{kept.table}_2025_10"
    assert Entry.objects.count() == before + 1
    assert CallRecord.objects.get().note == "of importance"


@pytest.mark.django_db
def test_the_trail_tells_the_tables_name_and_of_a_partition_that_was_emptied():
    from crm.audit.models import Entry
    from crm.audit.triggers import install, missing

    partitions_ensure(date(2026, 1, 1))
    assert missing() == [] and install() == []
    record(Story("now", MIDNIGHT - 86_400 * SECOND).facts)
    CallRecord.objects.update(note="of importance")
    assert Entry.objects.latest("id").kind == "calls_callrecord"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE calls_callrecord_2026_11")
    last = Entry.objects.latest("id")
    assert (last.action, last.kind) == ("truncate", "calls_callrecord")


@pytest.mark.django_db
def test_models_write_into_the_month_of_their_times():
    at = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    call = CallRecord.objects.create(call_id="a", arrived_at=at, ended_at=datetime(2026, 12, 1, tzinfo=UTC))
    QueueVisit.objects.bulk_create([QueueVisit(visit="v", call=call, entered_at=at)])
    Offer.objects.create(offer="o", call=call, offered_at=datetime(2026, 12, 1, tzinfo=UTC))
    call.arrived_at, call.note = datetime(2026, 12, 1, tzinfo=UTC), "later"
    call.save()
    assert CallRecord.objects.get(pk="a").month == QueueVisit.objects.get().month == date(2026, 11, 1)
    assert Offer.objects.get().month == date(2026, 12, 1)
    assert not Fact.objects.exists() and not AgentStateInterval.objects.exists()


def test_months_of_moments():
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert around([MIDNIGHT - 1]) == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]
    assert around([MIDNIGHT]) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert between(since, until) == (date(2026, 10, 1), date(2027, 1, 1))
