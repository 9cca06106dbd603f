"""Arranging mailings, on the page of saved reports."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from crm.access.guard import needs
from crm.reports.mailing.services import mailing_add, mailing_pause, mailing_remove
from crm.reports.models import ReportMailing, SavedReport

EITHER = ("reports.export", "calls.export")


@require_POST
@needs(*EITHER)
def add(request: HttpRequest, report_id: int) -> HttpResponse:
    """Of a report of hers. The day is that of the week or of the month, as the rhythm says."""
    rhythm = request.POST.get("rhythm", "")
    day = request.POST.get("weekday" if rhythm == "weekly" else "day", "")
    try:
        mailing_add(
            user=request.user,
            report_id=report_id,
            form=request.POST.get("form", ""),
            rhythm=rhythm,
            day=int(day) if day.isascii() and day.isdigit() and len(day) < 3 else 0,
            at=request.POST.get("at", ""),
            recipients=request.POST.getlist("recipients"),
        )
    except SavedReport.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("my_reports")


@require_POST
@needs(*EITHER)
def pause(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """``paused``: 1, or nothing to go on."""
    try:
        mailing_pause(user=request.user, mailing_id=mailing_id, paused=request.POST.get("paused") == "1")
    except ReportMailing.DoesNotExist as error:
        raise Http404 from error
    return redirect("my_reports")


@require_POST
@needs(*EITHER)
def remove(request: HttpRequest, mailing_id: int) -> HttpResponse:
    if not mailing_remove(user=request.user, mailing_id=mailing_id):
        raise Http404
    return redirect("my_reports")
