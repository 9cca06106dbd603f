"""When a mailing is due. Pure: days and times are those of a zone's wall clock."""

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"


def next_due(rhythm: str, day: int, at: time, after: datetime, zone: tzinfo) -> datetime:
    """The first due time (UTC) after an instant. ``day``: of the week (0 = Monday) or of the month; a month that is
    shorter has it on its last day. A time that a clock leaves out is that much later; of one that comes twice it is the
    first."""
    first = after.astimezone(zone).date()
    for ahead in range(-1, 63):
        candidate = first + timedelta(days=ahead)
        if _falls(rhythm, day, candidate):
            due = datetime.combine(candidate, at, zone).astimezone(UTC)
            if due > after:
                return due
    raise ValueError(f"{rhythm} on {day} never is")


def last_due(rhythm: str, day: int, at: time, since: datetime, until: datetime, zone: tzinfo) -> datetime:
    """The last due time from ``since`` (itself one) up to ``until``."""
    due = since
    while (later := next_due(rhythm, day, at, due, zone)) <= until:
        due = later
    return due


def _falls(rhythm: str, day: int, on: date) -> bool:
    match rhythm:
        case "weekly":
            return on.weekday() == day
        case "monthly":
            return on.day == min(day, calendar.monthrange(on.year, on.month)[1])
    return True
