"""What an administrator wants of a role, before it is done: the input of the three steps, and what it would change."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crm.access.permissions import BY_CODE
from crm.accounts.models import Role, Scope, User
from crm.staff.authority import Held, held_by


@dataclass(frozen=True)
class Plan:
    """``role_id`` None: a new role. ``people`` are ids of active users, exactly those who shall hold it."""

    role_id: int | None
    name: str
    name_zh: str
    description: str
    description_zh: str
    scope: str
    permissions: Collection[str]
    people: Collection[int]

    def role(self) -> Role:
        """As it would be, unsaved."""
        return Role(
            pk=self.role_id, name=self.name, name_zh=self.name_zh, description=self.description,
            description_zh=self.description_zh, scope=self.scope, permissions=sorted(self.permissions),
        )  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What a plan does to some people alike: (permission's label, scope's label) that they gain and lose."""

    users: list[User]
    given: bool
    """They get the role now (else they have it, or lose it)."""
    taken: bool
    gains: list[str]
    loses: list[str]


def changes(plan: Plan, before: Role | None) -> list[Change]:
    """Everybody who gets, keeps or loses the role, those to whom the same happens together."""
    held = set(before.users.filter(is_active=True).values_list("pk", flat=True)) if before and before.pk else set()
    wanted = set(plan.people)
    users = User.objects.filter(pk__in=held | wanted, is_active=True).prefetch_related("roles").order_by("username")
    after_role = before if before and before.ready_made else plan.role()
    alike: dict[tuple[object, ...], list[User]] = {}
    for user in users:
        others = [role for role in user.roles.all() if not before or role.pk != before.pk]
        old = held_by([*others, before] if before and user.pk in held else others)
        new = held_by([*others, after_role] if after_role and user.pk in wanted else others)
        sign = (user.pk in wanted - held, user.pk in held - wanted, tuple(_more(new, old)), tuple(_more(old, new)))
        alike.setdefault(sign, []).append(user)
    return [
        Change(people, bool(given), bool(taken), list(gains), list(loses))  # type: ignore[call-overload]
        for (given, taken, gains, loses), people in alike.items()
        if given or taken or gains or loses
    ]


def _more(this: Held, that: Held) -> Iterable[str]:
    """In words, what ``this`` allows beyond ``that``, in the order of the permissions."""
    for code, permission in BY_CODE.items():
        if code not in this:
            continue
        scoped = permission.scoped
        if code not in that or (scoped and this[code].width > that[code].width):
            yield f"{permission.label} ({Scope(this[code]).label})" if scoped else str(permission.label)
