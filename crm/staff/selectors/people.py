"""Users: whom one sees, the list with its filters, and finding people by what they are called."""

import re
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.access.holding import Reach, reach
from crm.accounts.models import Department, Role, User
from crm.accounts.selectors import department_ids_below
from crm.staff.filters import Filters

FOUND_AT_MOST = 50
_MARKS = re.compile(r"[\s,;、，；]+")


class Named(NamedTuple):
    """Who a pasted list names, and its words that name nobody."""

    users: list[User]
    unknown: list[str]


def within(reached: Reach) -> Q:
    """Users whom it covers, those who have left too."""
    if not reached:
        return Q(pk__in=[])
    if reached.everything:
        return Q(pk__isnull=False)  # an empty Q would vanish beside another one
    return Q(pk=reached.user) | Q(department__in=reached.departments)


def within_sight(actor: User) -> QuerySet[User]:
    """Whom ``users.see`` or ``users.manage`` reaches; those who have left too."""
    seen = within(reach(actor, "users.see")) | within(reach(actor, "users.manage"))
    return User.objects.filter(seen, program=False)


def users_found(actor: User, asked: Filters) -> QuerySet[User]:
    """Whom the actor sees, as the filters ask."""
    users = within_sight(actor).filter(is_active=asked.state != "ended")
    if asked.text:
        users = users.filter(matching(asked.text))
    if asked.department:
        users = users.filter(department__in=_below(asked.department))
    if asked.role:
        holding = Role.users.through.objects.filter(user=OuterRef("pk"), role=asked.role)
        users = users.filter(Exists(holding))
    if asked.state == "agents":
        users = users.filter(agent_profile__isnull=False)
    return users.select_related("department", "agent_profile").prefetch_related("roles").order_by("username")


def matching(text: str) -> Q:
    """Login, name, work number, extension or e-mail contain it."""
    return (
        Q(username__icontains=text)
        | Q(display_name__icontains=text)
        | Q(work_number__icontains=text)
        | Q(extension__startswith=text)
        | Q(email__icontains=text)
    )


def people_found(users: QuerySet[User], text: str) -> list[User]:
    """At most ``FOUND_AT_MOST`` active ones, for a choice."""
    found = users.filter(is_active=True).filter(matching(text)) if text else users.filter(is_active=True)
    return list(found.select_related("department").order_by("username")[:FOUND_AT_MOST])


def people_named(users: QuerySet[User], text: str) -> Named:
    """Active users by work number, login, extension or whole name, as pasted: one a line, or with commas between."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = {word for line in lines for word in (line, *_MARKS.split(line)) if word}
    asked = (
        Q(work_number__in=words) | Q(username__in=[word.lower() for word in words])
        | Q(extension__in=words) | Q(display_name__in=words)
    )  # fmt: skip
    found: dict[str, User] = {}
    for user in users.filter(is_active=True).filter(asked).select_related("department"):
        for name in (user.display_name, user.extension, user.username, user.work_number):
            if name:
                found[name.lower()] = user
    named, unknown = {}, []
    for line in lines:
        for word in [line] if line.lower() in found else [word for word in _MARKS.split(line) if word]:
            if user := found.get(word.lower()):
                named[user.pk] = user
            elif word not in unknown:
                unknown.append(word)
    return Named(list(named.values()), unknown)


def _below(department: int) -> set[int]:
    return department_ids_below(Department.objects.filter(pk=department).first())
