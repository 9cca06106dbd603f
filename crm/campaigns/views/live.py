"""The live page of a campaign: its frame, and the part that is fetched again every two seconds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.campaigns.models import CampaignState
from crm.campaigns.running.selectors import campaign_seen, campaigns_seen
from crm.campaigns.running.sight import commands
from crm.campaigns.running.watching.page import watched
from crm.live.words import reasons, states


@require_safe
@needs("campaigns.see")
@never_cache
def live(request: HttpRequest, campaign_id: int) -> HttpResponse:
    one = campaign_seen(request.user, campaign_id)
    told = _told(request, campaign_id) | {
        "manages": commands(request.user, "campaigns.manage", one),
        "runs": commands(request.user, "campaigns.run", one),
        "others": campaigns_seen(request.user).filter(state__in=[CampaignState.RUNNING, CampaignState.PAUSED]),
    }
    told["others"] = [other for other in told["others"] if other.pk != one.pk]
    return render(request, "campaigns/live.html", told)


@require_safe
@needs("campaigns.see")
@never_cache
def part(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """What changes on it."""
    return render(request, "campaigns/_live.html", _told(request, campaign_id))


def _told(request: HttpRequest, campaign_id: int) -> dict:
    at = timezone.now()
    one = campaign_seen(request.user, campaign_id)
    told = {"page": "campaign_live", "campaign": one, "at": round(at.timestamp() * 1e6), "states": states()}
    return told | {"reasons": reasons()} | watched(request.user, one, at)
