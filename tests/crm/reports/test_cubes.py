"""Calls by their kinds and talks by their lengths: their days say what the rows say, whatever happens to these."""

import os
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.http import QueryDict
from django.utils import timezone

from crm.calls.filters import filters
from crm.calls.models import CallRecord, Offer
from crm.calls.selectors import calls_found
from crm.reports.answering import answer
from crm.reports.asking import KINDS, question
from crm.reports.models import CallDay, CallMonth, CentreCallDay, CentreCallMonth, TalkDay, TalkMonth
from crm.reports.periods import span_of
from crm.reports.rollup import calls, talks
from crm.reports.rollup.cubes import OF, beginnings, count_all
from crm.telephony.models import Disposition
from tests.crm.calls.rows import record
from tests.crm.reports import cubes
from tests.crm.reports.example import DAY, facts
from tests.crm.reports.histories import History

pytestmark = pytest.mark.django_db
HISTORIES = max(10, int(os.environ.get("PROOF_HISTORIES", "100")) // 10)
SAME_CLOCK = "PRC"
"""Another name of the business zone: its reports are answered from the rows."""


@pytest.fixture
def worked(roll_up):
    record(facts())
    roll_up()
    assert not cubes.broken()


def test_a_disposition_that_is_given_taken_away_and_removed(worked, roll_up):
    sold = Disposition.objects.create(code="sold", name="Sold")
    CallRecord.objects.filter(agent="a1").update(disposition=sold)
    roll_up()
    assert not cubes.broken()
    assert set(CallDay.objects.filter(agent="a1").values_list("disposition", flat=True)) == {sold.pk}
    with pytest.raises(ProtectedError), transaction.atomic():
        sold.delete()
    CallRecord.objects.update(disposition=None)
    roll_up()
    sold.delete()
    assert not cubes.broken()
    assert set(CentreCallDay.objects.values_list("disposition", flat=True)) == {0}


def test_calls_that_move_to_another_day_agent_or_queue(worked, roll_up):
    later = CallRecord.objects.get(call_id="c1").arrived_at + timedelta(days=3)
    CallRecord.objects.filter(call_id="c1").update(arrived_at=later)
    CallRecord.objects.filter(call_id="c2").update(agent="")
    CallRecord.objects.filter(call_id="c3").update(queue="support", dialled="4002", talk_ms=5)
    CallRecord.objects.filter(call_id="c4").delete()
    roll_up()
    assert not cubes.broken()


def test_talks_that_last_over_midnight_or_have_no_beginning(worked, roll_up):
    night = datetime(2024, 9, 18, 15, 59, tzinfo=UTC)
    Offer.objects.filter(offer="c1-o").update(offered_at=night, talk_started_at=night + timedelta(minutes=2))
    Offer.objects.filter(offer="c2-o").update(offered_at=night, talk_started_at=night + timedelta(days=2))
    Offer.objects.filter(offer="c6-o").update(offered_at=None, talk_started_at=night + timedelta(days=5))
    Offer.objects.filter(offer="c7-o").update(offered_at=night, talk_started_at=night - timedelta(days=1))
    roll_up()
    assert not cubes.broken()
    assert {day.start for day in TalkDay.objects.filter(agent="a1", by="event")} == {
        cubes.day_of(night + timedelta(minutes=2)), cubes.day_of(night + timedelta(days=5)),
    }  # fmt: skip


def test_all_at_once_is_what_the_marks_made(worked, zone):
    month_later = CallRecord.objects.get(call_id="c1").arrived_at + timedelta(days=40)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calls_callrecord DISABLE TRIGGER USER")
    CallRecord.objects.filter(call_id="c1").update(arrived_at=month_later, month=month_later.date().replace(day=1))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calls_callrecord ENABLE TRIGGER USER")
    CallDay.objects.filter(agent="a2").update(calls=99)
    TalkDay.objects.update(talks_4=9)
    assert cubes.broken()
    said: list[str] = []
    count_all(said.append)
    assert not cubes.broken() and len(said) == 2


def test_a_month_is_the_sum_of_its_days(worked, roll_up, zone):
    for days, call in enumerate(("c1", "c3", "c6"), start=1):
        CallRecord.objects.filter(call_id=call).update(arrived_at=calls_at(call) + timedelta(days=days))
    Offer.objects.filter(offer="c2-o").update(offered_at=calls_at("c2") + timedelta(days=2))
    roll_up()
    month = span_of(DAY.replace(day=1), DAY.replace(day=30), zone)
    days = beginnings("calls", month, zone, months=False).days
    with transaction.atomic(), connection.cursor() as cursor:
        for module in OF.values():
            module.month_fill(cursor, month.start, month.end)
            module.month_fill(cursor, month.start, month.end)
    assert CallMonth.objects.count() < CallDay.objects.count() and CentreCallMonth.objects.exists()
    for by, which in product(calls.OF, (calls.Which(), calls.Which(agents=["a1", "a2", ""], unreached=["", "sales"]))):
        by_months = calls.counted(by, which, [month.start], [month.start], [])
        assert by_months == calls.counted(by, which, [month.start], [], days) != {}
    for by in talks.AT:
        by_months = talks.counted(by, ["a1", "a2"], [month.start], [])
        assert by_months == talks.counted(by, ["a1", "a2"], [], days) == talks.raw(by, ["a1", "a2"], month) != {}
    assert TalkMonth.objects.count() == 6


def calls_at(call: str) -> datetime:
    return CallRecord.objects.get(call_id=call).arrived_at


def test_only_whole_days_of_the_business_are_read_from_days(zone):
    day = span_of(DAY, DAY, zone)
    assert beginnings("calls", day, zone).days == [day.start]
    assert beginnings("calls", type(day)(day.start, day.end - timedelta(hours=1)), zone) is None
    assert beginnings("calls", type(day)(day.start + timedelta(hours=1), day.end), zone) is None
    with timezone.override(SAME_CLOCK):
        assert beginnings("calls", day, timezone.get_current_timezone()) is None


@pytest.mark.parametrize("seeds", [range(part, HISTORIES, 5) for part in range(5)])
def test_reports_say_the_same_from_days_and_from_rows(cast, roll_up, seeds):
    """For whoever of the cast asks, however they are asked; and the list behind each count has that many calls."""
    users = (cast.ada, cast.alice, cast.bob, cast.boris, cast.sofia)
    for seed in seeds:
        random = Random(seed)
        with transaction.atomic():
            for batch in History(seed, apart=False).batches:
                record(batch)
            for one in CallRecord.objects.all():
                if random.random() < 0.3:
                    CallRecord.objects.filter(pk=one.pk).update(disposition=Disposition.objects.get())
            roll_up()
            assert not cubes.broken(), seed
            for user, more in product(random.sample(users, 2), _asked(random)):
                counted = answer(user, more).rows
                with timezone.override(SAME_CLOCK):
                    assert answer(user, more).rows == counted, (seed, user, more)
                for cell in (row.cells["calls"] for row in counted if "calls" in row.cells):
                    assert not cell.drill or _listed(user, cell.drill) == cell.value, (seed, user, more)
            transaction.set_rollback(True)


def _asked(random: Random) -> list:
    """All reports, each with some choice."""
    first = CallRecord.objects.filter(arrived_at__isnull=False).order_by("arrived_at").first()
    day = cubes.day_of(first.arrived_at).astimezone(timezone.get_default_timezone()).date()
    chosen = ({}, {"agents": "alice"}, {"agents": "carol,bob"}, {"queues": "sales"}, {"queues": "support,sales"})
    asked = []
    for kind, rows in product(KINDS, ("each", "both")):
        days = {"since": str(day), "until": str(day + timedelta(days=random.choice((0, 2, 40))))}
        step = {"step": random.choice(("day", "week", "month"))}
        wanted = days | step | {"kind": kind, "rows": rows} | random.choice(chosen)
        asked.append(question(wanted, report="kinds"))
    for by in ("offered", "event"):
        days = {"since": str(day), "until": str(day + timedelta(days=random.choice((0, 2, 40))))}
        asked.append(question(days | random.choice(chosen) | {"attribution": by}, report="talks", rows="each"))
    return asked


def _listed(user, address: str) -> int:
    return calls_found(user, **filters(QueryDict(address.partition("?")[2]), whole=True).query()).count()
