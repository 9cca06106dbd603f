"""How far campaigns are, counted from rows.

Counting a million leads takes a while, so what was counted is kept for some seconds: longer, the longer it took.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from redis import RedisError

from crm.campaigns.models import Attempt, AttemptState, Lead, LeadState, Verdict

KEPT_S, KEPT_AT_MOST_S = 2.0, 60.0
SHARE = 20
"""At most one part in so many of the database's time goes into counting the same thing again."""


@dataclass
class Reached:
    """Leads of one campaign. ``tried``: at least once; ``due``: those that are still to be called."""

    total: int = 0
    tried: int = 0
    due: int = 0
    claimed: int = 0
    callback: int = 0
    closed: int = 0

    @property
    def penetration(self) -> float | None:
        return self.tried / self.total if self.total else None


@dataclass
class Dialled:
    """Attempts of one campaign. ``dials``: the customer's phone rang, or might have; ``answered``: it was picked up;
    ``joined``: with an agent; ``right``: the outcome was noted, and it was the right person; ``success``: of these."""

    dials: int = 0
    answered: int = 0
    joined: int = 0
    right: int = 0
    success: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    """Outcome → attempts that are over, dialled or not."""


def reached(campaigns: Iterable[int]) -> dict[int, Reached]:
    """One for each id."""
    ids = sorted(set(campaigns))
    return {pk: Reached(**kept(f"reached:{pk}", lambda pk=pk: asdict(_reached(pk)))) for pk in ids}


def dialled(campaigns: Iterable[int]) -> dict[int, Dialled]:
    """One for each id."""
    ids = sorted(set(campaigns))
    return {pk: Dialled(**kept(f"dialled:{pk}", lambda pk=pk: asdict(_dialled(pk)))) for pk in ids}


def kept(name: str, count: Callable[[], Any]) -> Any:
    """What ``count`` says, or said a moment ago."""
    key = f"campaigns:{name}"
    try:
        if (found := cache.get(key)) is not None:
            return found
    except RedisError:
        return count()
    begun = time.monotonic()
    told = count()
    took = time.monotonic() - begun
    try:
        cache.set(key, told, min(max(KEPT_S, took * SHARE), KEPT_AT_MOST_S))
    except RedisError:
        pass
    return told


def _reached(campaign: int) -> Reached:
    states = dict(Lead.objects.filter(campaign=campaign).values_list("state").annotate(n=Count("pk")).order_by())
    tried = Lead.objects.filter(campaign=campaign, tried_at__isnull=False).count()
    return Reached(
        total=sum(states.values()), tried=tried, due=states.get(LeadState.OPEN, 0),
        claimed=states.get(LeadState.CLAIMED, 0), callback=states.get(LeadState.CALLBACK, 0),
        closed=states.get(LeadState.CLOSED, 0),
    )  # fmt: skip


def _dialled(campaign: int) -> Dialled:
    mine = Attempt.objects.filter(campaign=campaign)
    right = [verdict for verdict in Verdict.values if verdict != Verdict.WRONG_PARTY]
    sums = mine.aggregate(
        dials=Count("pk", filter=Q(dialled_at__isnull=False) & ~Q(state=AttemptState.RETURNED)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        joined=Count("pk", filter=Q(joined_at__isnull=False)),
        right=Count("pk", filter=Q(verdict__in=right)),
        success=Count("pk", filter=Q(verdict=Verdict.SUCCESS)),
    )
    over = mine.filter(state__in=[AttemptState.ENDED, AttemptState.RETURNED]).exclude(outcome="")
    outcomes = dict(over.values_list("outcome").annotate(n=Count("pk")).order_by("-n"))
    return Dialled(**sums, outcomes=outcomes)
