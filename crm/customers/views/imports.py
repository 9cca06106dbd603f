"""Imports of customers: the packages, the way of one from its file to its customers, and back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access.guard import needs
from crm.access.numbers import sees_whole, shown_text
from crm.accounts.models import User
from crm.audit import services as audit
from crm.customers.fields.selectors import projects_active
from crm.customers.filters import number
from crm.customers.imports import asking, words
from crm.customers.imports.badrows import SHOWN, bad_rows, bad_sheet
from crm.customers.imports.files import BAD_KEPT, MOST_MB, PENDING, bad
from crm.customers.imports.selectors import package_customers
from crm.customers.imports.targets import Targets
from crm.customers.models import CustomerNumber, Package, PackageState, Project
from crm.customers.sight import customers_visible
from crm.sheets import writing as sheets

REFUSED = 422
LISTED = 50
PEOPLE = 25
ENCODINGS = [("utf-8", "UTF-8"), ("gb18030", "GB18030")]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.import")
@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """The packages, the newest first; a POST uploads a file."""
    refused = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise ValidationError(_("Choose a file."))
            made = asking.package_upload(user=request.user, upload=upload, project=_project(request.POST))
            return redirect("customer_import", package_id=made.pk)
        except ValidationError as error:
            refused = " ".join(error.messages)
    before = number(request.GET.get("before", ""))
    found = Package.objects.select_related("owner", "project")
    rows = list((found.filter(pk__lt=before) if before else found).order_by("-pk")[: LISTED + 1])
    told = {
        "page": "customers",
        "refused": refused,
        "rows": [(one, words.rows(one), words.bad_count(one)) for one in rows[:LISTED]],
        "older": rows[LISTED - 1].pk if len(rows) > LISTED else 0,
        "projects": projects_active(),
        "most": MOST_MB,
    }
    return render(request, "customers/imports.html", told, status=REFUSED if refused else 200)


@require_safe
@needs("customers.import")
def template(request: HttpRequest, form: str) -> HttpResponseBase:
    """A file to fill in: the columns, of a project if one is chosen."""
    if form not in sheets.LISTS:
        raise Http404
    return sheets.response(request, "customers", form, Targets(_project(request.GET)).template(), [])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.import")
@never_cache
def package(request: HttpRequest, package_id: int) -> HttpResponse:
    """One package as it is now; a POST says what its columns are (``do``: set, try)."""
    one, refused = _package(package_id), ""
    if request.method == "POST":
        try:
            if _columns(request, one):
                return redirect("customer_import", package_id=one.pk)
        except ValidationError as error:
            refused, one = " ".join(error.messages), _package(package_id)
    told = _state(one) | {"page": "customers", "refused": refused}
    if one.state in asking.SETTABLE:
        told |= _mapping(request.user, one)
    elif not told["pending"]:
        told |= _people(request.user, one)
    if one.state == PackageState.TRIED or not told["pending"]:
        told |= {"bad_rows": _bad_rows(request.user, one), "bad_days": BAD_KEPT.days, "bad_shown": SHOWN}
    return render(request, "customers/import.html", told, status=REFUSED if refused else 200)


@require_safe
@needs("customers.import")
@never_cache
def state(request: HttpRequest, package_id: int) -> HttpResponse:
    """How far it is, as a piece of the page."""
    return render(request, "customers/_import_state.html", _state(_package(package_id)))


@require_POST
@needs("customers.import")
def start(request: HttpRequest, package_id: int) -> HttpResponse:
    """Imports what was tried."""
    return _ordered(request, package_id, asking.package_import)


@require_POST
@needs("customers.import")
def cancel(request: HttpRequest, package_id: int) -> HttpResponse:
    """Gives it up."""
    return _ordered(request, package_id, asking.package_cancel)


@require_POST
@needs("customers.import")
def undo(request: HttpRequest, package_id: int) -> HttpResponse:
    """Takes back what it did."""
    return _ordered(request, package_id, asking.package_undo)


@require_safe
@needs("customers.import")
@never_cache
def bad_file(request: HttpRequest, package_id: int, form: str) -> HttpResponseBase:
    """The rows that were not taken, to be mended. That they were taken out is an entry of the trail first."""
    one = _package(package_id)
    if form not in sheets.LISTS or not one.file_key or not bad(one).is_file():
        raise Http404
    if request.method == "GET":
        audit.read(request.user, "import.bad_rows", one, details={"format": form, "rows": words.bad_count(one)})
    header, rows = bad_sheet(one)
    whole = sees_whole(request.user)
    masked = ([shown_text(str(cell), whole=whole) if at else cell for at, cell in enumerate(row)] for row in rows)
    return sheets.response(request, f"import-{one.pk}-not-taken", form, header, masked)


def _columns(request: HttpRequest, one: Package) -> bool:
    """Keeps what was said of the columns, and tries it if that was asked for. False when they are to be looked at."""
    mapping = {name[1:]: code for name, code in request.POST.items() if name[:1] == "c" and name[1:].isdigit() and code}
    kept = asking.package_set(
        user=request.user,
        package_id=one.pk,
        name=request.POST.get("name", ""),
        encoding=request.POST.get("encoding", ""),
        project=_project(request.POST),
        mapping=mapping,
        same=request.POST.get("same", ""),
    )
    if (kept.project_id, kept.encoding) != (one.project_id, one.encoding):
        messages.success(request, _("The columns were guessed anew. Look at them again."))
    elif request.POST.get("do") == "try":
        asking.package_try(user=request.user, package_id=one.pk)
    return True


def _ordered(request: HttpRequest, package_id: int, what: Callable[..., Package]) -> HttpResponse:
    _package(package_id)
    try:
        what(user=request.user, package_id=package_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("customer_import", package_id=package_id)


def _package(package_id: int) -> Package:
    found = Package.objects.select_related("owner", "project").filter(pk=package_id).first()
    if found is None:
        raise Http404
    return found


def _project(asked: Any) -> Project | None:
    chosen = number(asked.get("project", ""))
    return next((one for one in projects_active() if one.pk == chosen), None)


def _state(one: Package) -> dict[str, Any]:
    return {
        "package": one,
        "pending": one.state in PENDING,
        "percent": words.percent(one),
        "file_rows": words.rows(one),
        "counts": words.counts(one),
        "undone": words.undone(one),
        "why": words.reason(one),
        "undoable": one.state in asking.UNDOABLE and one.members.exists(),
        "settable": one.state in asking.SETTABLE,
    }


def _mapping(user: User, one: Package) -> dict[str, Any]:
    """Columns with the first rows, and what each can become."""
    told: dict[str, Any] = {"projects": projects_active(), "encodings": ENCODINGS}
    try:
        head, *rows = [row.cells for row in asking.package_sample(one)]
    except (ValidationError, ValueError, OSError):
        return told | {"unreadable": True}
    whole = sees_whole(user)
    width = max(len(cells) for cells in (head, *rows))
    head, *rows = [cells + [""] * (width - len(cells)) for cells in (head, *rows)]
    columns = [(place, said, one.mapping.get(str(place), "")) for place, said in enumerate(head)]
    sample = [[shown_text(cell, whole=whole) for cell in cells] for cells in rows]
    return told | {"columns": columns, "sample": sample, "targets": Targets(one.project).choices()}


def _people(user: User, one: Package) -> dict[str, Any]:
    """The first of its customers whom the reader sees."""
    seen = customers_visible(user).filter(pk__in=package_customers(one.pk).values("pk"))
    rows = list(seen.order_by("pk")[: PEOPLE + 1])
    numbers: dict[int, str] = {}
    for row in CustomerNumber.objects.filter(customer__in=[person.pk for person in rows]):
        numbers.setdefault(row.customer_id, row.number)
    return {"people": [(person, numbers.get(person.pk, "")) for person in rows[:PEOPLE]], "more": len(rows) > PEOPLE}


def _bad_rows(user: User, one: Package) -> list[tuple[int, list[tuple[str, str]], str]]:
    if not one.file_key:
        return []
    whole = sees_whole(user)
    return [
        (
            row.row,
            [(column, shown_text(why, whole=whole)) for column, why in row.reasons],
            " · ".join(shown_text(cell, whole=whole) for cell in row.cells if cell),
        )
        for row in bad_rows(one, SHOWN)
    ]
