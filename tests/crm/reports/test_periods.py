"""Half-hours, hours, days, weeks and months by the local clock: short and long days, odd zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from crm.reports.periods import HALF_HOUR, Span, Step, buckets, half_hour_of, midnight, span_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
KOLKATA, KATHMANDU = ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Kathmandu")
LORD_HOWE, HAVANA, SANTIAGO = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana"), ZoneInfo("America/Santiago")


def day(zone: ZoneInfo, *of: int) -> Span:
    return span_of(date(*of), date(*of), zone)


@pytest.mark.parametrize(
    "zone, of, half_hours, hours",
    [
        (SHANGHAI, (2024, 3, 31), 48, 24),
        (BERLIN, (2024, 3, 31), 46, 23),
        (BERLIN, (2024, 10, 27), 50, 25),
        (KOLKATA, (2024, 10, 27), 48, 24),
        (KATHMANDU, (2024, 10, 27), 48, 24),
        (LORD_HOWE, (2024, 4, 7), 49, 25),  # its clock goes back by half an hour
        (LORD_HOWE, (2024, 10, 6), 47, 24),
        (HAVANA, (2024, 11, 3), 50, 25),
        (SANTIAGO, (2024, 9, 8), 46, 23),  # midnight itself is left out
    ],
)
def test_a_day_has_as_many_as_the_clock_says(zone, of, half_hours, hours):
    whole = day(zone, *of)
    for step, count in ((Step.HALF_HOUR, half_hours), (Step.HOUR, hours)):
        parts = buckets(whole, step, zone)
        assert len(parts) == count
        assert parts[0].start == whole.start
        assert parts[-1].end == whole.end
        assert all(one.end == other.start for one, other in zip(parts, parts[1:], strict=False))


def test_the_hour_that_comes_twice_is_two():
    parts = buckets(day(BERLIN, 2024, 10, 27), Step.HOUR, BERLIN)
    assert [part.start.astimezone(BERLIN).hour for part in parts[:5]] == [0, 1, 2, 2, 3]


@pytest.mark.parametrize("zone, minute", [(KOLKATA, 0), (KATHMANDU, 15), (SHANGHAI, 0)])
def test_a_half_hour_begins_by_the_local_clock(zone, minute):
    at = datetime(2024, 9, 18, 3, 17, 42, 999_999, tzinfo=UTC)
    found = half_hour_of(at, zone)
    assert found == at.replace(minute=minute, second=0, microsecond=0)
    assert found.astimezone(zone).minute in (0, 30)


def test_every_zone_has_half_hours_that_begin_at_a_quarter():
    """Marks know quarters of an hour in UTC; a half-hour later the next one begins, also where the clock changes."""
    for name in sorted(available_timezones()):
        zone, at = ZoneInfo(name), datetime(2024, 1, 1, tzinfo=UTC)
        first = half_hour_of(at, zone)
        assert first.minute % 15 == 0, name
        while at < datetime(2026, 1, 1, tzinfo=UTC):
            begin = half_hour_of(at, zone)
            assert (begin - first) % HALF_HOUR == timedelta(0), name
            assert begin <= at < begin + HALF_HOUR, name
            at += timedelta(days=6, hours=23, minutes=11)


def test_weeks_begin_on_monday_and_months_with_the_first():
    span = span_of(date(2024, 8, 29), date(2024, 9, 9), SHANGHAI)  # from a Thursday to a Monday

    def begins(step: Step) -> list[date]:
        return [part.start.astimezone(SHANGHAI).date() for part in buckets(span, step, SHANGHAI)]

    assert begins(Step.WEEK) == [date(2024, 8, 29), date(2024, 9, 2), date(2024, 9, 9)]
    assert begins(Step.MONTH) == [date(2024, 8, 29), date(2024, 9, 1)]
    assert len(begins(Step.DAY)) == 12
    assert buckets(span, Step.MONTH, SHANGHAI)[-1].end == span.end


def test_of_nothing_there_are_no_parts():
    begin = midnight(date(2024, 9, 18), SHANGHAI)
    assert all(buckets(Span(begin, begin), step, SHANGHAI) == [] for step in Step)
