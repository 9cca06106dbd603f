"""Departments: added, renamed, moved within the tree, removed when empty."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.access.holding import held, reach, require
from crm.accounts.models import Department, Scope, User
from crm.accounts.selectors import department_ids_below
from crm.staff.authority import covers_department


@transaction.atomic
def department_add(*, actor: User, parent: Department | None, name: str, name_zh: str = "") -> Department:
    """A new department below ``parent`` (None: at the top). Raises PermissionDenied, ValidationError."""
    _require(actor, parent)
    return _named(Department(parent=parent), name, name_zh)


@transaction.atomic
def department_rename(*, actor: User, department: Department, name: str, name_zh: str = "") -> Department:
    """Both names. Raises PermissionDenied, ValidationError."""
    _require(actor, department)
    return _named(department, name, name_zh)


@transaction.atomic
def department_move(*, actor: User, department: Department, parent: Department | None) -> Department:
    """Below another one, with all that is below it. Raises PermissionDenied, ValidationError for a loop."""
    _require(actor, department)
    list(Department.objects.select_for_update())  # two moves at once could close a loop that neither makes alone
    department.refresh_from_db()
    if department.parent_id == (parent.pk if parent else None):
        return department
    _require(actor, department.parent)
    _require(actor, parent)
    if parent is not None and parent.pk in department_ids_below(department):
        raise ValidationError(
            _("%(department)s cannot become a part of %(parent)s, which is itself or below it.")
            % {"department": department.label, "parent": parent.label}
        )
    _check_lift(actor, department, parent)
    department.parent = parent
    return _named(department, department.name, department.name_zh)


@transaction.atomic
def department_remove(*, actor: User, department: Department) -> None:
    """Only when nobody and nothing is in it; the ValidationError says what is."""
    _require(actor, department)
    _require(actor, department.parent)
    active = department.users.filter(is_active=True).count()
    ended = department.users.filter(is_active=False).count()
    below = department.children.count()
    counted = [
        (active, ngettext("%(n)s user", "%(n)s users", active) % {"n": active}),
        (ended, ngettext("%(n)s ended user", "%(n)s ended users", ended) % {"n": ended}),
        (below, ngettext("%(n)s department below it", "%(n)s departments below it", below) % {"n": below}),
    ]
    inside = [words for number, words in counted if number]
    if inside:
        raise ValidationError(
            _("%(department)s is not empty: %(inside)s. Move them first.")
            % {"department": department.label, "inside": _(", ").join(inside)}
        )
    department.delete()


def _require(actor: User, department: Department | None) -> None:
    require(actor, "departments.manage")
    if not covers_department(reach(actor, "departments.manage"), department):
        raise PermissionDenied(_("This department is not within your reach."))


def _check_lift(actor: User, department: Department, parent: Department | None) -> None:
    """Nobody brings below her own department what she could not see before."""
    if Scope.BELOW not in held(actor).values():
        return
    below = department_ids_below(actor.department)
    if parent is not None and parent.pk in below and department.pk not in below:
        raise PermissionDenied(_("Somebody else must move this: it would show you more."))


def _named(department: Department, name: str, name_zh: str) -> Department:
    department.name, department.name_zh = name.strip(), name_zh.strip()
    twin = Department.objects.filter(parent=department.parent, name__iexact=department.name).exclude(pk=department.pk)
    if department.name and twin.exists():
        raise ValidationError({"name": _("There is already a department of this name in the same place.")})
    department.full_clean()
    department.save()
    return department
