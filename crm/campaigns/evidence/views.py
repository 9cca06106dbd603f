"""The evidence as a list, as the story of one attempt, and as files."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may, require
from crm.access.numbers import sees_whole
from crm.calls.selectors import calls_visible
from crm.campaigns.evidence import words
from crm.campaigns.evidence.exports.asking import export_ask
from crm.campaigns.evidence.exports.files import SHELF
from crm.campaigns.evidence.filters import filters, page_of
from crm.campaigns.evidence.keeping import cuts, kept_since, years, years_set
from crm.campaigns.evidence.selectors import CODE, attempts_within, evidence_opens
from crm.campaigns.evidence.story import story
from crm.campaigns.running.sight import campaigns_within
from crm.customers.sight import customers_visible
from crm.sheets.orders.answering import cancel_answer, orders_answer
from crm.sheets.orders.handing import ordered_file

_SHOWN = {"file_url": "evidence_export_file", "cancel_url": "evidence_export_cancel"}


class KeepingForm(forms.Form):
    years = forms.IntegerField(label=gettext_lazy("Years"), min_value=1, max_value=100)


@require_safe
@needs(CODE)
@never_cache
def attempts(request: HttpRequest) -> HttpResponse:
    """Attempts, the newest first, as the filters ask."""
    asked = filters(request.GET)
    rows, older = page_of(request.user, asked, whole=sees_whole(request.user))
    told = {
        "page": "evidence", "asked": asked, "rows": rows, "older": older, "here": asked.address(asked.before),
        "campaigns": campaigns_within(request.user, CODE).order_by("name", "pk").values_list("pk", "name"),
        "outcomes": [(code, words.outcome(code)) for code in words.OUTCOMES],
        "exports": SHELF.shown(request.user),
    }  # fmt: skip
    return render(request, "campaigns/evidence/attempts.html", told | _SHOWN)


@require_safe
@needs(CODE)
@never_cache
def attempt(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """Why this call was allowed."""
    opens = evidence_opens(request.user, attempt_id)
    found = story(attempt_id, whole=sees_whole(request.user)) if opens else None
    if found is None:
        removed = next(iter(cuts()), None)
        if (
            removed is None
            or not attempts_within(request.user).filter(pk=attempt_id, made_at__lt=removed.before).exists()
        ):
            raise Http404
        return render(request, "campaigns/evidence/removed.html", {"page": "evidence", "removed": removed}, status=410)
    one = found.attempt
    customer = customers_visible(request.user).filter(pk=one.customer_id).first() if one else None
    seen = calls_visible(request.user).filter(pk=attempt_id).exists()
    told = {"page": "evidence", "story": found, "id": attempt_id, "customer": customer, "opens": seen}
    return render(request, "campaigns/evidence/attempt.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CODE)
@never_cache
def keeping(request: HttpRequest) -> HttpResponse:
    """How long evidence is kept, and what was removed; whoever manages campaigns, too, sets it."""
    form = KeepingForm(request.POST if request.method == "POST" else None, initial={"years": years()})
    if request.method == "POST":
        require(request.user, "campaigns.manage")
        if form.is_valid():
            years_set(user=request.user, years=form.cleaned_data["years"])
            messages.success(request, _("It holds from the next night on."))
            return redirect("evidence_keeping")
    told = {
        "page": "evidence", "form": form, "years": years(), "removed": cuts(),
        "before": kept_since(timezone.now(), years()), "manages": may(request.user, "campaigns.manage"),
    }  # fmt: skip
    return render(request, "campaigns/evidence/keeping.html", told, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CODE)
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one."""

    def ask() -> None:
        export_ask(user=request.user, form=request.POST.get("form", ""), asked=filters(request.POST))

    return orders_answer(request, SHELF, _SHOWN, ask, "evidence")


@require_POST
@needs(CODE)
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    return cancel_answer(request, SHELF, export_id, "evidence")


@require_safe
@needs(CODE)
@never_cache
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file."""
    return ordered_file(request, SHELF, export_id)
