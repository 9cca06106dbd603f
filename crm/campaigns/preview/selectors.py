"""What an agent may call before she is asked to: her campaigns, and the leads of manual ones."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from crm.accounts.models import User
from crm.campaigns.guard.there import running
from crm.campaigns.models import Attempt, AttemptState, Campaign, CampaignState, Lead, LeadState, Mode
from crm.campaigns.running.members import members

PASSED_ON = ("skipped", "expired")
AWAY = timedelta(minutes=30)
"""So long she does not get a lead again that she passed on."""
PAGE = 50


@dataclass(frozen=True)
class Leads:
    """A page of leads with their customers; ``after``: id of the last, 0 when no more follow."""

    rows: list[Lead]
    after: int


def campaigns_of(user: User, at: datetime, modes: Collection[str] = Mode.values) -> list[Campaign]:
    """Those that run and for which she works, the most important first."""
    skilled = Q(skill_group=None) | Q(skill_group__memberships__user=user)
    found = Campaign.objects.filter(skilled, state=CampaignState.RUNNING, mode__in=modes)
    ordered = found.prefetch_related("departments").order_by("-priority", "pk").distinct()
    return [one for one in ordered if running(one, at) and members(one).filter(pk=user.pk).exists()]


def leads_not_passed_on(user: User, ids: Iterable[int], at: datetime) -> list[int]:
    """Those of the leads, in their order, that she did not pass on a short while ago."""
    ids = list(ids)
    hers = Attempt.objects.filter(
        lead__in=ids, agent=user, outcome__in=PASSED_ON, state=AttemptState.RETURNED, ended_at__gt=at - AWAY
    )
    passed_on = set(hers.values_list("lead_id", flat=True))
    return [pk for pk in ids if pk not in passed_on]


def leads_open(user: User, campaign_id: int, at: datetime, *, after: int = 0) -> Leads:
    """A page of a manual campaign's leads that are due, by id; none of a campaign that is not hers."""
    campaign = next((one for one in campaigns_of(user, at, (Mode.MANUAL,)) if one.pk == campaign_id), None)
    if campaign is None:
        return Leads([], 0)
    due = Lead.objects.filter(campaign=campaign, state=LeadState.OPEN, due_at__lte=at, pk__gt=after)
    rows = list(due.select_related("customer", "campaign").order_by("pk")[: PAGE + 1])
    return Leads(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0)
