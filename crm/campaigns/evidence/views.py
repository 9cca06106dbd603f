"""The evidence as a list, as the story of one attempt, and as files."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.calls.selectors import calls_visible
from crm.campaigns.evidence import words
from crm.campaigns.evidence.exports.asking import export_ask, export_cancel
from crm.campaigns.evidence.exports.files import SHELF
from crm.campaigns.evidence.filters import filters, page_of
from crm.campaigns.evidence.story import story
from crm.campaigns.models import Campaign, EvidenceExport
from crm.customers.sight import customers_visible
from crm.sheets.orders.handing import ordered_file

CODE = "campaigns.evidence"
_SHOWN = {"file_url": "evidence_export_file", "cancel_url": "evidence_export_cancel"}


@require_safe
@needs(CODE)
@never_cache
def attempts(request: HttpRequest) -> HttpResponse:
    """Attempts, the newest first, as the filters ask."""
    asked = filters(request.GET)
    rows, older = page_of(asked, whole=sees_whole(request.user))
    told = {
        "page": "evidence", "asked": asked, "rows": rows, "older": older, "here": asked.address(asked.before),
        "campaigns": Campaign.objects.order_by("name", "pk").values_list("pk", "name"),
        "outcomes": [(code, words.outcome(code)) for code in words.OUTCOMES],
        "exports": SHELF.shown(request.user),
    }  # fmt: skip
    return render(request, "campaigns/evidence/attempts.html", told | _SHOWN)


@require_safe
@needs(CODE)
@never_cache
def attempt(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """Why this call was allowed."""
    found = story(attempt_id, whole=sees_whole(request.user))
    if found is None:
        raise Http404
    one = found.attempt
    customer = customers_visible(request.user).filter(pk=one.customer_id).first() if one else None
    opens = calls_visible(request.user).filter(pk=attempt_id).exists()
    told = {"page": "evidence", "story": found, "id": attempt_id, "customer": customer, "opens": opens}
    return render(request, "campaigns/evidence/attempt.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CODE)
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one."""
    if request.method != "POST":
        return render(request, "_orders.html", _SHOWN | {"exports": SHELF.shown(request.user)})
    try:
        export_ask(user=request.user, form=request.POST.get("form", ""), asked=filters(request.POST))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request)


@require_POST
@needs(CODE)
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    if not EvidenceExport.objects.filter(owner=request.user, pk=export_id).exists():
        raise Http404
    export_cancel(user=request.user, export_id=export_id)
    return _back(request)


@require_safe
@needs(CODE)
@never_cache
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file."""
    return ordered_file(request, SHELF, export_id)


def _back(request: HttpRequest) -> HttpResponse:
    query = request.POST.get("back", "")
    return HttpResponseRedirect(reverse("evidence") + (query if query.startswith("?") and query.isprintable() else ""))
