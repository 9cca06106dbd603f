"""Ordering exports, how far they are, and fetching them. Each is its owner's alone."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.customers.exports.asking import export_ask
from crm.customers.exports.files import SHELF
from crm.customers.fields.selectors import fields_active
from crm.customers.filters import filters, number
from crm.sheets.orders.answering import cancel_answer, orders_answer
from crm.sheets.orders.handing import ordered_file

_SHOWN = {"file_url": "customer_export_file", "cancel_url": "customer_export_cancel"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.export")
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one."""

    def ask() -> None:
        export_ask(
            user=request.user,
            form=request.POST.get("form", ""),
            asked=filters(request.POST, fields_active()),
            customers=[key for text in request.POST.getlist("customers") if (key := number(text))],
        )

    return orders_answer(request, SHELF, _SHOWN, ask, "customers")


@require_POST
@needs("customers.export")
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    return cancel_answer(request, SHELF, export_id, "customers")


@require_safe
@needs("customers.export")
@never_cache
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file."""
    return ordered_file(request, SHELF, export_id)
