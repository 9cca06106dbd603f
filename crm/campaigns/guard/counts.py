"""How often numbers and people were called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from crm.campaigns.models import Attempt, AttemptState

WEEK = timedelta(days=7)
COUNTED = (AttemptState.HANDED, AttemptState.DIALLED, AttemptState.ENDED)
"""Those that were, or may have been, dialled."""


@dataclass(frozen=True)
class Counts:
    """Moments of the calls of a number or a person within the last week, the oldest first."""

    moments: tuple[datetime, ...] = ()

    def since(self, at: datetime) -> int:
        return sum(moment >= at for moment in self.moments)

    def frees(self, cap: int) -> datetime | None:
        """When so many have left the week that one more fits; None while the cap allows none at all."""
        return self.moments[-cap] + WEEK if 0 < cap <= len(self.moments) else None


@dataclass(frozen=True)
class History:
    """``campaigns``: (campaign, number) → calls in all."""

    numbers: dict[str, Counts]
    people: dict[int, Counts]
    campaigns: dict[tuple[int, str], int]


def history(numbers: Iterable[str], people: Iterable[int], at: datetime) -> History:
    """Two queries, whatever their number."""
    numbers, people = set(numbers), set(people)
    # A call counts from when it was handed over; it was shown to an agent before that, so the index is asked for more.
    begin = at - WEEK - timedelta(days=1)
    said = Attempt.objects.filter(state__in=COUNTED).annotate(since=Coalesce("handed_at", "made_at")).order_by()
    by_number: dict[str, list[datetime]] = {}
    by_person: dict[int, list[datetime]] = {}
    totals: dict[tuple[int, str], int] = {}
    for number, campaign, since in said.filter(number__in=numbers).values_list("number", "campaign_id", "since"):
        if campaign is not None:
            totals[campaign, number] = totals.get((campaign, number), 0) + 1
        if since > at - WEEK:
            by_number.setdefault(number, []).append(since)
    recent = Q(customer_id__in=people, made_at__gte=begin)
    for person, since in said.filter(recent).values_list("customer_id", "since"):
        if since > at - WEEK:
            by_person.setdefault(person, []).append(since)
    return History(
        {number: Counts(tuple(sorted(moments))) for number, moments in by_number.items()},
        {person: Counts(tuple(sorted(moments))) for person, moments in by_person.items()},
        totals,
    )
