"""Reading departments and users."""

from collections.abc import Iterable

from django.db.models import Q

from crm.accounts.models import Department, User

LONGEST_EXTENSION = 8


def department_ids_below(department: Department | None) -> set[int]:
    """Ids of a department and all below it; empty for None. A loop in the tree ends the walk."""
    if department is None:
        return set()
    found, rim = {department.pk}, {department.pk}
    while rim:
        rim = set(Department.objects.filter(parent__in=rim).values_list("pk", flat=True)) - found
        found |= rim
    return found


def department_ids_above(departments: Iterable[int | None]) -> set[int]:
    """Ids of these departments and of all above them. A loop in the tree ends the walk."""
    found: set[int] = set()
    rim = {one for one in departments if one is not None}
    while rim:
        found |= rim
        above = Department.objects.filter(pk__in=rim, parent__isnull=False).values_list("parent_id", flat=True)
        rim = set(above) - found
    return found


def login_of(name: str) -> str:
    """Login of whoever has the name as login or as extension; the name itself when nobody has."""
    found = User.objects.filter(Q(username=name) | Q(extension=name)).values_list("username", flat=True).first()
    return found or name


def names_of_extensions(numbers: set[str]) -> dict[str, str]:
    """Extension → name of whose it is. Reads the database once, if any of them could be one."""
    inside = {number for number in numbers if number.isdigit() and len(number) <= LONGEST_EXTENSION}
    return {user.extension: str(user) for user in User.objects.filter(extension__in=inside)} if inside else {}


def names_of(logins: set[str]) -> dict[str, str]:
    """Login → name to show."""
    return {user.username: str(user) for user in User.objects.filter(username__in=logins)}
