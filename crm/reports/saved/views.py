"""The page of saved reports: her own and those that others share with her, and their mailings."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.accounts.models import Role
from crm.reports.files.orders import shown
from crm.reports.files.sources import address_of, source_of
from crm.reports.files.views import back
from crm.reports.form import WORDS
from crm.reports.mailing.selectors import mailings_of, recipients_for
from crm.reports.models import ReportMailing, SavedReport
from crm.reports.saved.selectors import reports_offered
from crm.reports.saved.services import plain, report_change, report_remove, report_save
from crm.sheets.writing import TYPES

EITHER = ("reports.see", "calls.see")
EXPORTS = ("reports.export", "calls.export")


@require_safe
@needs(*EITHER)
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """By name."""
    user = request.user
    offered = [(saved, *_about(saved)) for saved in reports_offered(user)]
    may_export = any(may(user, code) for code in EXPORTS)
    told: dict[str, Any] = {
        "page": "reports", "offered": offered, "mailings": mailings_of(user), "forms": list(TYPES),
        "roles": Role.objects.all() if may(user, "reports.share") else [],
        "exports": shown(user) if may_export else [], "may_export": may_export, "here": request.get_full_path(),
        "recipients": recipients_for(user), "rhythms": ReportMailing.Rhythm.choices,
        "weekdays": list(WEEKDAYS.items()), "days_of_month": range(1, 32), "server": settings.MAIL_SET,
    }  # fmt: skip
    return render(request, "reports/mine.html", told)


@require_POST
@needs(*EITHER)
def keep(request: HttpRequest) -> HttpResponse:
    """What the page asks for, under a name."""
    try:
        saved = report_save(
            user=request.user,
            name=request.POST.get("name", ""),
            report=request.POST.get("report", ""),
            said=plain(request.POST),
            days=request.POST.get("days", ""),
        )
        messages.success(request, _("Saved as “%(name)s”.") % {"name": saved.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back(request)
    return redirect("my_reports")


@require_safe
@needs(*EITHER)
def open_saved(request: HttpRequest, report_id: int) -> HttpResponse:
    """To the page of the report, which shows what whoever opens it may see."""
    saved = reports_offered(request.user).filter(pk=report_id).first()
    source = source_of(saved.report) if saved else None
    if saved is None or source is None:
        raise Http404
    return HttpResponseRedirect(address_of(source, saved.said))


@require_POST
@needs(*EITHER)
def change(request: HttpRequest, report_id: int) -> HttpResponse:
    """Its name and who shares it."""
    try:
        report_change(
            user=request.user,
            report_id=report_id,
            name=request.POST.get("name", ""),
            roles=request.POST.getlist("roles"),
        )
    except SavedReport.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("my_reports")


@require_POST
@needs(*EITHER)
def remove(request: HttpRequest, report_id: int) -> HttpResponse:
    if not report_remove(user=request.user, report_id=report_id):
        raise Http404
    return redirect("my_reports")


def _about(saved: SavedReport) -> tuple[str, str]:
    """What it is of, and of which days."""
    source, said = source_of(saved.report), saved.said
    span = said.get("span", "")
    days = _(WORDS[span]) if span in WORDS else f"{said.get('since', '…')} – {said.get('until', '…')}"
    return (str(source.title) if source else saved.report), days
