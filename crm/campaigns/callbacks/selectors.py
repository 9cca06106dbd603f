"""Whose callbacks there are, and which are due."""

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from crm.access.holding import reach
from crm.accounts.models import User
from crm.campaigns.models import Callback, CallbackState, Campaign, CampaignState

OPEN = (CallbackState.WAITING, CallbackState.CALLED)


def callbacks_of(user: User) -> QuerySet[Callback]:
    """Hers, those of the pool that she made, and with ``callbacks.manage`` those of whom it covers, by agent, or by
    maker where they are the pool's."""
    hers = Q(agent=user) | Q(agent=None, made_by=user)
    reached = reach(user, "callbacks.manage")
    found = Callback.objects.select_related("customer", "campaign", "agent", "made_by")
    if reached.everything:
        return found
    if reached:
        people = reached.users().values("pk")
        hers |= Q(agent__in=people) | Q(agent=None, made_by__in=people)
    return found.filter(hers)


def callbacks_due(at: datetime) -> QuerySet[Callback]:
    """Those whose time has come, the longest due first."""
    due = Coalesce(F("next_at"), F("due_at"))
    waiting = Callback.objects.filter(state=CallbackState.WAITING, due_at__lte=at)
    return waiting.annotate(now_at=due).filter(now_at__lte=at).order_by("due_at", "pk")


def callbacks_after(campaign: Campaign) -> int:
    """How many were agreed for a time after its end, though it may have been given that end later."""
    if campaign.ends_at is None or campaign.state == CampaignState.ENDED:
        return 0
    return Callback.objects.filter(campaign=campaign, state__in=OPEN, due_at__gte=campaign.ends_at).count()


def callbacks_hers(user: User) -> QuerySet[Callback]:
    """Her own that are still to be made, for her desk: the next first."""
    mine = Callback.objects.filter(agent=user, state__in=OPEN)
    return mine.select_related("customer", "campaign").order_by("due_at", "pk")
