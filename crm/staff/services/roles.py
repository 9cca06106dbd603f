"""Roles: made, changed, given, removed."""

import re
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.access.permissions import BY_CODE
from crm.accounts.models import Role, Scope, User
from crm.staff.authority import fresh, held_by, require_administrator, require_no_lift, require_within
from crm.staff.plan import Plan


@transaction.atomic
def role_save(*, actor: User, plan: Plan) -> Role:
    """Writes the role as planned and gives it to exactly the people of the plan.

    Raises PermissionDenied (no right, it would lift the actor, no administrator would be left), ValidationError.
    """
    require(actor, "roles.manage")
    role = Role.objects.select_for_update().get(pk=plan.role_id) if plan.role_id else Role(code=_code(plan.name))
    _check_self(actor, role, plan)
    require_within(actor, *([role] if role.pk else ()), Role(scope=plan.scope, permissions=_known(plan.permissions)))
    if not role.ready_made:
        _write(role, plan)
    _give(role, plan.people)
    require_administrator()
    return role


@transaction.atomic
def role_remove(*, actor: User, role: Role) -> None:
    """Those who hold it lose it. Ready-made ones stay."""
    require(actor, "roles.manage")
    require_within(actor, role)
    if role.ready_made:
        raise PermissionDenied(_("Ready-made roles stay as they are. Copy one to change it."))
    for user in role.users.all():
        user.roles.remove(role)  # told one by one, so that each is in the audit
    role.delete()


def _check_self(actor: User, role: Role, plan: Plan) -> None:
    """She may neither give herself a role that allows more, nor widen one that she holds."""
    if actor.is_superuser or actor.pk not in plan.people:
        return
    others = actor.roles.exclude(pk=role.pk) if role.pk else actor.roles.all()
    after = role if role.ready_made else Role(scope=plan.scope, permissions=sorted(plan.permissions))
    require_no_lift(actor, held_by([*others, after]))


def _known(permissions: Collection[str]) -> list[str]:
    """Without those that there are not, which are told of by ``_write``."""
    return sorted(set(permissions) & set(BY_CODE))


def _write(role: Role, plan: Plan) -> None:
    name = plan.name.strip()
    if name and Role.objects.filter(name__iexact=name).exclude(pk=role.pk).exists():
        raise ValidationError({"name": _("There is already a role of this name.")})
    unknown = set(plan.permissions) - set(BY_CODE)
    if unknown:
        raise ValidationError(
            {"permissions": _("Unknown permission: %(what)s.") % {"what": ", ".join(sorted(unknown))}}
        )
    role.name, role.name_zh = name, plan.name_zh.strip()
    role.description, role.description_zh = plan.description.strip(), plan.description_zh.strip()
    role.scope, role.permissions = Scope(plan.scope), sorted(plan.permissions)
    role.full_clean()
    role.save()


def _give(role: Role, people: Collection[int]) -> None:
    """Ended users keep what they had."""
    have = set(role.users.filter(is_active=True).values_list("pk", flat=True))
    wanted = set(User.objects.filter(pk__in=people, is_active=True, program=False).values_list("pk", flat=True))
    for user in User.objects.filter(pk__in=have ^ wanted):
        (user.roles.add if user.pk in wanted else user.roles.remove)(role)
        fresh(user)


def _code(name: str) -> str:
    """A code for a new role, from its name where that has Latin letters."""
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:24] or "role"
    taken = set(Role.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(len(taken) + 1) if (code := f"{stem}_{n + 1}" if n else stem) not in taken)
