"""Ordering exports, how far they are, and fetching them. Each is its owner's alone."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.calls.exports.asking import export_ask
from crm.calls.exports.files import SHELF
from crm.calls.filters import filters
from crm.sheets.orders.answering import cancel_answer, orders_answer
from crm.sheets.orders.handing import ordered_file

_SHOWN = {"file_url": "call_export_file", "cancel_url": "call_export_cancel"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("calls.export")
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one."""

    def ask() -> None:
        export_ask(
            user=request.user,
            form=request.POST.get("form", ""),
            asked=filters(request.POST, whole=sees_whole(request.user)),
            columns=request.POST.get("columns", "").split(","),
            calls=request.POST.getlist("calls"),
        )

    return orders_answer(request, SHELF, _SHOWN, ask, "calls")


@require_POST
@needs("calls.export")
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    return cancel_answer(request, SHELF, export_id, "calls")


@require_safe
@needs("calls.export")
@never_cache
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file."""
    return ordered_file(request, SHELF, export_id)
