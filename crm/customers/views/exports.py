"""Ordering exports, how far they are, and fetching them. Each is its owner's alone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.customers.exports.asking import export_ask, export_cancel
from crm.customers.exports.files import SHELF
from crm.customers.fields.selectors import fields_active
from crm.customers.filters import filters, number
from crm.customers.models import CustomerExport
from crm.sheets.orders.handing import ordered_file

_SHOWN = {"file_url": "customer_export_file", "cancel_url": "customer_export_cancel"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.export")
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one."""
    if request.method != "POST":
        return render(request, "_orders.html", _SHOWN | {"exports": SHELF.shown(request.user)})
    ticked = [key for text in request.POST.getlist("customers") if (key := number(text))]
    try:
        export_ask(
            user=request.user,
            form=request.POST.get("form", ""),
            asked=filters(request.POST, fields_active()),
            customers=ticked,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request)


@require_POST
@needs("customers.export")
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    if not CustomerExport.objects.filter(owner=request.user, pk=export_id).exists():
        raise Http404
    export_cancel(user=request.user, export_id=export_id)
    return _back(request)


@require_safe
@needs("customers.export")
@never_cache
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file."""
    return ordered_file(request, SHELF, export_id)


def _back(request: HttpRequest) -> HttpResponse:
    query = request.POST.get("back", "")
    return HttpResponseRedirect(reverse("customers") + (query if query.startswith("?") and query.isprintable() else ""))
