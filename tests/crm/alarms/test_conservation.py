"""Each law broken once is found with its example, and a sound day is silent."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from crm.alarms.conservation import check, check_and_alarm
from crm.alarms.models import Alarm
from crm.alarms.selectors import spoken
from crm.calls.models import AgentStateInterval, CallDetail, CallRecord, Offer, QueueVisit
from crm.reports.models import AgentDay, AgentHalfHour, Mark, QueueHalfHour, TrunkHalfHour
from crm.reports.rollup.marks import work_off
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
LATER = datetime.fromtimestamp(NOON // SECOND, timezone.get_default_timezone()) + timedelta(hours=14)
MS = timedelta(milliseconds=1)


def counted() -> None:
    while work_off().marks:
        pass


@pytest.fixture
def sound(cast):
    """A day on which calls were answered with a hold, given up, missed first, and left in the greeting."""
    stories = (
        Story("c1").greeted().queued().offered_to("alice").answered().held().hung_up("agent").wrapped_up(),
        Story("c2", at=NOON + 60 * SECOND).greeted().queued("sales").gave_up(),
        Story("c3", at=NOON + 120 * SECOND).greeted().queued().offered_to("alice").missed().offered_to("bob", 2)
        .answered().hung_up().wrapped_up(),
        Story("c4", at=NOON + 1800 * SECOND).greeted().over(),
    )  # fmt: skip
    record(numbered(fact for story in stories for fact in story.facts))
    counted()


def broken(day: date = DAY) -> dict[str, dict[str, str]]:
    """Laws that do not hold when all is counted, with their examples."""
    counted()
    return {verdict.law.code: verdict.example for verdict in check(day, LATER) if verdict.differences}


def test_a_sound_day_is_silent(sound):
    assert broken() == {}
    assert check_and_alarm(DAY, LATER) and not Alarm.objects.exists()


def test_a_visit_whose_end_nobody_counts(sound):
    QueueVisit.objects.filter(call_id="c2").update(exit="vanished")
    assert broken() == {
        "visits_add_up": {"day": "2026-11-22", "queue": "sales", "at": "20:00", "offered": "1", "known": "0"}
    }


@pytest.mark.parametrize("shift", [-2 * MS, 2 * MS, None])
def test_states_that_overlap_gape_or_do_not_end(sound, shift):
    first = AgentStateInterval.objects.filter(agent="alice").order_by("started_at").first()
    first.ended_at = None if shift is None else first.ended_at + shift
    first.save()
    found = broken()
    assert list(found) == ["states_without_gap"]
    assert found["states_without_gap"]["agent"] == "alice"
    if shift is not None:
        assert float(found["states_without_gap"]["ms"]) == -shift / MS


def test_a_millisecond_between_states_is_none(sound):
    first = AgentStateInterval.objects.filter(agent="alice").order_by("started_at").first()
    AgentStateInterval.objects.filter(pk=first.pk).update(ended_at=first.ended_at - MS)
    assert broken() == {}


def test_talk_and_hold_that_are_not_the_whole(sound):
    Offer.objects.filter(offer="c1-o1").update(hold_ms=0)
    assert broken()["talk_and_hold"] == {
        "day": "2026-11-22", "call": "c1", "agent": "alice", "told": "32000", "whole": "37000",
    }  # fmt: skip


def test_an_answered_visit_without_its_answer(sound):
    Offer.objects.filter(offer="c1-o1").update(result="rna")
    assert broken() == {
        "one_answer": {"day": "2026-11-22", "call": "c1", "queue": "support", "exit": "answered", "answers": "0"}
    }


def test_two_answers_to_one_visit(sound):
    Offer.objects.filter(offer="c3-o1").update(result="answered")
    assert broken()["one_answer"]["answers"] == "2"


def test_an_answer_to_a_caller_who_gave_up(sound):
    QueueVisit.objects.filter(call_id="c1").update(exit="abandoned")
    assert list(broken()) == ["one_answer"]


def test_a_record_that_stays_open(sound):
    CallRecord.objects.filter(call_id="c4").update(ended_at=None)
    assert broken() == {"records_final": {"day": "2026-11-22", "call": "c4", "at": "20:30:00"}}
    assert not [v for v in check(DAY, LATER - timedelta(hours=13)) if v.differences], "it is less than an hour old"


def test_a_call_of_the_switch_without_a_record(sound):
    begun = LATER - timedelta(hours=14)
    CallDetail.objects.create(
        call_id="c9", file="c9.json", started_at=begun, ended_at=begun + timedelta(minutes=1), payload={}
    )
    assert list(broken()) == ["details_have_records"]


def test_visits_that_are_not_counted(sound):
    QueueVisit.objects.get(call_id="c2").delete()
    Mark.objects.all().delete()
    found = {"visits_counted": {"day": "2026-11-22", "queue": "sales", "at": "20:00", "rows": "0", "counted": "1"}}
    assert broken() == found
    assert broken(DAY - timedelta(days=1)) == broken(DAY + timedelta(days=1)) == {}


def test_a_half_hour_that_is_lost(sound):
    QueueHalfHour.objects.filter(queue="sales").delete()
    found = broken()
    assert (found["visits_counted"]["rows"], found["visits_counted"]["counted"]) == ("1", "0")
    assert (found["days_add_up"]["key"], found["days_add_up"]["halves"]) == ("sales", "0")


def test_talks_that_are_counted_twice(sound):
    AgentHalfHour.objects.filter(agent="alice").update(handled=2)
    AgentDay.objects.filter(agent="alice").update(handled=2)
    assert broken() == {
        "talks_counted": {"day": "2026-11-22", "agent": "alice", "at": "20:00", "rows": "1", "counted": "2"}
    }


def test_calls_that_are_not_counted(sound):
    TrunkHalfHour.objects.filter(by="offered").update(attempts=0)
    found = broken()
    assert list(found) == ["calls_counted", "days_add_up"]
    assert (found["calls_counted"]["rows"], found["calls_counted"]["counted"]) == ("3", "0")


def test_a_day_that_is_not_its_half_hours(sound):
    AgentDay.objects.filter(agent="alice", by="event").update(talk_ms=0)
    assert broken()["days_add_up"]["key"] == "alice"


def test_a_difference_belongs_to_its_business_day_alone(sound):
    QueueVisit.objects.filter(call_id="c2").update(exit="vanished")
    assert broken(DAY - timedelta(days=1)) == broken(DAY + timedelta(days=1)) == {}
    midnight = datetime(2026, 11, 23, tzinfo=timezone.get_default_timezone())
    QueueVisit.objects.filter(call_id="c2").update(entered_at=midnight)
    assert broken() == {}
    assert broken(DAY + timedelta(days=1))["visits_add_up"]["at"] == "00:00"


def test_the_first_difference_raises_an_alarm_and_a_sound_check_clears_it(sound):
    Offer.objects.filter(offer="c1-o1").update(result="rna")
    for _again in range(2):
        check_and_alarm(DAY, LATER)
    alarm = Alarm.objects.get()
    assert (alarm.code, alarm.subject, alarm.count) == ("conservation", "2026-11-22 one_answer", 2)
    with translation.override("en"):
        assert "call c1, queue Support: the wait ended as “to an agent”, and 0" in spoken([alarm])[0][1]
    Offer.objects.filter(offer="c1-o1").update(result="answered")
    check_and_alarm(DAY, LATER)
    alarm.refresh_from_db()
    assert alarm.cleared_at == LATER


def test_the_command_line(sound):
    out = StringIO()
    call_command("check_conservation", "--day", "2026-11-22", stdout=out)
    assert [line.split() for line in out.getvalue().splitlines()][0] == ["visits_add_up", "0"]
    QueueVisit.objects.filter(call_id="c2").update(exit="vanished")
    with pytest.raises(SystemExit) as ended:
        call_command("check_conservation", "--day", "2026-11-22", stdout=out)
    assert ended.value.code == 1
    assert "queue sales, half hour from 20:00: 1 entered, but 0 were" in out.getvalue()
    assert Alarm.objects.get().params["queue"] == "sales"
