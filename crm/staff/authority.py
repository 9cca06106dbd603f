"""How far one user's right to manage others goes.

Nobody hands out, or takes over by a new password, more than she holds herself, unless she manages the roles; nobody
lifts herself; somebody can always administer the centre.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm.access.holding import Reach, forget, held, held_by, may, reach, refusal
from crm.access.permissions import BY_CODE
from crm.accounts.models import Department, Role, Scope, User

ADMINISTRATOR = "administrator"

Held = dict[str, Scope]


def exceeds(more: Held, less: Held) -> bool:
    """Whether ``more`` allows anything that ``less`` does not. The scope counts only where a permission has one."""
    return any(
        code not in less or (BY_CODE[code].scoped and scope.width > less[code].width) for code, scope in more.items()
    )


def may_give(actor: User, role: Role) -> bool:
    """Whether she may give this role to those whom she manages, or take it from them."""
    return _above_roles(actor) or not exceeds(held_by([role]), _weight(actor))


def outranks(user: User, actor: User) -> bool:
    """Whether the user may do more than the actor, who therefore leaves her alone."""
    return user.is_superuser and not actor.is_superuser or exceeds(held(user), _weight(actor))


def _above_roles(actor: User) -> bool:
    """Who manages the roles may hand on what she does not hold herself; a program may not, whatever its token says."""
    return may(actor, "roles.manage") and not actor.program


def require_within(actor: User, *roles: Role) -> None:
    """A program writes no role that allows more than its token, before or after."""
    if actor.program and any(exceeds(held_by([role]), _weight(actor)) for role in roles):
        raise PermissionDenied(_("A program writes no role that allows more than its token."))


def _weight(actor: User) -> Held:
    """What she may hand on. No token allows to work at the desk, and yet a program may take on who does."""
    return held(actor) | ({"desk.use": Scope.ALL} if actor.program else {})


def may_manage(actor: User, user: User) -> bool:
    """Whether she may change this user: within reach, and not above her."""
    if not reach(actor, "users.manage").covers(user):
        return False
    if user.is_superuser and not actor.is_superuser:
        return False
    return actor.pk == user.pk or _above_roles(actor) or not outranks(user, actor)


def require_manage(actor: User, user: User) -> None:
    if not may_manage(actor, user):
        raise PermissionDenied(
            _("You may not change %(who)s.") % {"who": user} if may(actor, "users.manage") else refusal("users.manage")
        )


def covers_department(reached: Reach, department: Department | None) -> bool:
    """Whether a department is within reach; none at all is only for who reaches everything."""
    return reached.everything or (department is not None and department.pk in reached.departments)


def require_roles(actor: User, user: User, before: Iterable[Role], after: Iterable[Role]) -> None:
    """Each role that comes or goes must be hers to give, and it must not lift herself."""
    old, new = set(before), set(after)
    for role in old ^ new:
        if not may_give(actor, role):
            raise PermissionDenied(_("You may not give or take the role %(role)s.") % {"role": role.label})
    if actor.pk == user.pk and not actor.is_superuser:
        require_no_lift(actor, held_by(new))


def require_no_lift(actor: User, after: Held) -> None:
    """``after`` is what she would hold herself."""
    if exceeds(after, held(actor)):
        raise PermissionDenied(_("You cannot give yourself more than you have. Ask another administrator."))


def require_administrator() -> None:
    """Call it in the transaction, after the change: some active administrator must be left.

    Whoever changes administrators stands in line at the role's row, so that two cannot end each other.
    """
    role = Role.objects.select_for_update().get(code=ADMINISTRATOR)
    left = User.objects.filter(is_active=True)
    if not left.filter(roles=role).exists() and not left.filter(is_superuser=True).exists():
        raise PermissionDenied(_("Somebody must be able to administer the centre: this is the last administrator."))


def fresh(*users: User) -> None:
    """What they hold has changed."""
    for user in users:
        forget(user)
