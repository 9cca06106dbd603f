"""Figures from sums: what they come to, and that of nothing nothing is said."""

from dataclasses import fields

import pytest

from crm.reports.kpi.agents import ranked
from crm.reports.kpi.attainment import Intervals, intervals
from crm.reports.kpi.figures import FIGURES, VARIANTS, service_level
from crm.reports.kpi.spread import above_average, percentile
from crm.reports.kpi.sums import AgentSums, QueueSums, TrunkSums
from crm.reports.rollup.crowds import Callers
from crm.reports.tables import Kind

NOTHING = {
    "queue": QueueSums(),
    "agent": AgentSums(),
    "trunk": TrunkSums(),
    "waits": {},
    "onlines": {},
    "callers": Callers(0, 0),
    "intervals": Intervals(0, 0),
}
PLAIN = (Kind.COUNT, Kind.SECONDS)
"""Of these nought may be said; a share or an average of nothing is not known."""


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_of_nothing_no_rate_is_said(figure):
    for taken in figure.taken:
        cell = figure.of(NOTHING[taken])
        assert cell.value is None or (figure.denominator is None and figure.kind in PLAIN and cell.value == 0)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_each_figure_explains_itself(figure):
    assert str(figure.label)
    assert str(figure.words)
    assert figure.version >= 1
    assert figure.target is None or figure.better


@pytest.mark.parametrize("variant", VARIANTS)
def test_who_waits_or_failed_is_in_no_rate(variant):
    over = QueueSums(offered=10, answered=6, in_time=4, abandoned=4, short=1, abandoned_in_time=2)
    more = over + QueueSums(offered=5, waiting=3, failed=2)
    assert service_level(variant).of(more) == service_level(variant).of(over)


def test_all_in_time_are_met_and_none_missed():
    figure = service_level()
    assert figure.met(0.8, 0.8) is True
    assert figure.met(0.79, 0.8) is False
    assert FIGURES["abandon_rate"].met(0.02, 0.02) is True
    assert FIGURES["abandon_rate"].met(0.03, 0.02) is False
    assert figure.met(None, 0.8) is None
    assert FIGURES["offered"].met(3, 3) is None


@pytest.mark.parametrize("kind", [QueueSums, AgentSums, TrunkSums])
def test_sums_add_up_but_the_greatest(kind):
    names = [one.name for one in fields(kind) if one.name != "breaks"]
    one = kind(**dict.fromkeys(names, 3))
    other = kind(**dict.fromkeys(names, 5))
    greatest = {"max_wait_ms", "max_wait_answered_ms", "max_wait_abandoned_ms", "peak"}
    assert one + other == kind(**{name: 5 if name in greatest else 8 for name in names})
    assert kind.total([one, other]) == one + other == other + one
    assert kind.total([]) == kind()


def test_breaks_add_up_by_their_codes():
    both = AgentSums(breaks={"lunch": 5, "tea": 1}) + AgentSums(breaks={"lunch": 2})
    assert both.breaks == {"lunch": 7, "tea": 1}


@pytest.mark.parametrize(
    "spread, percent, value",
    [
        ({}, 50, None),
        ({7: 1}, 50, 7),
        ({8: 1, 12: 1, 22: 1, 30: 1, 130: 1}, 50, 22),
        ({8: 1, 12: 1, 22: 1, 30: 1, 130: 1}, 90, 130),
        ({1: 90, 100: 10}, 90, 1),
        ({1: 89, 100: 11}, 90, 100),
        ({1: 1, 2: 1}, 50, 1),
    ],
)
def test_percentiles_by_nearest_rank(spread, percent, value):
    assert percentile(spread, percent) == value


def test_above_average():
    assert above_average({10: 3, 50: 1}) == 1
    assert above_average({10: 4}) == 0
    assert above_average({}) == 0


def test_half_hours_with_few_calls_are_left_out():
    good, bad = QueueSums(offered=5, answered=5, in_time=4), QueueSums(offered=5, answered=5, in_time=3)
    few = QueueSums(offered=4, answered=4, in_time=4)
    assert intervals([good, bad, few], 0.8) == Intervals(1, 2)
    assert FIGURES["sl_pass_intervals"].of(Intervals(1, 2)).value == 0.5


def test_the_ranking_needs_a_sample_and_shares_ranks():
    def agent(handled: int, seconds: int) -> AgentSums:
        return AgentSums(handled=handled, talk_ms=handled * seconds * 1000)

    places = ranked(
        {
            "carol": agent(40, 100),
            "alice": agent(40, 100),
            "bob": agent(40, 90),
            "dora": agent(39, 10),
            "few": agent(29, 1),
        }
    )
    assert [(place.rank, place.agent) for place in places] == [
        (1, "bob"), (2, "alice"), (2, "carol"), (4, "dora"), (None, "few"),
    ]  # fmt: skip
