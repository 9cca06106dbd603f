"""The report on how good the numbers are."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.campaigns.running.quality import KINDS, by_campaign, by_list, by_time
from crm.campaigns.running.selectors import campaigns_seen
from crm.customers.filters import number
from crm.customers.models import Package

DAYS = {"30": _("30 days"), "90": _("90 days"), "365": _("one year")}
NAMES = {
    "reached": _("reached"), "no_answer": _("no answer"), "busy": _("busy"), "absent": _("phone switched off"),
    "invalid": _("invalid number"), "other": _("other"),
}  # fmt: skip


@require_safe
@needs("campaigns.see")
@never_cache
def quality(request: HttpRequest) -> HttpResponse:
    """What became of the diallings, over time and for each list from which the customers came."""
    days = asked if (asked := request.GET.get("days", "")) in DAYS else "90"
    campaign = number(request.GET.get("campaign", ""))
    today = timezone.localdate()
    until = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))
    since = timezone.make_aware(datetime.combine(today - timedelta(days=int(days) - 1), time()))
    found = campaigns_seen(request.user)
    span = "month" if days == "365" else "week"
    of = found.filter(pk=campaign) if campaign else found
    lists = by_list(since, until, of)
    packages = dict(Package.objects.filter(pk__in=[line.of for line in lists if line.of]).values_list("pk", "name"))
    names = dict(found.order_by().values_list("pk", "name"))
    told = {
        "page": "campaign_quality",
        "days": days,
        "spans": DAYS.items(),
        "campaign": campaign,
        "campaigns": found[:200],
        "kinds": [(kind, NAMES[kind]) for kind in KINDS],
        "span": span,
        "timed": [(f"{timezone.localtime(line.of):%Y-%m-%d}", line) for line in by_time(since, until, span, of)],
        "lists": [(packages.get(line.of, ""), line) for line in lists],
        "of_campaigns": [
            (names.get(line.of, ""), line) for line in (by_campaign(since, until, of) if not campaign else [])
        ],
    }
    return render(request, "campaigns/quality.html", told)
