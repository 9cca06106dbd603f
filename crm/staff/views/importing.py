"""Users from a file: first looked at, then taken."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crm.access.guard import needs
from crm.sheets.reading import rows_read
from crm.sheets.writing import CSV, XLSX, csv_text, response
from crm.staff.services.importing import ROWS_AT_MOST, users_import
from crm.staff.sheet import EXAMPLE, heads
from crm.staff.views.frame import attempted, shown

FILE_AT_MOST = 2_000_000


@require_safe
@needs("users.manage")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty sheet with its heads and one example."""
    return response(request, "users-template", XLSX if kind == XLSX else CSV, heads(), [EXAMPLE])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("users.manage")
@never_cache
def users_from_file(request: HttpRequest) -> HttpResponse:
    """A file is looked at; its good rows are taken, its bad ones come back as a file with the reasons.

    Between the steps the page itself carries the rows; each step checks them anew.
    """
    told = {"most": ROWS_AT_MOST}
    if request.method != "POST":
        return shown(request, "import.html", "users", told)
    step = request.POST.get("step", "")
    try:
        sheet = _sheet(request)
        report = users_import(actor=request.user, sheet=sheet, take=step == "take")
    except ValidationError as error:
        return shown(request, "import.html", "users", told | {"refused": " ".join(error.messages)})
    if step == "bad":
        head, *bad = report.bad_sheet()
        return response(request, "users-not-taken", CSV, head, bad)
    if report.taken and report.good:
        number = len(report.good)
        sentence = ngettext("%(n)s user was added.", "%(n)s users were added.", number) % {"n": number}
        attempted(request, lambda: None, sentence)
    rest = [report.heads, *(row.cells for row in report.bad)] if report.taken else sheet
    told |= {"report": report, "rows": csv_text(rest), "passwords": [row for row in report.good if row.made]}
    return shown(request, "import.html", "users", told)


def _sheet(request: HttpRequest) -> list[list[str]]:
    upload = request.FILES.get("file")
    if upload is None:
        return rows_read(request.POST.get("rows", "").encode())
    if upload.size > FILE_AT_MOST:
        raise ValidationError(_("This file is too large."))
    return rows_read(upload.read())
