"""The worked half-hour, facts in, figures out, equal to the digit."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from crm.reports.kpi.access import SERVICE_LEVELS
from crm.reports.kpi.figures import FIGURES
from crm.reports.kpi.sums import AgentSums, QueueSums, TrunkSums
from crm.reports.periods import Step
from crm.reports.rollup import crowds, reading
from tests.crm.calls.rows import record
from tests.crm.reports.example import facts, half_hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def rolled_up(db, roll_up):
    record(facts())
    roll_up()


def shown(value: float | None, places: str = "0.1") -> Decimal:
    return Decimal(value).quantize(Decimal(places), ROUND_HALF_EVEN)


def queue(zone, by: str = "offered") -> QueueSums:
    [found] = reading.queue_buckets(half_hour(zone), Step.HALF_HOUR, ["sales"], zone, by)
    assert found.final
    return found.sums


def test_what_was_counted(rolled_up, zone):
    sums = queue(zone)
    assert (sums.offered, sums.answered, sums.abandoned, sums.short, sums.abandoned_in_time) == (11, 5, 4, 1, 2)
    assert (sums.callbacks, sums.voicemails, sums.in_time, sums.failed, sums.waiting) == (1, 1, 2, 0, 0)
    assert sums.first == 11


@pytest.mark.parametrize(
    "variant, above, below, value",
    [
        ("A", 2, 5, 40.0), ("B", 2, 11, 18.2), ("C", 2, 10, 20.0), ("D", 4, 11, 36.4), ("E", 2, 7, 28.6),
        ("F", 2, 9, 22.2), ("G", 2, 8, 25.0),
    ],
)  # fmt: skip
def test_service_level(rolled_up, zone, variant, above, below, value):
    cell = SERVICE_LEVELS[variant].of(queue(zone))
    assert (cell.numerator, cell.denominator, shown(100 * cell.value)) == (above, below, shown(value))


def test_service_level_by_event_time(rolled_up, zone):
    cell = SERVICE_LEVELS["B"].of(queue(zone, "event"))
    assert (cell.numerator, cell.denominator, shown(100 * cell.value)) == (2, 9, shown(22.2))


@pytest.mark.parametrize(
    "figure, value",
    [
        ("asa", 40.4), ("max_wait_answered", 130), ("max_wait_abandoned", 65), ("max_wait", 300),
        ("avg_abandon_time", 31.25), ("avg_abandon_time_long", 40.67), ("att", 152), ("hold", 4), ("hold_per_held", 20),
        ("acw", 23), ("aht", 179),
    ],
)  # fmt: skip
def test_times_of_the_queue(rolled_up, zone, figure, value):
    assert shown(FIGURES[figure].of(queue(zone)).value, "0.01") == shown(value, "0.01")


@pytest.mark.parametrize(
    "figure, above, below, value",
    [("abandon_rate_raw", 4, 11, 36.4), ("abandon_rate", 3, 10, 30.0), ("rna_rate", 1, 6, 16.7)],
)
def test_shares_of_the_queue(rolled_up, zone, figure, above, below, value):
    cell = FIGURES[figure].of(queue(zone))
    assert (cell.numerator, cell.denominator, shown(100 * cell.value)) == (above, below, shown(value))


def test_percentiles(rolled_up, zone):
    waits = crowds.waits(half_hour(zone), ["sales"], zone)
    assert [FIGURES[f"wait_p{percent}"].of(waits).value for percent in (50, 90, 95)] == [22, 130, 130]


def test_callers(rolled_up, zone):
    assert crowds.callers(half_hour(zone), ["sales"], zone) == crowds.Callers(11, 0)


def trunk(zone) -> TrunkSums:
    [found] = reading.trunk_buckets(half_hour(zone), Step.HALF_HOUR, ["carrier"], zone)
    return found.sums


@pytest.mark.parametrize(
    "figure, above, below, value",
    [("blocked_rate", 1, 14, 7.1), ("ivr_containment", 1, 13, 7.7), ("ivr_containment_loose", 2, 13, 15.4)],
)
def test_the_trunk(rolled_up, zone, figure, above, below, value):
    cell = FIGURES[figure].of(trunk(zone))
    assert (cell.numerator, cell.denominator, shown(100 * cell.value)) == (above, below, shown(value))


def agent(zone, read: Callable = reading.agent_buckets) -> AgentSums:
    [found] = read(half_hour(zone), Step.HALF_HOUR, ["a1"], zone)
    assert found.final
    return found.sums


def test_an_agent(rolled_up, zone):
    sums = agent(zone)
    assert (sums.logged_in_ms, sums.paused_ms, sums.offered_ms, sums.busy_ms) == (1_800_000, 300_000, 21_000, 240_000)
    assert (sums.ready_ms, sums.breaks, sums.handled, sums.rna) == (1_239_000, {"lunch": 300_000}, 2, 1)
    found = {name: FIGURES[name].of(sums).value for name in ("occupancy", "occupancy_r", "utilisation")}
    assert {name: shown(100 * value) for name, value in found.items()} == {
        "occupancy": shown(16.2), "occupancy_r": shown(17.4), "utilisation": shown(13.3),
    }  # fmt: skip
    assert FIGURES["cph"].of(sums).value == 4.0
