"""What comes after a call that did not settle a lead. Pure: rules, what was tried, what came of it and when.

An outcome has its rule (``Rules.retries``): so many times in a row it is waited for some minutes, then comes the next
day, the customer's next number, or the end. A moment that falls outside hours moves on to where they begin; with
``part`` it moves on to another part of the day than the one in which she was not reached. That it ends is the guard's
doing: each call counts against the campaign's cap of the number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import day_end, instant, next_open
from crm.campaigns.hours.zones import clocks
from crm.campaigns.models import Rules

WAIT, NUMBER, CLOSE = "wait", "number", "close"
ALIKE = {"unknown": "failed", "cancelled": "no_answer"}
"""Outcomes that follow another's rule: nobody saw what became of it; the agent gave it up while it rang."""
FREE = frozenset({"failed"})
"""What the network failed does not count among a lead's attempts."""
ABANDONED = {"after": 72 * 60, "times": 1, "then": CLOSE}
"""She answered and nobody was there: three days of rest."""
UNRULED = {"after": 240, "times": 1, "then": CLOSE}
PARTS = (timedelta(hours=12), timedelta(hours=17))
"""Where the afternoon and the evening begin."""


@dataclass(frozen=True)
class Tried:
    """``row``: how often in a row ``outcome`` came before; ``zone``: of the number that was called."""

    row: int
    outcome: str
    zone: str


@dataclass(frozen=True)
class Plan:
    """``then``: wait, number or close. ``due_at``: the earliest moment of the next call; of ``number`` without a look
    at the hours of that number."""

    then: str
    due_at: datetime
    row: int


def plan(rules: Rules, tried: Tried, outcome: str, at: datetime, holidays: Holidays) -> Plan:
    """``at``: when the call ended."""
    rule = rule_of(rules, outcome)
    row = tried.row + 1 if outcome == tried.outcome else 1
    due = at + timedelta(minutes=int(rule.get("after", 0)))
    if row <= int(rule.get("times", 0)):
        if rule.get("part"):
            due = _other_part(rules, tried.zone, at, due, holidays)
        return Plan(WAIT, opening(rules, tried.zone, due, holidays), row)
    if rule.get("then") == "day":
        return Plan(WAIT, opening(rules, tried.zone, max(due, day_end(tried.zone, at)), holidays), 0)
    if rule.get("then") == NUMBER:
        return Plan(NUMBER, due, 0)
    return Plan(CLOSE, due, row)


def rule_of(rules: Rules, outcome: str) -> dict[str, Any]:
    if outcome == "abandoned":
        return ABANDONED
    return rules.retries.get(outcome) or rules.retries.get(ALIKE.get(outcome, "")) or UNRULED


def opening(rules: Rules, zone: str, due: datetime, holidays: Holidays) -> datetime:
    """The first moment in hours from then on; where hours never begin, a day later, when it is looked at again."""
    return next_open(rules, zone, due, holidays) or due + timedelta(days=1)


def _other_part(rules: Rules, zone: str, at: datetime, due: datetime, holidays: Holidays) -> datetime:
    """``due``, or where hours next are on in another part of the day; a day later it may be the same part again."""
    if not clocks(zone):
        return due
    clock = clocks(zone)[0]
    tried = part_of(at, zone)
    found = opening(rules, zone, due, holidays)
    while part_of(found, zone) == tried and found < at + timedelta(hours=20):
        day = found.astimezone(clock).date()
        bounds = [instant(day, since, clock) for since in (*PARTS, timedelta(days=1))]
        found = opening(rules, zone, next(bound for bound in bounds if bound > found), holidays)
    return found


def part_of(at: datetime, zone: str) -> int:
    """0 in the morning, 1 in the afternoon, 2 in the evening, by the first of the zones."""
    local = at.astimezone(clocks(zone)[0])
    return sum(timedelta(hours=local.hour, minutes=local.minute) >= bound for bound in PARTS)
