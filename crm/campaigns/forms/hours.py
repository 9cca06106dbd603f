"""The grid of hours: for each weekday some periods, each from a time to a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS

SLOTS = 3
"""Periods that the grid has room for, at least."""


@dataclass(frozen=True)
class Day:
    """``slots``: number, begin and end as the browser's fields write them."""

    number: int
    name: Any
    slots: list[tuple[int, str, str]]


def hours_shown(hours: list[list[list[str]]]) -> list[Day]:
    """The end of a day is shown as the next one's 00:00: a field of time knows no 24:00."""
    width = max([SLOTS, *(len(day) for day in hours)])
    days = []
    for number, day in enumerate(hours):
        periods = [(begin, "00:00" if end == "24:00" else end) for begin, end in day]
        filled = periods + [("", "")] * (width - len(periods))
        days.append(Day(number, WEEKDAYS[number], [(slot, *period) for slot, period in enumerate(filled)]))
    return days


def hours_typed(data: Mapping[str, str]) -> list[list[list[str]]]:
    """From the grid's fields; a period of which one end is missing keeps it, and is refused by the check."""
    hours: list[list[list[str]]] = []
    for number in range(7):
        day = []
        for slot in range(SLOTS * 2):
            begin, end = (data.get(f"hours_{number}_{slot}_{side}", "").strip()[:5] for side in ("from", "to"))
            if begin or end:
                day.append([begin, "24:00" if end == "00:00" else end])
        hours.append(day)
    return hours
