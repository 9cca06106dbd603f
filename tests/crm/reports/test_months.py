"""Closed months: they say what their days say, and nobody reads one that a late fact has touched."""

import threading
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from pyroaring import BitMap

from crm.calls.models import QueueVisit
from crm.reports.models import AgentMonth, ClosedMonth, QueueMonth, TrunkMonth
from crm.reports.periods import HALF_HOUR, Span, Step, half_hour_of, month_of, span_of
from crm.reports.rollup import crowds, months, reading, sets
from crm.reports.rollup.lock import taken
from crm.reports.rollup.loop import RollUp
from tests.crm.calls.rows import record
from tests.crm.reports import laws
from tests.crm.reports.example import facts
from tests.crm.reports.histories import History

SEPTEMBER = datetime(2024, 8, 31, 16, tzinfo=UTC)
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def september(db, roll_up):
    """The worked example counted, its month closed."""
    record(facts())
    roll_up()
    assert months.close_all() == len(months.MONTHS)


def offered(zone, step: Step | None = Step.MONTH) -> int:
    return sum(bucket.sums.offered for bucket in reading.queue_buckets(span_of(*YEAR, zone), step, ["sales"], zone))


def all_that_is_read(span: Span, zone) -> list:
    """Of each kind, by month and as a whole, and who waited and called."""
    found: list = []
    for step in (None, Step.MONTH, Step.DAY):
        for by in ("offered", "event"):
            found.append(reading.queue_buckets(span, step, ["sales", "support"], zone, by))
            found.append(reading.agent_buckets(span, step, ["alice", "bob", "carol", "a1"], zone, by))
            found.append(crowds.crowds(span, step, ["sales", "support"], zone, by))
        found.append(reading.trunk_buckets(span, step, ["a", "b", "carrier"], zone))
    return found


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.django_db
def test_months_are_read_as_their_days_would_be(seed, zone, roll_up):
    with override_settings(TIME_ZONE=zone):
        record(History(seed, apart=False).told)
        roll_up()
        here = timezone.get_default_timezone()
        morning, night = datetime(2024, 3, 15, 5, 30, tzinfo=UTC), datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
        spans = [span_of(*YEAR, here), Span(half_hour_of(morning, here), half_hour_of(night, here))]
        before = [all_that_is_read(span, here) for span in spans]
        assert months.close_all()
        assert not laws.broken()
        assert [all_that_is_read(span, here) for span in spans] == before


@pytest.mark.django_db
def test_what_is_closed_is_read(september, zone):
    """A wrong month is seen in what is made of months, and in nothing else."""
    QueueMonth.objects.update(offered=99)
    assert offered(zone) == offered(zone, None) == 99
    assert offered(zone, Step.WEEK) == offered(zone, Step.DAY) == 11


@pytest.mark.django_db
def test_a_late_fact_opens_its_month(september, zone, roll_up):
    QueueMonth.objects.update(offered=99)
    QueueVisit.objects.filter(visit="c3-v").delete()
    roll_up()
    assert offered(zone) == 10
    assert set(ClosedMonth.objects.values_list("kind", flat=True)) == months.MONTHS.keys() - {"queue"}
    assert months.close_all() == 1
    assert offered(zone) == 10
    assert not laws.broken()


@pytest.mark.django_db
def test_a_month_that_is_not_touched_stays_closed(september, roll_up):
    later = datetime(2024, 10, 2, 3, tzinfo=UTC)
    QueueVisit.objects.filter(visit="c3-v").update(entered_at=later, left_at=later)
    roll_up()
    assert not ClosedMonth.objects.filter(kind="queue").exists()
    assert months.close_all() == 2
    QueueVisit.objects.filter(visit="c3-v").update(exit="timeout")
    roll_up()
    assert list(ClosedMonth.objects.filter(kind="queue").values_list("start", flat=True)) == [SEPTEMBER]


@pytest.mark.django_db
def test_months_that_lie_in_a_span(september, zone):
    whole = month_of(SEPTEMBER, zone)
    assert whole == span_of(date(2024, 9, 1), date(2024, 9, 30), zone)
    assert months.closed("queue", whole, zone) == [whole]
    assert months.closed("queue", span_of(*YEAR, zone), zone) == [whole]
    assert months.closed("queue", Span(whole.start + HALF_HOUR, whole.end), zone) == []
    assert months.closed("queue", Span(whole.start, whole.end - HALF_HOUR), zone) == []


@pytest.mark.django_db
def test_another_zone_has_no_months(september):
    tokyo = ZoneInfo("Asia/Tokyo")
    assert months.closed("queue", span_of(*YEAR, tokyo), tokyo) == []
    with override_settings(TIME_ZONE="Asia/Tokyo"):
        assert months.closed("queue", span_of(*YEAR, tokyo), tokyo) == []


@pytest.mark.django_db
def test_a_month_is_closed_a_while_after_its_end(roll_up, zone):
    record(facts())
    roll_up()
    end = month_of(SEPTEMBER, zone).end
    assert not months.close_next(end + months.GRACE - timedelta(seconds=1))
    assert months.close_next(end + months.GRACE)
    assert ClosedMonth.objects.count() == 1


@pytest.mark.django_db
def test_counting_everything_again_forgets_all_months_and_closes_them(september, zone):
    with override_settings(TIME_ZONE="Asia/Kathmandu"):
        call_command("roll_up", "--all", stdout=StringIO())
        here = timezone.get_default_timezone()
        start = month_of(SEPTEMBER + timedelta(days=3), here).start
        assert set(ClosedMonth.objects.values_list("start", flat=True)) == {start}
        assert not laws.broken()
        assert offered(here) == 11


@pytest.mark.django_db(transaction=True)
def test_the_loop_counts_first_and_closes_one_month_at_a_time(zone):
    record(facts())
    loop = RollUp()
    kinds = len(months.MONTHS)
    closed = [(loop.attempt() > 0, ClosedMonth.objects.count()) for _round in range(kinds + 1)]
    assert closed == [*((False, done) for done in range(1, kinds + 1)), (True, kinds)]
    assert offered(zone) == 11


@pytest.mark.django_db(transaction=True)
def test_a_closing_that_dies_has_not_happened(roll_up, zone):
    record(facts())
    roll_up()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        assert months.close_next(timezone.now())
        raise KeyboardInterrupt
    assert not any(model.objects.exists() for model in (ClosedMonth, QueueMonth, AgentMonth, TrunkMonth))
    assert offered(zone) == 11


@pytest.mark.django_db(transaction=True)
def test_nothing_is_closed_while_another_counts(roll_up):
    record(facts())
    roll_up()
    held, done = threading.Event(), threading.Event()
    other = threading.Thread(target=_hold, args=(held, done))
    other.start()
    held.wait()
    assert not months.close_next(timezone.now())
    done.set()
    other.join()
    assert months.close_next(timezone.now())


def _hold(held: threading.Event, done: threading.Event) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        taken(cursor, wait=True)
        held.set()
        done.wait()
    connection.close()


@pytest.mark.django_db
def test_ids_as_the_database_sends_them():
    ids = sorted(Random(7).sample(range(1, 2**31), 1000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_send(%s::int[]), array_send('{}'::int[])", [ids])
        some, none = cursor.fetchone()
    assert list(sets.sent(some)) == ids
    assert list(sets.sent(none)) == list(sets.unpacked(b"")) == list(sets.union([])) == []
    assert sets.unpacked(sets.packed(BitMap(ids))) == sets.sent(some)
