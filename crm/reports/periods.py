"""Half-hours, hours, days, weeks and months of a local wall clock, as spans of instants. Pure.

A half-hour begins at :00 and :30 of the zone's own clock, so in a zone of +5:45 at :15 and :45 UTC. A day has 46, 48 or
50 of them. Where the clock is put back, the hour that comes twice is two hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

HALF_HOUR = timedelta(minutes=30)


class Step(StrEnum):
    """How long a row of a report is."""

    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """[start, end), both UTC."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


def midnight(day: date, zone: tzinfo) -> datetime:
    """The instant (UTC) with which the local day begins; where a clock leaves midnight out, that of the leap."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def span_of(day_from: date, day_until: date, zone: tzinfo) -> Span:
    """Of whole local days, both ends included."""
    return Span(midnight(day_from, zone), midnight(day_until + timedelta(days=1), zone))


def month_of(at: datetime, zone: tzinfo) -> Span:
    """The local month in which the instant lies."""
    first = at.astimezone(zone).date().replace(day=1)
    return Span(midnight(first, zone), midnight((first + timedelta(days=31)).replace(day=1), zone))


def half_hour_of(at: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) with which the half-hour of an instant begins."""
    local = at.astimezone(zone)
    into = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    return at.astimezone(UTC) - into


def days(span: Span, zone: tzinfo) -> Iterator[date]:
    """Local days that the span touches."""
    day = span.start.astimezone(zone).date()
    while midnight(day, zone) < span.end:
        yield day
        day += timedelta(days=1)


def buckets(span: Span, step: Step, zone: tzinfo) -> list[Span]:
    """The parts of the span, gapless and in order; the first and the last may be shorter than the step."""
    if span.start >= span.end:
        return []
    if step in (Step.HALF_HOUR, Step.HOUR):
        return _of_the_clock(span, step, zone)
    begins = [span.start]
    for day in days(span, zone):
        begin = midnight(day, zone)
        if begin > span.start and _opens(day, step):
            begins.append(begin)
    return _spans(begins, span.end)


def _opens(day: date, step: Step) -> bool:
    """Whether a week (from Monday) or a month begins with the day."""
    return step == Step.DAY or (day.weekday() == 0 if step == Step.WEEK else day.day == 1)


def _of_the_clock(span: Span, step: Step, zone: tzinfo) -> list[Span]:
    begins: list[datetime] = []
    seen = None
    at = half_hour_of(span.start, zone)
    while at < span.end:
        local = at.astimezone(zone)
        label = at if step == Step.HALF_HOUR else (local.date(), local.hour, local.utcoffset())
        if label != seen:
            begins.append(max(at, span.start))
        seen = label
        at += HALF_HOUR
    return _spans(begins, span.end)


def _spans(begins: list[datetime], end: datetime) -> list[Span]:
    return [Span(begin, after) for begin, after in zip(begins, [*begins[1:], end], strict=True)]
