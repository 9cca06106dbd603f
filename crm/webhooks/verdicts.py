"""What an answer means, and when to try again. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from crm.outward.client import Answer

GIVEN_UP_AFTER = timedelta(hours=24)
STEPS_S = (5, 10, 20, 40, 90, 180, 300, 600, 900, 1800)
"""Between the first tries; then the last one again and again."""
LONGEST_S = 3600
"""Longer than so no receiver may ask us to wait."""
WRONG = frozenset({400, 413, 415, 422})
"""Answers that speak of this request and not of the receiver: sent again it would be refused again."""
REFUSED_TIMES = 3
"""So often one event must be refused as wrong before it is put aside: a receiver in the middle of its own change of
version is given a moment."""


class Verdict(StrEnum):
    TAKEN = "taken"
    WRONG = "wrong"
    GONE = "gone"
    LATER = "later"


def verdict(answer: Answer) -> Verdict:
    if answer.good:
        return Verdict.TAKEN
    if answer.status == 410:
        return Verdict.GONE
    return Verdict.WRONG if answer.status in WRONG else Verdict.LATER


def wait(tries: int, *, spread: float, asked: str = "") -> timedelta:
    """How long until the next try, after ``tries`` failures in a row. ``spread`` (0 to 1) is thrown by the caller: not
    all come at once when a receiver is back. ``asked``: its Retry-After in seconds."""
    if asked.isascii() and asked.isdigit() and len(asked) < 7:
        return timedelta(seconds=min(max(int(asked), 1), LONGEST_S))
    step = STEPS_S[min(max(tries, 1), len(STEPS_S)) - 1]
    return timedelta(seconds=step * (0.75 + spread / 2))


def is_given_up(told_at: datetime, now: datetime) -> bool:
    return now - told_at >= GIVEN_UP_AFTER
