"""Half-hours looked at in the database say what they say one by one."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from crm.reports.kpi.access import SERVICE_LEVELS, VARIANTS
from crm.reports.kpi.sums import SPEED, QueueSums, TrunkSums
from crm.reports.periods import Step, span_of
from crm.reports.rollup import halves, reading
from tests.crm.calls.rows import record
from tests.crm.reports.example import DAY, facts

pytestmark = pytest.mark.django_db
HALF = timedelta(minutes=30)


@pytest.fixture
def day(roll_up, zone):
    record(facts())
    roll_up()
    return span_of(DAY, DAY, zone)


def speed(sums: QueueSums) -> dict[str, int]:
    return {name: getattr(sums, name) for name in SPEED}


@pytest.mark.parametrize("by", ["offered", "event"])
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("target", "least"), [(0.2, 1), (0.2, 5), (0.4, 1), (None, 1)])
def test_judged(day, zone, variant, by, target, least):
    figure, now = SERVICE_LEVELS[variant], timezone.now()
    wanted = reading.queue_buckets(day, Step.HALF_HOUR, ["sales"], zone, by)
    over = [one for one in wanted if one.final and one.sums.offered >= least and figure.of(one.sums).value is not None]
    met = [one for one in over if target is not None and figure.of(one.sums).value >= target]
    [found] = halves.judged(day, [day.start], {"sales": target}, figure, least, now, by)
    assert (found.part, found.queue, found.half_hours, found.judged, found.met) == (
        0, "sales", len(wanted), len(over), len(met),
    )  # fmt: skip
    assert speed(found.sums) == speed(QueueSums.total(one.sums for one in wanted))


def test_a_half_hour_that_is_not_over_is_not_judged(day):
    figure = SERVICE_LEVELS["B"]
    within: datetime = day.start + timedelta(hours=9, minutes=29)
    assert halves.judged(day, [day.start], {"sales": 0.1}, figure, 1, within)[0].judged == 0
    assert halves.judged(day, [day.start], {"sales": 0.1}, figure, 1, within + HALF)[0].judged == 1


def test_parts_of_the_time(day):
    nine = day.start + timedelta(hours=9)
    parts = halves.judged(day, [day.start, nine, nine + HALF], {"sales": 0.1}, SERVICE_LEVELS["B"], 1, timezone.now())
    assert [(one.part, one.half_hours) for one in parts] == [(1, 1)]


def test_by_the_clock(day, zone):
    queues, trunks = halves.by_clock("queue", day, ["sales"], zone), halves.by_clock("trunk", day, ["carrier"], zone)
    [queue] = reading.queue_buckets(day, Step.HALF_HOUR, ["sales"], zone)
    [trunk] = reading.trunk_buckets(day, Step.DAY, ["carrier"], zone)
    assert {clock: (speed(one.sums), one.final) for clock, one in queues.items()} == {
        "09:00": (speed(queue.sums), True)
    }
    assert TrunkSums.total(one.sums for one in trunks.values()) == trunk.sums


@pytest.mark.parametrize("step", list(Step))
def test_together_is_the_sum_of_each(day, zone, step):
    each = reading.agent_buckets(day, step, ["a1", "a2", "a3"], zone)
    together = reading.agent_buckets(day, step, ["a1", "a2", "a3"], zone, together=True)
    assert {one.key for one in together} == {""}
    for one in together:
        same = [other for other in each if other.start == one.start]
        assert sum((other.sums for other in same[1:]), same[0].sums) == one.sums
        assert all(other.final for other in same) == one.final
    [whole] = reading.agent_buckets(day, None, ["a1"], zone)
    assert whole.sums == sum((one.sums for one in each if one.key == "a1"), type(whole.sums)())
