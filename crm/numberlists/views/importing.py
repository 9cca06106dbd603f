"""Lines from a file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crm.access.guard import needs
from crm.numberlists.sheet import ROWS_AT_MOST, entries_import, example, heads
from crm.sheets.reading import rows_read
from crm.sheets.writing import CSV, XLSX, csv_text, response

FILE_AT_MOST = 4_000_000
SHOWN = 200
"""Bad rows that the page lists; the file that it offers has all of them."""


@require_safe
@needs("lists.manage")
def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """An empty sheet with its heads and one example."""
    return response(request, "number-lists-template", XLSX if kind == XLSX else CSV, heads(), [example()])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lists.manage")
@never_cache
def from_file(request: HttpRequest) -> HttpResponseBase:
    """The good rows are taken; the bad ones come back, on the page and as a file, each with its reason."""
    told: dict = {"page": "number_lists", "most": ROWS_AT_MOST, "heads": heads()}
    if request.method != "POST":
        return render(request, "numberlists/import.html", told)
    if request.POST.get("step") == "bad":
        head, *bad = rows_read(request.POST.get("rows", "").encode())
        return response(request, "number-lists-not-taken", CSV, head, bad)
    try:
        report = entries_import(user=request.user, sheet=_sheet(request))
    except ValidationError as error:
        told["refused"] = " ".join(error.messages)
        return render(request, "numberlists/import.html", told, status=400)
    number = len(report.good)
    if number:
        messages.success(request, ngettext("%(n)s line was added.", "%(n)s lines were added.", number) % {"n": number})
    told |= {"report": report, "shown": report.bad[:SHOWN], "rows": csv_text(report.bad_sheet())}
    return render(request, "numberlists/import.html", told)


def _sheet(request: HttpRequest) -> list[list[str]]:
    upload = request.FILES.get("file")
    if upload is None:
        raise ValidationError(_("Choose a file."))
    if (upload.size or 0) > FILE_AT_MOST:
        raise ValidationError(_("This file is too large."))
    return rows_read(upload.read())
