"""What the daemon is told of campaigns: those that dial by themselves, while they run."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from crm.campaigns.models import Campaign, CampaignState, Mode
from crm.campaigns.running.members import members
from switchctl.contract import directory


def campaigns_working(at: datetime) -> QuerySet[Campaign]:
    """Those that run at the moment: started, not paused, between their two moments."""
    begun = Q(starts_at=None) | Q(starts_at__lte=at)
    return Campaign.objects.filter(begun, Q(ends_at=None) | Q(ends_at__gt=at), state=CampaignState.RUNNING)


def directory_campaigns(logins: Mapping[int, str], at: datetime | None = None) -> tuple[directory.Campaign, ...]:
    """Progressive ones that run now, in a stable order. ``logins``: id → login of the directory's agents."""
    dialling = campaigns_working(at or timezone.now()).filter(mode=Mode.PROGRESSIVE).order_by("pk")
    return tuple(
        directory.Campaign(
            id=str(campaign.pk),
            members=tuple(sorted(logins[pk] for pk in members(campaign).values_list("pk", flat=True) if pk in logins)),
            priority=campaign.priority,
            lines=campaign.lines,
            blending=campaign.blending,
            keep_ready=campaign.keep_ready,
        )
        for campaign in dialling.prefetch_related("departments")
    )
