"""Roles as lists and as a matrix."""

from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import pgettext_lazy

from crm.access.permissions import AREAS, PERMISSIONS, Permission
from crm.accounts.models import Role, Scope

SHORT = {
    Scope.OWN: pgettext_lazy("scope, short", "own"),
    Scope.DEPARTMENT: pgettext_lazy("scope, short", "dept."),
    Scope.BELOW: pgettext_lazy("scope, short", "dept. +"),
    Scope.ALL: pgettext_lazy("scope, short", "all"),
}
"""As narrow as a column of the matrix."""


class Area(NamedTuple):
    """A part of the product with what can be allowed there."""

    code: str
    label: Any
    permissions: list[Permission]


class Line(NamedTuple):
    """One permission in the matrix: for each role the scope in words, "" where it is not allowed."""

    permission: Permission
    cells: list[tuple[Role, str, str]]


def roles_all() -> QuerySet[Role]:
    """All, each with ``holders``: how many active users hold it."""
    counted = Role.objects.annotate(holders=Count("users", filter=Q(users__is_active=True)))
    return counted.order_by("-ready_made", "id")


def areas() -> list[Area]:
    """In the order of the product's navigation."""
    return [Area(code, label, [p for p in PERMISSIONS if p.area == code]) for code, label in AREAS.items()]


def allowed_words(role: Role) -> list[tuple[Any, int, int]]:
    """Area, how many of its permissions the role has, how many there are; areas without any are left out."""
    counted = [(a.label, sum(p.code in role.permissions for p in a.permissions), len(a.permissions)) for a in areas()]
    return [entry for entry in counted if entry[1]]


def matrix(roles: list[Role]) -> list[tuple[Area, list[Line]]]:
    """Areas with a line for each permission."""
    return [(area, [Line(p, [_cell(role, p) for role in roles]) for p in area.permissions]) for area in areas()]


def _cell(role: Role, permission: Permission) -> tuple[Role, str, str]:
    if permission.code not in role.permissions:
        return role, "", ""
    return (role, role.scope, str(SHORT[Scope(role.scope)])) if permission.scoped else (role, "yes", "")
