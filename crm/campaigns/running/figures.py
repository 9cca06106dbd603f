"""How far campaigns are, counted from rows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count, Max, Q

from crm.campaigns.models import Attempt, AttemptState, Campaign, CampaignState, Lead, LeadState, Verdict
from crm.campaigns.running.keeping import kept, recount


@dataclass
class Reached:
    """Leads of one campaign. ``tried``: at least once; ``due``: those that are still to be called."""

    total: int = 0
    tried: int = 0
    due: int = 0
    claimed: int = 0
    callback: int = 0
    closed: int = 0
    ahead: list[tuple[str, int, datetime]] = field(default_factory=list)
    """Of those that are not closed: zones of the number, how many, and the last moment at which one of them is due."""

    outcomes: list[str] = field(default_factory=list)
    """Last outcomes that there are."""

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
    return {pk: Reached(**_kept("reached", pk)) for pk in sorted(set(campaigns))}


def dialled(campaigns: Iterable[int]) -> dict[int, Dialled]:
    """One for each id."""
    return {pk: Dialled(**_kept("dialled", pk)) for pk in sorted(set(campaigns))}


def figures_recount() -> int:
    """The workers' part of ``keeping``. How many were counted."""
    alive = Campaign.objects.filter(state__in=[CampaignState.RUNNING, CampaignState.PAUSED])
    return recount(COUNTS, list(alive.values_list("pk", flat=True)))


def _kept(what: str, campaign: int) -> dict[str, Any]:
    told: dict[str, Any] = kept(f"{what}:{campaign}", partial(COUNTS[what], campaign), background=True)
    return told


def _reached(campaign: int) -> dict[str, Any]:
    """All of it in one walk over the leads."""
    found = Reached()
    ahead: dict[str, tuple[int, datetime]] = {}
    outcomes: set[str] = set()
    sums = Lead.objects.filter(campaign=campaign).values_list("state", "zone", "outcome").order_by()
    for state, zone, outcome, n, tried, due in sums.annotate(n=Count("pk"), tried=Count("tried_at"), due=Max("due_at")):
        found.total += n
        outcomes.add(outcome)
        found.tried += tried
        setattr(found, _FIELDS[state], getattr(found, _FIELDS[state]) + n)
        if state != LeadState.CLOSED:
            more, last = ahead.get(zone, (0, due))
            ahead[zone] = (more + n, max(last, due))
    found.ahead = [(zone, n, due) for zone, (n, due) in sorted(ahead.items())]
    found.outcomes = sorted(outcomes - {""})
    return asdict(found)


def _dialled(campaign: int) -> dict[str, Any]:
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
    return asdict(Dialled(**sums, outcomes=outcomes))


COUNTS = {"reached": _reached, "dialled": _dialled}
_FIELDS = {
    LeadState.OPEN: "due", LeadState.CLAIMED: "claimed", LeadState.CALLBACK: "callback", LeadState.CLOSED: "closed",
}  # fmt: skip
