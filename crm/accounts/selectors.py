"""Reading departments and users."""

from django.db.models import Q, QuerySet

from crm.accounts.models import Department, Role, User


def department_ids_below(department: Department | None) -> set[int]:
    """Ids of a department and all below it; empty for None. A loop in the tree ends the walk."""
    if department is None:
        return set()
    found, rim = {department.pk}, {department.pk}
    while rim:
        rim = set(Department.objects.filter(parent__in=rim).values_list("pk", flat=True)) - found
        found |= rim
    return found


def users_supervised(user: User) -> QuerySet[User]:
    """Whom the user may watch and command, herself included."""
    if user.is_administrator:
        return User.objects.filter(is_active=True)
    if user.is_supervisor:
        below = User.objects.filter(is_active=True, department__in=department_ids_below(user.department))
        return below | User.objects.filter(pk=user.pk)
    return User.objects.filter(pk=user.pk)


def may_supervise(user: User, other: User) -> bool:
    """An administrator everyone; a supervisor the agents of her department and those below it."""
    if user.is_administrator:
        return True
    return (
        user.is_supervisor
        and other.role == Role.AGENT
        and (other.department_id in department_ids_below(user.department))
    )


def login_of(name: str) -> str:
    """Login of whoever has the name as login or as extension; the name itself when nobody has."""
    found = User.objects.filter(Q(username=name) | Q(extension=name)).values_list("username", flat=True).first()
    return found or name


def names_of(logins: set[str]) -> dict[str, str]:
    """Login → name to show."""
    return {user.username: str(user) for user in User.objects.filter(username__in=logins)}
