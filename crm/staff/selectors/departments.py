"""The tree of departments, as rows."""

from typing import NamedTuple

from django.db.models import Count, Q

from crm.access.holding import reach
from crm.accounts.models import Department, User


class Row(NamedTuple):
    """A department in its place of the tree. ``depth`` is 0 at the top."""

    department: Department
    depth: int
    here: int
    """Active users in it."""
    whole: int
    """... and in all below it."""
    movable: bool
    """The reader may move and remove it: what it is a part of is within reach, too."""


def tree(actor: User) -> list[Row]:
    """Departments within reach of ``departments.manage``, each after what it is a part of."""
    reached = reach(actor, "departments.manage")
    counted = Department.objects.annotate(here=Count("users", filter=Q(users__is_active=True)))
    parts: dict[int | None, list[Department]] = {}
    for place in counted.order_by("name"):
        parts.setdefault(place.parent_id, []).append(place)
    rows: list[Row] = []

    def walk(place: Department, depth: int) -> int:
        seen = reached.everything or place.pk in reached.departments
        at = len(rows)
        if seen:
            rows.append(Row(place, depth, place.here, 0, reached.everything or place.parent_id in reached.departments))
        whole = place.here + sum(walk(below, depth + seen) for below in parts.get(place.pk, ()))
        if seen:
            rows[at] = rows[at]._replace(whole=whole)
        return whole

    for place in parts.get(None, ()):
        walk(place, 0)
    return rows
