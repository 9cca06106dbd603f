"""How often numbers and people were called."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from crm.campaigns.models import AttemptState

WEEK = timedelta(days=7)
COUNTED = (AttemptState.HANDED, AttemptState.DIALLED, AttemptState.ENDED)
"""Those that were, or may have been, dialled."""
_CALLED = """
SELECT call.number, call.customer_id, call.campaign_id, call.called, call.going_on
FROM unnest(%(numbers)s::text[]) AS said (number), LATERAL (
  SELECT number, customer_id, campaign_id, COALESCE(handed_at, made_at) AS called, state <> 'ended' AS going_on
  FROM campaigns_attempt WHERE number = said.number AND state = ANY(%(counted)s) OFFSET 0
) AS call
UNION ALL
SELECT call.number, call.customer_id, call.campaign_id, call.called, call.going_on
FROM unnest(%(people)s::bigint[]) AS said (person), LATERAL (
  SELECT number, customer_id, campaign_id, COALESCE(handed_at, made_at) AS called, state <> 'ended' AS going_on
  FROM campaigns_attempt WHERE customer_id = said.person AND made_at >= %(since)s AND state = ANY(%(counted)s) OFFSET 0
) AS call WHERE call.number NOT IN (SELECT unnest(%(numbers)s::text[]))
UNION ALL
SELECT closed.number, closed.customer_id, NULL, NULL, NULL
FROM unnest(%(people)s::bigint[]) AS said (person) JOIN campaigns_closednumber AS closed ON customer_id = said.person
"""
"""Each number, and each person, is looked up in the index by itself (OFFSET keeps the planner from reading all calls);
those of a person are, but for her other numbers, among those of the numbers. The two indexes (``models.attempts``) have
all that is asked for, so the calls themselves, which lie wide apart, are not read."""


def since(moments: Sequence[datetime], at: datetime) -> int:
    """How many are not before ``at``; ``moments``: the oldest first."""
    return len(moments) - bisect_left(moments, at)


def frees(moments: Sequence[datetime], cap: int) -> datetime | None:
    """When so many of them (the oldest first) have left the week that one more fits; None while none ever does."""
    return moments[-cap] + WEEK if 0 < cap <= len(moments) else None


@dataclass(frozen=True)
class History:
    """Number, or person → moments of the calls within the last week, the oldest first; (campaign, number) → calls in
    all; numbers and persons who are being called; (number, person) that are closed."""

    numbers: dict[str, list[datetime]]
    people: dict[int, list[datetime]]
    campaigns: dict[tuple[int, str], int]
    going_on: set[str | int]
    closed: set[tuple[str, int]]

    def add(self, number: str, person: int, campaign: int | None, at: datetime) -> None:
        """One more."""
        insort(self.numbers.setdefault(number, []), at)
        insort(self.people.setdefault(person, []), at)
        self.going_on.update((number, person))
        if campaign is not None:
            self.campaigns[campaign, number] = self.campaigns.get((campaign, number), 0) + 1


def history(numbers: Iterable[str], people: Iterable[int], at: datetime) -> History:
    """One query, whatever their number."""
    found = History({}, {}, {}, set(), set())
    by_number, by_person, totals = found.numbers, found.people, found.campaigns
    week = at - WEEK
    # A call counts from when it was handed over; it was shown to an agent before that, so the index is asked for more.
    asked = {"numbers": sorted(numbers), "people": sorted(people), "since": week - timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(_CALLED, asked | {"counted": [state.value for state in COUNTED]})
        for number, person, campaign, called, going_on in cursor.fetchall():
            if called is None:
                found.closed.add((number, person))
                continue
            if going_on:
                found.going_on.update((number, person))
            if campaign is not None:
                totals[campaign, number] = totals.get((campaign, number), 0) + 1
            if called > week:
                by_number.setdefault(number, []).append(called)
                by_person.setdefault(person, []).append(called)
    for moments in (*by_number.values(), *by_person.values()):
        moments.sort()
    return found
