"""When a number may be called, by the hours of a campaign at the callee's place.

A number may be called only while it is in hours in every zone in which she may be (the strictest of all). Hours are
read off the clock on her wall: where clocks are put back, an hour that comes twice counts twice; where they are put
forward, what the clock leaps over is not there.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.zones import clocks
from crm.campaigns.models import Rules

LOOK_DAYS = 40
"""How far ahead ``next_open`` looks."""
_DAY = timedelta(days=1)


def open_until(rules: Rules, zone: str, at: datetime, holidays: Holidays) -> datetime | None:
    """When the hours end that are on at ``at``, in whichever zone they end first; None = closed now, or nobody knows
    where the number is."""
    ends = [_until(rules, clock, zone, at, holidays) for clock in clocks(zone)]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def windows_on(rules: Rules, zone: str, at: datetime) -> list[list[str] | None]:
    """For each clock of the zone, in the order of ``clocks``, the period of its day that is on, as ``HH:MM``; None
    where none is. Holidays do not count."""
    return [_window(rules, clock, at) for clock in clocks(zone)]


def next_open(rules: Rules, zone: str, at: datetime, holidays: Holidays) -> datetime | None:
    """The first moment from ``at`` on at which the hours are on; None if there is none within ``LOOK_DAYS``."""
    if open_until(rules, zone, at, holidays) is not None:
        return at
    begin = at.astimezone(UTC).date() - _DAY
    for step in range(LOOK_DAYS):
        starts = {start for clock in clocks(zone) for start in _starts(rules, clock, begin + step * _DAY) if start > at}
        for start in sorted(starts):
            if open_until(rules, zone, start, holidays) is not None:
                return start
    return None


@lru_cache(maxsize=4096)
def wall(text: str) -> timedelta:
    """``HH:MM`` (``24:00`` too) as the time since midnight. ValueError."""
    hours, _colon, minutes = text.partition(":")
    found = timedelta(hours=int(hours), minutes=int(minutes))
    if not timedelta() <= found <= _DAY or int(minutes) > 59:
        raise ValueError(text)
    return found


def day_begin(zone: str, at: datetime) -> datetime:
    """The beginning of the day that it is at the callee's place, where it began first."""
    found = [instant(at.astimezone(clock).date(), timedelta(), clock) for clock in clocks(zone)]
    return min(found, default=at - _DAY)


def day_end(zone: str, at: datetime) -> datetime:
    """The end of the day that it is at the callee's place, where it ends last."""
    found = [instant(at.astimezone(clock).date() + _DAY, timedelta(), clock) for clock in clocks(zone)]
    return max(found, default=at + _DAY)


@lru_cache(maxsize=65536)
def instant(day: date, since: timedelta, clock: ZoneInfo) -> datetime:
    """The first moment (UTC) at which a clock on the wall shows that time of that day, or a later one."""
    shown = datetime.combine(day, time()) + since
    first, second = (shown.replace(tzinfo=clock, fold=fold).astimezone(UTC) for fold in (0, 1))
    if second >= first:  # of a time that comes twice the first one
        return first
    return _leap(second, first, clock)  # of a time that the clock leaps over, the moment of the leap


def _window(rules: Rules, clock: ZoneInfo, at: datetime) -> list[str] | None:
    day, shown = _shown(at, clock)
    said = rules.hours[day.weekday()] if len(rules.hours) == 7 else []
    return next(([begin, end] for begin, end in said if wall(begin) <= shown < wall(end)), None)


def _until(rules: Rules, clock: ZoneInfo, zone: str, at: datetime, holidays: Holidays) -> datetime | None:
    day, shown = _shown(at, clock)
    if rules.holidays and holidays.holds(day, zone):
        return None
    for begin, end in _periods(rules, day):
        if begin <= shown < end:
            return _end(day, begin, end, clock, at)
    return None


def _end(day: date, begin: timedelta, end: timedelta, clock: ZoneInfo, at: datetime) -> datetime:
    found = instant(day, end, clock)
    if found <= at:  # the clock was put back meanwhile, so the end comes once more
        found = (datetime.combine(day, time()) + end).replace(tzinfo=clock, fold=1).astimezone(UTC)
    if (found - timedelta(seconds=1)).astimezone(clock).utcoffset() != at.astimezone(clock).utcoffset():
        leap = _leap(at, found, clock)
        then, shown = _shown(leap, clock)
        if then != day or not begin <= shown < end:  # put back to before the beginning, or forward over the end
            return leap
    return found


def _leap(low: datetime, high: datetime, clock: ZoneInfo) -> datetime:
    """The moment between the two at which the clock is put forward or back."""
    before = low.astimezone(clock).utcoffset()
    low, high = low.astimezone(UTC), high.astimezone(UTC)
    while high - low > timedelta(milliseconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(clock).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _shown(at: datetime, clock: ZoneInfo) -> tuple[date, timedelta]:
    """Day and time of day on the wall."""
    local = at.astimezone(clock)
    return local.date(), local.replace(tzinfo=None) - datetime.combine(local.date(), time())


def _starts(rules: Rules, clock: ZoneInfo, day: date) -> Iterator[datetime]:
    for begin, _end_of in _periods(rules, day):
        first = instant(day, begin, clock)
        yield first
        again = (datetime.combine(day, time()) + begin).replace(tzinfo=clock, fold=1).astimezone(UTC)
        if again > first:
            yield again


def _periods(rules: Rules, day: date) -> list[tuple[timedelta, timedelta]]:
    week = rules.hours
    return [(wall(begin), wall(end)) for begin, end in week[day.weekday()]] if len(week) == 7 else []
