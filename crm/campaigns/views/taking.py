"""Customers are taken into a campaign: an import from the campaign's page; ticked or found ones from their list."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import require
from crm.campaigns.models import CampaignState
from crm.campaigns.running.filling import TICKED_AT_MOST, fill_ask, leads_ask
from crm.campaigns.running.selectors import campaign_seen, campaigns_seen, fills_of, lead_filters, packages_ready
from crm.customers.fields.selectors import fields_active
from crm.customers.filters import customers_asked, filters, number
from crm.customers.sight import customers_visible

FILLS = 20


@require_POST
@needs("campaigns.manage")
def package(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """All customers of an import."""
    campaign = campaign_seen(request.user, campaign_id)
    found = packages_ready(request.user).filter(pk=number(request.POST.get("package", ""))).first()
    if found is None:
        messages.error(request, _("Choose an import."))
        return redirect("campaign", campaign_id=campaign.pk)
    try:
        fill_ask(user=request.user, campaign=campaign, package=found, priority=_priority(request))
        messages.success(request, _("The customers are being taken in."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("campaign", campaign_id=campaign.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.manage")
@never_cache
def customers(request: HttpRequest) -> HttpResponse:
    """Those whom the filters of the customers' list find, or who were ticked there: how many, and into which campaign.

    A GET shows them; a POST with a campaign takes them in.
    """
    require(request.user, "customers.see")
    data = request.POST if request.method == "POST" else request.GET
    asked = filters(data, fields_active())
    ticked = sorted({number(one) for one in data.getlist("customers")} - {0})[:TICKED_AT_MOST]
    chosen = number(data.get("campaign", ""))
    if request.method == "POST" and request.POST.get("step") == "take":
        campaign = campaign_seen(request.user, chosen)
        told = {"customers": ticked} if ticked else {"filters": asked}
        try:
            fill_ask(user=request.user, campaign=campaign, priority=_priority(request), **told)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The customers are being taken in."))
            return redirect("campaign", campaign_id=campaign.pk)
    seen = customers_visible(request.user).filter(pk__in=ticked) if ticked else customers_asked(request.user, asked)
    told = {
        "page": "campaigns",
        "asked": asked,
        "ticked": ticked,
        "number": seen.count(),
        "chosen": chosen,
        "campaigns": campaigns_seen(request.user).exclude(state=CampaignState.ENDED)[:200],
    }
    return render(request, "campaigns/take.html", told)


@require_POST
@needs("campaigns.manage")
def deed(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Leads that the filters of the campaign's page find are opened again, or taken out."""
    campaign = campaign_seen(request.user, campaign_id)
    asked = lead_filters(request.POST)
    try:
        leads_ask(
            user=request.user, campaign=campaign, deed=request.POST.get("deed", ""), asked=asked,
            priority=_priority(request),
        )  # fmt: skip
        messages.success(request, _("This is being done; above the leads it says how far it is."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("campaign", campaign_id=campaign.pk)


@require_safe
@needs("campaigns.see")
@never_cache
def fills(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How far they are; fetched again while one is under way."""
    campaign = campaign_seen(request.user, campaign_id)
    return render(request, "campaigns/_fills.html", {"campaign": campaign, "fills": fills_of(campaign)[:FILLS]})


def _priority(request: HttpRequest) -> int:
    text = request.POST.get("priority", "").strip()
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    return sign * number(digits)
