"""How often numbers and people were called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from crm import among  # noqa: F401  the lookup
from crm.campaigns.models import Attempt, AttemptState

WEEK = timedelta(days=7)
COUNTED = (AttemptState.HANDED, AttemptState.DIALLED, AttemptState.ENDED)
"""Those that were, or may have been, dialled."""
GOING_ON = (AttemptState.HANDED, AttemptState.DIALLED)


def since(moments: Sequence[datetime], at: datetime) -> int:
    """How many are not before ``at``."""
    return sum(moment >= at for moment in moments)


def frees(moments: Sequence[datetime], cap: int) -> datetime | None:
    """When so many of them (the oldest first) have left the week that one more fits; None while none ever does."""
    return moments[-cap] + WEEK if 0 < cap <= len(moments) else None


@dataclass(frozen=True)
class History:
    """Number, or person → moments of the calls within the last week, the oldest first; (campaign, number) → calls in
    all; numbers and persons who are being called."""

    numbers: dict[str, list[datetime]]
    people: dict[int, list[datetime]]
    campaigns: dict[tuple[int, str], int]
    going_on: set[str | int]

    def add(self, number: str, person: int, campaign: int | None, at: datetime) -> None:
        """One more."""
        self.numbers.setdefault(number, []).append(at)
        self.people.setdefault(person, []).append(at)
        self.going_on.update((number, person))
        if campaign is not None:
            self.campaigns[campaign, number] = self.campaigns.get((campaign, number), 0) + 1


def history(numbers: Iterable[str], people: Iterable[int], at: datetime) -> History:
    """Two queries, whatever their number."""
    numbers, people = set(numbers), set(people)
    # A call counts from when it was handed over; it was shown to an agent before that, so the index is asked for more.
    begin = at - WEEK - timedelta(days=1)
    said = Attempt.objects.filter(state__in=COUNTED).annotate(called=Coalesce("handed_at", "made_at")).order_by()
    by_number: dict[str, list[datetime]] = {}
    by_person: dict[int, list[datetime]] = {}
    totals: dict[tuple[int, str], int] = {}
    going_on: set[str | int] = set()
    counted = ("campaign_id", "called", "state")
    for number, campaign, called, state in said.filter(number__among=numbers).values_list("number", *counted):
        if state in GOING_ON:
            going_on.add(number)
        if campaign is not None:
            totals[campaign, number] = totals.get((campaign, number), 0) + 1
        if called > at - WEEK:
            by_number.setdefault(number, []).append(called)
    recent = Q(customer_id__among=people, made_at__gte=begin)
    for person, called, state in said.filter(recent).values_list("customer_id", "called", "state"):
        if state in GOING_ON:
            going_on.add(person)
        if called > at - WEEK:
            by_person.setdefault(person, []).append(called)
    for moments in (*by_number.values(), *by_person.values()):
        moments.sort()
    return History(by_number, by_person, totals, going_on)
