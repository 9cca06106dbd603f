"""How often numbers and people were called: by attempts, and by agents who keyed the number or clicked on it."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from crm.calls.models import Outcome
from crm.calls.months import month_of
from crm.campaigns.attempts.seen import NOT_DIALLED
from crm.campaigns.models import AttemptState

WEEK = timedelta(days=7)
COUNTED = (AttemptState.HANDED, AttemptState.DIALLED, AttemptState.ENDED)
"""Those that were, or may have been, dialled."""
_CALLED = """
WITH number AS MATERIALIZED (SELECT said FROM unnest(%(numbers)s::text[]) AS said),
  person AS MATERIALIZED (SELECT said FROM unnest(%(people)s::bigint[]) AS said)
SELECT call.number, call.customer_id, call.campaign_id, call.called, call.going_on
FROM number, LATERAL (
  SELECT number, customer_id, campaign_id, COALESCE(handed_at, made_at) AS called, state <> 'ended' AS going_on
  FROM campaigns_attempt WHERE number = number.said AND state = ANY(%(counted)s) OFFSET 0
) AS call WHERE call.called > %(week)s OR call.campaign_id = ANY(%(campaigns)s) OR call.going_on
UNION ALL
SELECT call.number, call.customer_id, call.campaign_id, call.called, call.going_on
FROM person, LATERAL (
  SELECT number, customer_id, campaign_id, COALESCE(handed_at, made_at) AS called, state <> 'ended' AS going_on
  FROM campaigns_attempt WHERE customer_id = person.said AND made_at >= %(since)s AND state = ANY(%(counted)s) OFFSET 0
) AS call WHERE call.number NOT IN (SELECT said FROM number)
UNION ALL
SELECT closed.number, closed.customer_id, NULL, NULL, NULL
FROM person JOIN campaigns_closednumber AS closed ON customer_id = person.said
"""
"""Each number, and each person, is looked up in the index by itself (OFFSET keeps the planner from reading all calls);
those of a person are, but for her other numbers, among those of the numbers. The two indexes (``models.attempts``) have
all that is asked for, so the calls themselves, which lie wide apart, are not read."""
_KEYED = """
SELECT DISTINCT call.call_id, call.number_e164, call.customer_id, call.arrived_at, call.outcome
FROM (
  SELECT by_number.* FROM unnest(%(numbers)s::text[]) AS said (number), LATERAL (
    SELECT call_id, number_e164, customer_id, arrived_at, outcome FROM calls_callrecord
    WHERE number_e164 = said.number AND number_e164 <> '' AND arrived_at > %(week)s
      AND month BETWEEN %(first)s AND %(last)s AND direction = 'outbound' OFFSET 0
  ) AS by_number
  UNION ALL
  SELECT by_person.* FROM unnest(%(people)s::bigint[]) AS said (person), LATERAL (
    SELECT call_id, number_e164, customer_id, arrived_at, outcome FROM calls_callrecord
    WHERE customer_id = said.person AND arrived_at > %(week)s
      AND month BETWEEN %(first)s AND %(last)s AND direction = 'outbound' OFFSET 0
  ) AS by_person
) AS call
WHERE call.outcome <> ALL(%(silent)s) AND NOT EXISTS (SELECT FROM campaigns_attempt WHERE id = call.call_id)
"""
"""Calls that nobody ordered for a campaign or a callback: an agent keyed the number, or clicked on it. Of a number that
several customers have it is the number's alone: who was called nobody said. ``silent``: where the customer's phone
cannot have rung."""
ENDLESS = timedelta(days=1)
"""No call is so long: a record that is open for longer lacks its end."""


def since(moments: Sequence[datetime], at: datetime) -> int:
    """How many are not before ``at``; ``moments``: the oldest first."""
    return len(moments) - bisect_left(moments, at)


def frees(moments: Sequence[datetime], cap: int) -> datetime | None:
    """When so many of them (the oldest first) have left the week that one more fits; None while none ever does."""
    return moments[-cap] + WEEK if 0 < cap <= len(moments) else None


@dataclass(frozen=True)
class History:
    """Number, or person → moments of the calls within the last week, the oldest first; (campaign, number) → calls in
    all, of the campaigns that were asked for; numbers and persons who are being called; (number, person) that are
    closed."""

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


def history(numbers: Iterable[str], people: Iterable[int], campaigns: Collection[int], at: datetime) -> History:
    """Two queries, whatever their number."""
    found = History({}, {}, {}, set(), set())
    by_number, by_person, totals = found.numbers, found.people, found.campaigns
    week = at - WEEK
    # A call counts from when it was handed over; it was shown to an agent before that, so the index is asked for more.
    asked = {"numbers": sorted(numbers), "people": sorted(people), "since": week - timedelta(days=1)}
    months = {"week": week, "first": month_of(week), "last": month_of(at)}
    said = {"week": week, "campaigns": list(campaigns), "counted": [state.value for state in COUNTED]}
    with connection.cursor() as cursor:
        cursor.execute(_KEYED, asked | months | {"silent": list(NOT_DIALLED)})
        for _call, number, person, called, outcome in cursor.fetchall():
            if outcome == Outcome.OPEN and called > at - ENDLESS:
                found.going_on.update({number, person} - {None})
            by_number.setdefault(number, []).append(called)
            by_person.setdefault(person, []).append(called)
        cursor.execute(_CALLED, asked | said)
        for number, person, campaign, called, going_on in cursor.fetchall():
            if called is None:
                found.closed.add((number, person))
                continue
            if going_on:
                found.going_on.update((number, person))
            if campaign in campaigns:
                totals[campaign, number] = totals.get((campaign, number), 0) + 1
            if called > week:
                by_number.setdefault(number, []).append(called)
                by_person.setdefault(person, []).append(called)
    for moments in (*by_number.values(), *by_person.values()):
        moments.sort()
    return found
