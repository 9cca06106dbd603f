"""Ordering files of reports, how far they are, and fetching them. Each is its owner's alone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.reports.files.orders import SHELF, file_ask, file_cancel, shown
from crm.sheets.orders.handing import ordered_file

EITHER = ("reports.export", "calls.export")
"""One opens reports, the other the lost calls: which of them an order takes, its source says."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*EITHER)
@never_cache
def files(request: HttpRequest) -> HttpResponse:
    """Her last orders as a piece of the page; a POST orders one: what is asked is in its fields."""
    if request.method != "POST":
        return render(request, "reports/_files.html", {"exports": shown(request.user)})
    try:
        file_ask(
            user=request.user,
            report=request.POST.get("report", ""),
            form=request.POST.get("form", ""),
            said={name: ",".join(request.POST.getlist(name)) for name in request.POST},
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return back(request)


@require_POST
@needs(*EITHER)
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """One that is finished meanwhile stays."""
    if not SHELF.of(request.user).filter(pk=order_id).exists():
        raise Http404
    file_cancel(user=request.user, order_id=order_id)
    return back(request)


@require_safe
@needs(*EITHER)
@never_cache
def file(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """The file."""
    one = SHELF.of(request.user).filter(pk=order_id).first()
    return ordered_file(request, SHELF, order_id, one.report.replace("_", "-") if one else "")


def back(request: HttpRequest) -> HttpResponse:
    """To the page of the site that is named by the field ``back``."""
    here = request.POST.get("back", "")
    mine = url_has_allowed_host_and_scheme(here, allowed_hosts=None) and here.startswith("/") and here.isprintable()
    return HttpResponseRedirect(here if mine else reverse("my_reports"))
