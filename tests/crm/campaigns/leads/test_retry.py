"""What comes after each outcome."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import open_until
from crm.campaigns.leads.retry import CLOSE, NUMBER, WAIT, Plan, Tried, part_of, plan
from crm.campaigns.models import Campaign
from tests.crm.campaigns.people import AT

ZONE = "Asia/Shanghai"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE = Holidays()
TOMORROW = AT + 23 * HOUR


@pytest.mark.parametrize(
    ("outcome", "before", "at", "expected"),
    [
        # in the morning at ten
        ("busy", ("", 0), AT, Plan(WAIT, AT + 10 * MINUTE, 1)),
        ("busy", ("busy", 2), AT, Plan(WAIT, AT + 10 * MINUTE, 3)),
        ("busy", ("busy", 3), AT, Plan(WAIT, TOMORROW, 0)),
        ("busy", ("no_answer", 3), AT, Plan(WAIT, AT + 10 * MINUTE, 1)),
        ("no_answer", ("", 0), AT, Plan(WAIT, AT + 4 * HOUR, 1)),  # at twelve is lunch; at two another part begins
        ("no_answer", ("", 0), AT + 5 * HOUR, Plan(WAIT, AT + 7 * HOUR, 1)),  # three, then five: the evening
        ("no_answer", ("", 0), AT + 7 * HOUR, Plan(WAIT, TOMORROW, 1)),
        ("no_answer", ("no_answer", 3), AT, Plan(WAIT, TOMORROW, 0)),
        ("absent", ("absent", 1), AT, Plan(WAIT, AT + 4 * HOUR, 2)),
        ("absent", ("absent", 2), AT, Plan(NUMBER, AT + 4 * HOUR, 0)),
        ("refused", ("refused", 1), AT, Plan(NUMBER, AT + 4 * HOUR, 0)),
        ("failed", ("", 0), AT, Plan(WAIT, AT + 5 * MINUTE, 1)),
        ("unknown", ("", 0), AT, Plan(WAIT, AT + 5 * MINUTE, 1)),
        ("unknown", ("unknown", 3), AT, Plan(WAIT, TOMORROW, 0)),
        ("invalid", ("", 0), AT, Plan(NUMBER, AT, 0)),
        ("again", ("again", 3), AT, Plan(CLOSE, AT + 4 * HOUR, 4)),
        ("cancelled", ("", 0), AT, Plan(WAIT, AT + 4 * HOUR, 1)),
        ("abandoned", ("", 0), AT, Plan(WAIT, AT + 3 * DAY, 1)),
        ("abandoned", ("abandoned", 1), AT, Plan(CLOSE, AT + 3 * DAY, 2)),
    ],
)
def test_usual_rules(outcome, before, at, expected) -> None:
    assert plan(Campaign(), Tried(before[1], before[0], ZONE), outcome, at, NONE) == expected


def test_on_friday_evening_the_next_day_is_monday() -> None:
    friday = AT + 4 * DAY + 7 * HOUR
    said = plan(Campaign(), Tried(3, "busy", ZONE), "busy", friday, NONE)
    assert said.due_at == AT + 7 * DAY - HOUR


def test_hours_in_one_part_of_the_day_only() -> None:
    """Then the same part of another day has to do."""
    rules = Campaign(hours=[[["09:00", "11:30"]]] * 7)
    assert plan(rules, Tried(0, "", ZONE), "no_answer", AT, NONE).due_at == TOMORROW


def test_hours_that_never_begin_are_asked_for_again() -> None:
    said = plan(Campaign(hours=[[]] * 7), Tried(0, "", ZONE), "no_answer", AT, NONE)
    assert (said.then, said.due_at > AT) == (WAIT, True)


_TIMES = st.sampled_from([["08:00", "21:00"], ["09:00", "12:00"], ["13:00", "13:30"], ["18:00", "24:00"]])
_HOURS = st.lists(st.lists(_TIMES, max_size=1), min_size=7, max_size=7).filter(any)
_RULE = st.fixed_dictionaries(
    {"after": st.integers(0, 5000), "times": st.integers(0, 3), "then": st.sampled_from(["day", "number", "close"]),
     "part": st.booleans()}
)  # fmt: skip


@given(
    hours=_HOURS, rule=_RULE, minutes=st.integers(0, 20000), row=st.integers(0, 4),
    zone=st.sampled_from([ZONE, "America/New_York", "Asia/Kathmandu", "Australia/Perth,Australia/Sydney"]),
)  # fmt: skip
def test_it_waits_in_hours_never_too_short_and_comes_to_an_end(hours, rule, minutes, row, zone) -> None:
    rules, at = Campaign(hours=hours, retries={"busy": rule}), AT + minutes * MINUTE
    said = plan(rules, Tried(row, "busy", zone), "busy", at, NONE)
    assert said.due_at >= at + rule["after"] * MINUTE
    if said.then == WAIT:
        assert row < rule["times"] or rule["then"] == "day"
        on = open_until(rules, zone, said.due_at, NONE)
        assert on is not None or zone.count(",")  # two places may have no hour in common
    near = said.due_at < at + 12 * HOUR and said.due_at.date() == at.date()
    if said.then == WAIT and rule["part"] and said.row and near and "," not in zone:
        assert part_of(said.due_at, zone) != part_of(at, zone)
