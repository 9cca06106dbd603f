"""Marks: each change of a row makes them, in its transaction; who counts deletes those that it read, and no other."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from crm.calls.models import CallRecord, QueueVisit
from crm.privacy.erasing import erasure_run
from crm.privacy.models import Erasure
from crm.reports.models import Caller, Mark, QueueDay, QueueHalfHour
from crm.reports.periods import Step, span_of
from crm.reports.rollup import crowds, reading, triggers
from crm.reports.rollup.again import mark_again
from crm.reports.rollup.lock import taken
from crm.reports.rollup.loop import ROUND_S, RollUp
from crm.reports.rollup.marks import work_off
from tests.crm.calls.rows import record
from tests.crm.reports import laws
from tests.crm.reports.example import DAY, facts, half_hour

HALF_HOUR = datetime(2024, 9, 18, 1, 0, tzinfo=UTC)


def marks(kind: str = "queue") -> set[tuple[str, datetime, datetime]]:
    """Key, from, until."""
    rows = Mark.objects.filter(kind=kind).values_list("keys", "since", "until")
    return {(key, since, until) for keys, since, until in rows for key in keys}


def sales() -> QueueHalfHour:
    return QueueHalfHour.objects.get(queue="sales", by="offered", start=HALF_HOUR)


@pytest.mark.django_db
def test_what_is_told_again_marks_nothing(roll_up):
    record(facts())
    roll_up()
    record(facts())
    assert not Mark.objects.exists()


@pytest.mark.django_db
def test_a_change_marks_where_the_row_was_and_where_it_is(roll_up):
    record(facts())
    roll_up()
    later = HALF_HOUR + timedelta(hours=3)
    QueueVisit.objects.filter(visit="c3-v").update(entered_at=later, left_at=later)
    call = QueueVisit.objects.get(visit="c3-v")
    assert marks() == {("sales", HALF_HOUR, HALF_HOUR)}
    assert {key for key, _since, _until in marks("parts")} == {call.call_id}
    roll_up()
    assert sales().offered == 10
    assert QueueHalfHour.objects.get(by="offered", start=later).offered == 1
    assert QueueDay.objects.get(by="offered").offered == 11


@pytest.mark.django_db
def test_a_call_is_marked_with_the_agent_it_had_and_has(roll_up):
    record(facts())
    roll_up()
    call = CallRecord.objects.get(call_id="c1")
    CallRecord.objects.filter(pk=call.pk).update(agent="another")
    quarter = call.arrived_at.replace(minute=call.arrived_at.minute // 15 * 15, second=0, microsecond=0)
    assert {(call.agent, quarter, quarter), ("another", quarter, quarter)} == marks("calls")
    roll_up()
    mark_again(quarter)
    assert {key for key, _since, _until in marks("calls")} >= {"another", ""}
    roll_up()
    assert not marks("calls")


@pytest.mark.django_db
def test_whether_later_calls_repeat_is_counted_again_when_an_earlier_one_goes_or_gets_another_number(roll_up):
    record(facts())
    first, later = CallRecord.objects.order_by("arrived_at").filter(call_id__in=("c1", "c3"))
    number = SHARED
    CallRecord.objects.filter(pk__in=(first.pk, later.pk)).update(number_e164=number)
    roll_up()
    repeats = len(sales().repeaters)
    CallRecord.objects.filter(pk=first.pk).update(number_e164="+8613900000002")
    assert {key for key, _since, _until in marks("numbers")} == {number}
    roll_up()
    assert len(sales().repeaters) == repeats - 1
    CallRecord.objects.filter(pk=first.pk).update(number_e164=number)
    roll_up()
    assert len(sales().repeaters) == repeats
    CallRecord.objects.filter(pk=first.pk).delete()
    roll_up()
    assert len(sales().repeaters) == repeats - 1


@pytest.mark.django_db
def test_a_half_hour_in_which_nothing_is_left_has_no_row(roll_up):
    record(facts())
    roll_up()
    QueueVisit.objects.all().delete()
    roll_up()
    assert not QueueHalfHour.objects.exists()
    assert not QueueDay.objects.exists()


@pytest.mark.django_db
def test_who_waits_leaves_the_half_hour_open(roll_up):
    told = facts()
    record([fact for fact in told if fact.call_id != "c7"])
    record([fact for fact in told if fact.call_id == "c7"][:5])
    roll_up()
    assert (sales().final, sales().waiting) == (False, 1)
    record(told)
    roll_up()
    assert (sales().final, sales().waiting) == (True, 0)


@pytest.mark.django_db
def test_all_is_counted_again_from_the_rows(roll_up):
    record(facts())
    roll_up()
    before = laws.counted()
    QueueHalfHour.objects.update(offered=99)
    QueueDay.objects.all().delete()
    call_command("roll_up", "--all", stdout=StringIO())
    assert laws.counted() == before


@pytest.mark.django_db
def test_since_leaves_what_was_before(roll_up):
    record(facts())
    roll_up()
    QueueHalfHour.objects.update(offered=99)
    call_command("roll_up", "--since", "2024-09-19", stdout=StringIO())
    assert sales().offered == 99
    call_command("roll_up", "--since", "2024-09-18", stdout=StringIO())
    assert sales().offered == 11


@pytest.mark.django_db
def test_another_time_zone_has_other_half_hours_and_days(roll_up):
    record(facts())
    roll_up()
    with override_settings(TIME_ZONE="Asia/Kathmandu"):
        call_command("roll_up", "--all", stdout=StringIO())
        starts = set(QueueHalfHour.objects.values_list("start", flat=True))
        assert {start.minute for start in starts} <= {15, 45}
        assert not laws.broken()
        assert sum(QueueDay.objects.filter(by="offered").values_list("offered", flat=True)) == 11


@pytest.mark.django_db
def test_an_erasure_leaves_the_number_nowhere_and_the_figures_as_they_were(roll_up, zone):
    record(facts())
    roll_up()
    before = crowds.callers(half_hour(zone), ["sales"], zone)
    number = CallRecord.objects.get(call_id="c1").number_e164
    assert Caller.objects.filter(number=number).exists()
    erasure = Erasure.objects.create(reason="asked", customers=[], pending={"numbers": [number], "names": []})
    assert erasure_run(erasure.pk)
    assert not Caller.objects.filter(number=number).exists()
    assert not [key for key, _since, _until in marks("numbers") if key == number]
    roll_up()
    assert not Caller.objects.filter(number=number).exists()
    assert crowds.callers(half_hour(zone), ["sales"], zone) == before


@pytest.mark.django_db
def test_days_and_months_add_the_half_hours_up(roll_up, zone):
    record(facts())
    roll_up()
    span = span_of(DAY.replace(day=1), DAY.replace(day=30), zone)
    [half], *wider = (reading.queue_buckets(span, step, ["sales"], zone) for step in Step)
    assert all([bucket.sums for bucket in found] == [half.sums] for found in wider)
    [month] = reading.agent_buckets(span, Step.MONTH, ["a1"], zone)
    assert month.sums.breaks == {"lunch": 300_000}


@pytest.mark.django_db
def test_the_triggers_are_as_they_should_be():
    assert triggers.install() == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER reports_update ON calls_queuevisit")
    assert triggers.install() == ["calls_queuevisit reports_update"]


@pytest.mark.django_db(transaction=True)
def test_a_mark_made_meanwhile_stays(roll_up):
    """Another connection changes a row after the marks were read and before the round is committed."""
    record(facts())
    with transaction.atomic():
        assert work_off().marks
        other = threading.Thread(target=_delay)
        other.start()
        other.join()
        assert sales().abandoned == 4, "counted before the other committed"
    assert Mark.objects.exists()
    roll_up()
    assert sales().abandoned == 3


def _delay() -> None:
    QueueVisit.objects.filter(visit="c3-v").update(exit="timeout")
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_two_writers_brought_that_did_not_see_each_other_is_counted_together(roll_up):
    """The earlier of two calls gets the number of the later one, which has it only since, and was counted already."""
    record(facts())
    roll_up()
    before = len(sales().repeaters)
    written, seen = threading.Event(), threading.Event()
    other = threading.Thread(target=_number, args=("c1", written, seen))
    other.start()
    written.wait()
    try:
        CallRecord.objects.filter(call_id="c3").update(number_e164=SHARED)
        roll_up()
        assert len(sales().repeaters) == before
    finally:
        seen.set()
        other.join()
    roll_up()
    assert len(sales().repeaters) == before + 1


SHARED = "+8613900000001"


def _number(call_id: str, written: threading.Event, seen: threading.Event) -> None:
    with transaction.atomic():
        CallRecord.objects.filter(call_id=call_id).update(number_e164=SHARED)
        written.set()
        seen.wait()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_round_that_dies_has_not_happened(roll_up):
    record(facts())
    before = Mark.objects.count()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        work_off()
        raise KeyboardInterrupt
    assert Mark.objects.count() == before
    assert not QueueHalfHour.objects.exists()
    roll_up()
    assert sales().offered == 11


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time_counts():
    record(facts())
    held, done = threading.Event(), threading.Event()
    other = threading.Thread(target=_hold, args=(held, done))
    other.start()
    held.wait()
    assert work_off().marks == 0
    done.set()
    other.join()
    assert work_off().marks


def _hold(held: threading.Event, done: threading.Event) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        taken(cursor, wait=True)
        held.set()
        done.wait()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_loop_outlives_a_database_that_is_away(caplog):
    record(facts())
    loop = RollUp()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_mark RENAME TO reports_gone")
    try:
        pauses = [loop.attempt(), loop.attempt()]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE reports_gone RENAME TO reports_mark")
    assert pauses == [0.5, 1.0]
    assert caplog.text.count("the database is away") == 1
    assert [loop.attempt() for _round in range(6)] == [*[0] * 5, ROUND_S], "a month of each kind is closed at once"
    assert sales().offered == 11
