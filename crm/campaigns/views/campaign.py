"""One campaign: its leads, its results, and its steps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.campaigns.callbacks.selectors import callbacks_after
from crm.campaigns.models import Campaign, CampaignState, FillState, LeadState
from crm.campaigns.models.campaigns import retries_default
from crm.campaigns.running import services
from crm.campaigns.running.figures import dialled, reached
from crm.campaigns.running.members import members
from crm.campaigns.running.selectors import (
    PAGE,
    campaign_seen,
    fills_of,
    lead_filters,
    lead_seen,
    leads_seen,
    packages_ready,
)
from crm.campaigns.running.sight import commands
from crm.campaigns.running.watching.why import ended_words
from crm.campaigns.words import attempt_words, cause_words, outcome_words, step_words

STEPS = {
    "start": (services.campaign_start, _("It is running now.")),
    "pause": (services.campaign_pause, _("Paused. Calls that are up go on; nothing new is dialled.")),
    "resume": (services.campaign_resume, _("It is running again.")),
    "end": (services.campaign_end, _("It has ended. Nothing is dialled for it again.")),
}
FILLS = 20


@require_safe
@needs("campaigns.see")
@never_cache
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Its leads as the filters ask, and how they were taken in."""
    one = campaign_seen(request.user, campaign_id)
    asked = lead_filters(request.GET)
    rows = list(leads_seen(request.user, one, asked)[: PAGE + 1])
    fills = list(fills_of(one)[:FILLS])
    told = head(request, one) | {
        "asked": asked,
        "rows": [(lead, outcome_words(lead.outcome)) for lead in rows[:PAGE]],
        "next": asked.address(rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "states": LeadState.choices,
        "outcomes": sorted((code, outcome_words(code)) for code in reached([one.pk])[one.pk].outcomes),
        "fills": fills,
        "filling": any(fill.state in (FillState.WAITING, FillState.WORKING) for fill in fills),
        "packages": packages_ready(request.user) if may(request.user, "campaigns.manage") else [],
    }
    return render(request, "campaigns/campaign.html", told)


@require_safe
@needs("campaigns.see")
@never_cache
def results(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """By outcome, with what follows each; the rules in words."""
    one = campaign_seen(request.user, campaign_id)
    calls = dialled([one.pk])[one.pk]
    whole = sum(calls.outcomes.values())
    told = head(request, one) | {
        "outcomes": [
            (code, outcome_words(code), step_words(one.retries[code]) if code in one.retries else "", number,
             100 * number / whole)
            for code, number in sorted(calls.outcomes.items(), key=lambda line: -line[1])
        ],
        "whole": whole,
        "meanings": one.meanings.select_related("disposition"),
        "steps": [(outcome_words(code), step_words(one.retries[code])) for code in retries_default()],
        "members": members(one).count(),
    }  # fmt: skip
    return render(request, "campaigns/results.html", told)


@require_safe
@needs("campaigns.see")
@never_cache
def lead(request: HttpRequest, campaign_id: int, lead_id: int) -> HttpResponse:
    """One customer of it: each attempt, and why the next is when it is."""
    one = campaign_seen(request.user, campaign_id)
    found = lead_seen(request.user, one, lead_id)
    tries = found.tries.select_related("agent").order_by("-made_at")
    told = head(request, one) | {
        "lead": found,
        "said": outcome_words(found.outcome),
        "tries": [
            (attempt, attempt_words(attempt), cause_words(attempt), outcome_words(attempt.verdict)) for attempt in tries
        ],
        "callbacks": found.callbacks.select_related("agent").order_by("-due_at"),
    }
    return render(request, "campaigns/lead.html", told)


@require_POST
@needs("campaigns.run")
def step(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Start, pause, resume or end; back to the page from which it was asked."""
    wanted = request.POST.get("step", "")
    if wanted not in STEPS:
        raise Http404
    do, said = STEPS[wanted]
    try:
        do(user=request.user, campaign_id=campaign_id, at=timezone.now())
        messages.success(request, said)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    back = "campaign_live" if request.POST.get("back") == "live" else "campaign"
    return redirect(back, campaign_id=campaign_id)


def head(request: HttpRequest, one: Campaign) -> dict[str, Any]:
    """What stands above each page of a campaign."""
    return {
        "page": "campaigns",
        "campaign": one,
        "leads": reached([one.pk])[one.pk],
        "calls": dialled([one.pk])[one.pk],
        "manages": commands(request.user, "campaigns.manage", one),
        "runs": commands(request.user, "campaigns.run", one),
        "ended": ended_words(one) if one.state == CampaignState.ENDED else "",
        "agreed_after": callbacks_after(one),
    }
