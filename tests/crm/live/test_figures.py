"""The floor's figures: the worked example of the trade's definitions, and a recount by hand of whatever happened."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.calls.figures import Counts, answered_by, day_begin, queue_counts, queue_slots, waiting_at
from crm.calls.models import Offer, QueueVisit

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
FRESH = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])


def visit(n: int, entered: float, exit: str = "", wait: float | None = None, queue: str = "sales") -> QueueVisit:
    """Times in seconds from nine o'clock; threshold 20 s, short abandonment 5 s."""
    at = NINE + timedelta(seconds=entered)
    over = {} if wait is None else {"left_at": at + timedelta(seconds=wait), "wait_ms": round(wait * 1000)}
    return QueueVisit(
        visit=f"v{n}", call_id=f"c{n}", queue=queue, entered_at=at, exit=exit, service_level_s=20, short_abandon_s=5,
        **over,
    )  # fmt: skip


EXAMPLE = [
    (0, "answered", 8), (30, "answered", 30), (90, "abandoned", 3), (100, "abandoned", 45), (200, "answered", 22),
    (600, "answered", 12), (1700, "answered", 130), (1750, "abandoned", 65), (1000, "callback_booked", 40),
    (1100, "voicemail", 300), (1250, "abandoned", 12),
]  # fmt: skip


def test_the_worked_example():
    QueueVisit.objects.bulk_create(visit(n, *one) for n, one in enumerate(EXAMPLE))
    counts = queue_counts(["sales"], NINE, NINE + timedelta(hours=12))["sales"]
    assert counts == Counts(offered=11, answered=5, in_time=2, abandoned=4, short=1)
    assert round(counts.service_level * 100, 1) == 18.2
    assert round(counts.abandon_rate * 100, 1) == 30.0


def test_who_waits_is_judged_when_her_threshold_has_passed():
    QueueVisit.objects.bulk_create([visit(1, 0, "answered", 5), visit(2, 0), visit(3, 70)])
    now = NINE + timedelta(seconds=80)
    counts = queue_counts(["sales"], NINE, now)["sales"]
    assert (counts.offered, counts.waiting, counts.early) == (3, 2, 1)
    assert counts.service_level == 1 / 2 and counts.abandon_rate == 0


def test_a_fault_of_ours_is_in_no_rate_and_nobody_is_not_zero():
    QueueVisit.objects.bulk_create([visit(1, 0, "system_failure", 9)])
    counts = queue_counts(["sales", "support"], NINE, NINE + timedelta(hours=1))
    assert counts["sales"].failed == 1 and "support" not in counts
    assert counts["sales"].service_level is None and counts["sales"].abandon_rate is None


def test_the_day_begins_at_midnight_of_the_centre(settings):
    late = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert day_begin(late) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    settings.TIME_ZONE = "Asia/Kathmandu"
    from django.utils import timezone

    with timezone.override("Asia/Kathmandu"):
        assert day_begin(late) == datetime(2026, 11, 21, 18, 15, tzinfo=UTC) - timedelta(days=1)


a_visit = st.tuples(
    st.integers(-4000, 4000),
    st.sampled_from(("", "answered", "abandoned", "system_failure", "callback_booked")),
    st.integers(0, 60_000).map(lambda ms: ms / 1000),
    st.sampled_from(("sales", "support")),
)


@FRESH
@given(story=st.lists(a_visit, max_size=30), until=st.integers(1, 4000))
def test_figures_are_a_recount_by_hand(story, until):
    QueueVisit.objects.all().delete()
    visits = [visit(n, at, exit, wait if exit else None, queue) for n, (at, exit, wait, queue) in enumerate(story)]
    QueueVisit.objects.bulk_create(visits)
    end = NINE + timedelta(seconds=until)
    found = queue_counts(["sales", "support"], NINE, end)
    slots = queue_slots(["sales", "support"], NINE, end)
    for queue in ("sales", "support"):
        inside = [one for one in visits if one.queue == queue and NINE <= one.entered_at < end]
        wanted = by_hand(inside, end)
        assert found.get(queue, Counts()) == wanted
        assert sum(slots.get(queue, {}).values(), Counts()) == wanted  # the quarters add up to the day
        assert all((begin - NINE) % timedelta(minutes=15) == timedelta(0) for begin in slots.get(queue, {}))


def by_hand(visits: list[QueueVisit], end: datetime) -> Counts:
    counted = dict.fromkeys(Counts.__dataclass_fields__, 0)
    for one in visits:
        waited = (end - one.entered_at).total_seconds()
        counted["offered"] += 1
        counted["answered"] += one.exit == "answered"
        counted["in_time"] += one.exit == "answered" and one.wait_ms <= 20_000
        counted["abandoned"] += one.exit == "abandoned"
        counted["short"] += one.exit == "abandoned" and one.wait_ms < 5000
        counted["failed"] += one.exit == "system_failure"
        counted["waiting"] += one.left_at is None
        counted["early"] += one.left_at is None and waited <= 20
    return Counts(**counted)


def test_the_line_of_the_last_hour():
    QueueVisit.objects.bulk_create([visit(1, -90, "answered", 200), visit(2, 30), visit(3, 61, "abandoned", 10)])
    moments = [NINE + timedelta(minutes=n) for n in range(3)]
    assert waiting_at(["sales", "support"], moments) == {"sales": [1, 2, 1]}


def test_calls_answered_today_outlast_a_new_sign_in():
    def offer(n: int, at: float, result: str = "answered") -> Offer:
        rung = NINE + timedelta(seconds=at)
        talked = rung + timedelta(seconds=4) if result == "answered" else None
        return Offer(
            offer=f"o{n}", call_id=f"c{n}", agent="alice", offered_at=rung, result=result, talk_started_at=talked
        )

    Offer.objects.bulk_create([offer(1, 60), offer(2, 90, "rna"), offer(3, -2), offer(4, -600)])
    assert answered_by(["alice", "bob"], NINE) == {"alice": 2}  # the one that rang before nine was answered after it
