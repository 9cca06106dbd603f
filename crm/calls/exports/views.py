"""Ordering exports, how far they are, and fetching them. Each is its owner's alone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole
from crm.calls.exports.asking import export_ask, export_cancel
from crm.calls.exports.files import SHELF
from crm.calls.filters import filters
from crm.calls.lists.back import back
from crm.calls.models import CallExport
from crm.sheets.orders.handing import ordered_file

_SHOWN = {"file_url": "call_export_file", "cancel_url": "call_export_cancel"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("calls.export")
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one."""
    if request.method != "POST":
        return render(request, "_orders.html", _SHOWN | {"exports": SHELF.shown(request.user)})
    try:
        export_ask(
            user=request.user,
            form=request.POST.get("form", ""),
            asked=filters(request.POST, whole=sees_whole(request.user)),
            columns=request.POST.get("columns", "").split(","),
            calls=request.POST.getlist("calls"),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return back(request)


@require_POST
@needs("calls.export")
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    if not CallExport.objects.filter(owner=request.user, pk=export_id).exists():
        raise Http404
    export_cancel(user=request.user, export_id=export_id)
    return back(request)


@require_safe
@needs("calls.export")
@never_cache
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file."""
    return ordered_file(request, SHELF, export_id)
