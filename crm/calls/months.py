"""The months by which the rows of calls are stored. Pure.

A record, a visit and an offer lie in the month (UTC) of the earliest time that was told of them when their row was
made; what is told later never moves them. A call lives less than a month, so whatever belongs to it lies in the month
of any of its times, the one before or the one after.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache

_DAY = 86_400_000_000


def month_of(instant: datetime) -> date:
    """The first day of the instant's month."""
    return instant.astimezone(UTC).date().replace(day=1)


def next_month(month: date, more: int = 1) -> date:
    """``more`` months on, or back."""
    place = month.year * 12 + month.month - 1 + more
    return date(place // 12, place % 12 + 1, 1)


def around(moments: Iterable[int]) -> list[date]:
    """The months of microseconds since the epoch, and those beside them."""
    days = {micros // _DAY for micros in moments}
    return sorted({near for month in {_month_of_day(day) for day in days} for near in _beside(month)})


def between(since: datetime, until: datetime) -> tuple[date, date]:
    """First and last month in which rows of calls from a half-open span of time can lie: for ``month__range``."""
    return next_month(month_of(since), -1), next_month(month_of(until))


@lru_cache(maxsize=4096)
def _month_of_day(day: int) -> date:
    return datetime.fromtimestamp(day * 86_400, UTC).date().replace(day=1)


@lru_cache(maxsize=512)
def _beside(month: date) -> tuple[date, ...]:
    return next_month(month, -1), month, next_month(month)
