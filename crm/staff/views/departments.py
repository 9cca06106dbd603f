"""The tree of departments."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.access.guard import needs
from crm.access.holding import reach
from crm.accounts.models import Department
from crm.staff.filters import number
from crm.staff.selectors.departments import tree
from crm.staff.services.departments import department_add, department_move, department_remove, department_rename
from crm.staff.sheet import Places
from crm.staff.views.frame import DEPARTMENTS, attempted, shown


@require_safe
@needs(*DEPARTMENTS)
def departments(request: HttpRequest) -> HttpResponse:
    """All within reach."""
    rows, places = tree(request.user), Places()
    told = {
        "rows": rows,
        "choices": [(row.department.pk, places.path(row.department.pk)) for row in rows],
        "everything": reach(request.user, "departments.manage").everything,
    }
    return shown(request, "departments.html", "departments", told)


@require_POST
@needs(*DEPARTMENTS)
def add(request: HttpRequest) -> HttpResponse:
    asked = request.POST
    parent, name = _named(asked.get("parent", "")), asked.get("name", "")
    attempted(
        request,
        lambda: department_add(actor=request.user, parent=parent, name=name, name_zh=asked.get("name_zh", "")),
        lambda made: _("%(department)s was added.") % {"department": made.label},
    )
    return redirect("staff_departments")


@require_POST
@needs(*DEPARTMENTS)
def rename(request: HttpRequest, department_id: int) -> HttpResponse:
    place, asked = _one(department_id), request.POST
    names = {"name": asked.get("name", ""), "name_zh": asked.get("name_zh", "")}
    attempted(
        request,
        lambda: department_rename(actor=request.user, department=place, **names),
        lambda made: _("Renamed to %(department)s.") % {"department": made.label},
    )
    return redirect("staff_departments")


@require_POST
@needs(*DEPARTMENTS)
def move(request: HttpRequest, department_id: int) -> HttpResponse:
    place, parent = _one(department_id), _named(request.POST.get("parent", ""))
    words = {"department": place.label, "parent": parent.label if parent else _("the top")}
    attempted(
        request,
        lambda: department_move(actor=request.user, department=place, parent=parent),
        _("%(department)s is now a part of %(parent)s.") % words,
    )
    return redirect("staff_departments")


@require_POST
@needs(*DEPARTMENTS)
def remove(request: HttpRequest, department_id: int) -> HttpResponse:
    place = _one(department_id)
    sentence = _("%(department)s was removed.") % {"department": place.label}
    attempted(request, lambda: department_remove(actor=request.user, department=place), sentence)
    return redirect("staff_departments")


def _one(department_id: int) -> Department:
    found = Department.objects.select_related("parent").filter(pk=department_id).first()
    if found is None:
        raise Http404
    return found


def _named(text: str) -> Department | None:
    """The department that a choice names; none for the top."""
    return _one(number(text)) if text else None
