"""What an address asks for, whatever stands in it; and how values are written."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from crm.reports.asking import SPANS, days_of, question
from crm.reports.periods import Step
from crm.reports.showing import text
from crm.reports.tables import Cell, Kind
from crm.reports.times import before

TODAY = date(2026, 9, 16)  # a Wednesday


def test_quick_choices_move_on_with_the_calendar():
    assert {span: tuple(map(str, days_of(span, TODAY))) for span in SPANS} == {
        "today": ("2026-09-16", "2026-09-16"), "yesterday": ("2026-09-15", "2026-09-15"),
        "week": ("2026-09-10", "2026-09-16"), "last_week": ("2026-09-07", "2026-09-13"),
        "month": ("2026-09-01", "2026-09-16"), "last_month": ("2026-08-01", "2026-08-31"),
    }  # fmt: skip
    kept = question({"span": "yesterday"}, report="queues").said()
    assert kept["span"] == "yesterday" and "since" not in kept


@pytest.mark.parametrize("asked", [
    "", "since=x", "until=0000-00-00", "since=2026-02-30&until=%00",
    "span=ever&step=eon&rows=9&variant=H&compare=&kind=",
    "queues=%00&agents=%ED%A0%80&departments=-1,x,%C2%B2&trunks=" + "x," * 900,
    "since=9999-12-31&until=1970-01-01",
])  # fmt: skip
def test_nonsense_is_what_is_usual(asked):
    found = question(QueryDict(asked), report="queues")
    assert found.since <= found.until and question(found.said()) == found
    assert (found.rows, found.variant, found.attribution) == ("time", "B", "offered")
    if "9999" not in asked:
        assert found.since == found.until == timezone.localdate()


def test_days_are_put_right_and_win_over_a_quick_choice():
    found = question(QueryDict("since=2026-09-17&until=2026-09-16&span=today&queues=b&queues=a,b"), report="queues")
    assert (str(found.since), str(found.until), found.span) == ("2026-09-16", "2026-09-17", "")
    assert found.queues == ("a", "b") and found.address().startswith("?since=2026-09-16&until=2026-09-17")
    assert question({"since": "2026-09-17"}).until == date(2026, 9, 17)


@pytest.mark.parametrize("until, step, shown", [
    ("2026-01-01", "", Step.HALF_HOUR), ("2026-01-31", "half_hour", Step.HALF_HOUR),
    ("2026-02-15", "half_hour", Step.HOUR),
    ("2026-06-30", "hour", Step.DAY), ("2026-01-07", "", Step.DAY), ("2026-12-31", "", Step.MONTH),
    ("2029-12-31", "day", Step.WEEK), ("2034-12-31", "week", Step.MONTH),
])  # fmt: skip
def test_a_step_that_is_too_fine_becomes_longer(until, step, shown):
    assert question({"since": "2026-01-01", "until": until, "step": step}).step == shown


@pytest.mark.parametrize("since, until, compare, step, other", [
    ((2026, 9, 16), (2026, 9, 16), "week", Step.HALF_HOUR, ("2026-09-09", "2026-09-09")),
    ((2026, 9, 14), (2026, 9, 16), "before", Step.DAY, ("2026-09-11", "2026-09-13")),
    ((2026, 3, 1), (2026, 3, 31), "before", Step.MONTH, ("2026-02-01", "2026-02-28")),
    ((2026, 1, 1), (2026, 2, 28), "week", Step.MONTH, ("2025-11-01", "2025-12-31")),
])  # fmt: skip
def test_the_other_time(since, until, compare, step, other):
    assert tuple(map(str, before(date(*since), date(*until), compare, step))) == other


@pytest.mark.parametrize("cell, kind, shown", [
    (Cell(None), Kind.SHARE, "—"), (Cell(0), Kind.COUNT, "0"), (Cell(1234567), Kind.COUNT, "1,234,567"),
    (Cell(2 / 11, 2, 11), Kind.SHARE, "18.2%"), (Cell(1.0, 3, 3), Kind.SHARE, "100.0%"),
    (Cell(0.0005, 1, 2000), Kind.SHARE, "0.0%"), (Cell(0.0015, 3, 2000), Kind.SHARE, "0.2%"),  # ties go to even
    (Cell(31.25, 125, 4), Kind.SECONDS, "31.2"), (Cell(0.15, 3, 20), Kind.SECONDS, "0.2"),
    (Cell(3599.96), Kind.SECONDS, "3,600.0"), (Cell(3661.4), Kind.SECONDS, "1:01:01"), (Cell(4.0), Kind.NUMBER, "4.00"),
    (Cell(-0.125, -1, 8), Kind.SHARE, "-12.5%"), (Cell("x"), Kind.TEXT, "x"),
])  # fmt: skip
def test_values_are_rounded_once_half_to_even(cell, kind, shown):
    with translation.override("en"):
        assert text(cell, kind) == shown
