"""The list of campaigns, and the door to the live page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.campaigns.models import CampaignState
from crm.campaigns.running.figures import dialled, reached
from crm.campaigns.running.selectors import campaigns_seen, templates_seen
from crm.customers.filters import number

PAGE = 50


@require_safe
@needs("campaigns.see")
@never_cache
def campaigns(request: HttpRequest) -> HttpResponse:
    """With their state, how far they are, and what came of them."""
    state = request.GET.get("state", "")
    found = campaigns_seen(request.user, state)
    before = number(request.GET.get("before", ""))
    rows = list((found.filter(pk__lt=before) if before else found).order_by("-pk")[: PAGE + 1])
    ids = [one.pk for one in rows[:PAGE]]
    leads, calls = reached(ids), dialled(ids)
    told = {
        "page": "campaigns",
        "rows": [(one, leads[one.pk], calls[one.pk]) for one in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else 0,
        "newest": bool(before),
        "state": state if state in CampaignState.values else "",
        "states": CampaignState.choices,
        "manages": may(request.user, "campaigns.manage"),
        "templates": templates_seen(request.user) if may(request.user, "campaigns.manage") else [],
    }
    return render(request, "campaigns/campaigns.html", told)


@require_safe
@needs("campaigns.see")
@never_cache
def watch(request: HttpRequest) -> HttpResponse:
    """The live page of the campaign that runs; of several the one that was begun last."""
    ranks = {CampaignState.RUNNING: 0, CampaignState.PAUSED: 1}
    found = [one for one in campaigns_seen(request.user) if one.state in ranks]
    if not found:
        return render(request, "campaigns/nothing.html", {"page": "campaign_live"})
    first = min(found, key=lambda one: (ranks[CampaignState(one.state)], -one.pk))
    return redirect("campaign_live", campaign_id=first.pk)
