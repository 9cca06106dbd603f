"""Campaigns end by the clock: at their own end, and a day after everybody was finished with.

A day, for within it an agent may still say otherwise of a call, which opens its lead again; and whoever takes
customers in each day keeps one campaign going. Nothing is dialled meanwhile: there is nobody to be called.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.campaigns.models import (
    Attempt,
    AttemptState,
    Callback,
    CallbackState,
    Campaign,
    CampaignState,
    Fill,
    FillState,
    Lead,
    LeadState,
    Over,
)
from crm.campaigns.running.services import campaign_over

DONE_FOR = timedelta(days=1)
_LIVE = (CampaignState.RUNNING, CampaignState.PAUSED)


def campaigns_end(at: datetime) -> int:
    """Ends those whose time is over or that are through; how many."""
    late = Campaign.objects.filter(state__in=_LIVE, ends_at__lte=at)
    ended = sum(_end(pk, Over.TIME, at) for pk in list(late.values_list("pk", flat=True)))
    through = _through().filter(run_since__lte=at - DONE_FOR)
    return ended + sum(_end(pk, Over.DONE, at) for pk in list(through.values_list("pk", flat=True)))


def ends_itself(campaign: Campaign) -> datetime | None:
    """When it will end because everybody was finished with; None while somebody is left, or nobody was ever there."""
    if campaign.run_since is None or not _through().filter(pk=campaign.pk).exists():
        return None
    newest = Attempt.objects.filter(campaign=campaign).order_by("-made_at").values_list("made_at", flat=True).first()
    filled = Fill.objects.filter(campaign=campaign, done_at__isnull=False).order_by("-done_at")
    taken = filled.values_list("done_at", flat=True).first()
    return max(filter(None, (campaign.run_since, newest, taken))) + DONE_FOR


def _through() -> QuerySet[Campaign]:
    """Running ones that have leads, of which none is left and none is worked at."""
    leads = Lead.objects.filter(campaign=OuterRef("pk"))
    left = leads.filter(state__in=[LeadState.OPEN, LeadState.CLAIMED, LeadState.CALLBACK])
    fills = Fill.objects.filter(campaign=OuterRef("pk"), state__in=[FillState.WAITING, FillState.WORKING])
    agreed = Callback.objects.filter(
        campaign=OuterRef("pk"), state__in=[CallbackState.WAITING, CallbackState.CALLED]
    )  # fmt: skip
    return Campaign.objects.filter(
        Exists(leads), ~Exists(left), ~Exists(fills), ~Exists(agreed), ~Exists(_worked()), state=CampaignState.RUNNING
    )


def _worked() -> QuerySet[Attempt]:
    open_ones = Q(state__in=[AttemptState.SHOWN, AttemptState.HANDED, AttemptState.DIALLED])
    unsaid = Q(state=AttemptState.ENDED, outcome="answered", verdict="")
    return Attempt.objects.filter(open_ones | unsaid, campaign=OuterRef("pk"))


@transaction.atomic
def _end(pk: int, why: str, at: datetime) -> bool:
    """Asked again while its row is held: who gave it a later end, or customers, was quicker."""
    campaign = Campaign.objects.select_for_update(skip_locked=True).filter(pk=pk, state__in=_LIVE).first()
    if campaign is None:
        return False
    if why == Over.TIME:
        over = campaign.ends_at is not None and campaign.ends_at <= at
    else:
        moment = ends_itself(campaign)
        over = moment is not None and moment <= at
    if over:
        campaign_over(campaign, why, at)
    return over
