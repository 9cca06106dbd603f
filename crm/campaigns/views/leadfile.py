"""The leads of a campaign as a file."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.audit import services as audit
from crm.campaigns.running.selectors import campaign_seen, lead_filters
from crm.campaigns.running.sheet import heads, leads_exported, sheet_rows
from crm.sheets.writing import LISTS, response


@require_safe
@needs("campaigns.see")
@never_cache
def leads(request: HttpRequest, campaign_id: int, kind: str) -> HttpResponseBase:
    """Those that the filters of the campaign's page ask for, as csv or xlsx."""
    one = campaign_seen(request.user, campaign_id)
    asked = lead_filters(request.GET)
    found = leads_exported(request.user, one, asked)
    if kind not in LISTS:
        raise Http404
    if request.method == "GET":
        audit.event(
            "export.made", user=request.user, about=one,
            details={"rows": found.count(), "format": kind, "filters": asked.address()},
        )  # fmt: skip
    name = f"campaign-{one.pk}-{timezone.localtime():%Y%m%d-%H%M%S}"
    return response(request, name, kind, heads(), sheet_rows(request.user, found))
