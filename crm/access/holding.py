"""What a user may do, and with whose data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.permissions import BY_CODE
from crm.accounts.models import Role, Scope, User
from crm.accounts.selectors import department_ids_below


@dataclass(frozen=True)
class Reach:
    """Whose data a permission of one user covers. ``departments`` are ids, filled for department scopes.

    Nobody's reach is falsy.
    """

    user: int | None
    scope: Scope | None
    departments: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.scope is not None

    @property
    def everything(self) -> bool:
        return self.scope == Scope.ALL

    def covers(self, other: Any) -> bool:
        """``other`` is a User; herself is always covered by what she may do at all."""
        if self.scope is None:
            return False
        return self.everything or other.pk == self.user or other.department_id in self.departments

    def users(self) -> QuerySet[User]:
        """Active people whom it covers, herself included."""
        active = User.objects.filter(is_active=True, program=False)
        if self.scope is None:
            return active.none()
        if self.everything:
            return active
        return active.filter(Q(pk=self.user) | Q(department__in=self.departments))


def held(user: Any) -> dict[str, Scope]:
    """Permission → the widest scope in which one of her roles allows it. Read once per user object."""
    if "_held" not in user.__dict__:
        user.__dict__["_held"] = _read(user)
    return user.__dict__["_held"]


def held_by(roles: Iterable[Role]) -> dict[str, Scope]:
    """Permission → the widest scope in which one of these roles allows it."""
    found: dict[str, Scope] = {}
    for role in roles:
        scope = Scope(role.scope)
        for code in role.permissions:
            if code in BY_CODE and (code not in found or scope.width > found[code].width):
                found[code] = scope
    return found


def forget(user: Any) -> None:
    """Her roles have changed: ``held`` reads them again."""
    user.__dict__.pop("_held", None)


def hold(user: Any, token: Any) -> None:
    """From now on this program may do what one of its tokens allows, in place of all that its tokens do."""
    user.__dict__["_token"] = token.pk
    user.__dict__["_held"] = {code: Scope(token.scope) for code in token.permissions if code in BY_CODE}


def token_of(user: Any) -> int | None:
    """Id of the token by which a program acts; None for a person, and for a program that has none at hand."""
    return user.__dict__.get("_token")


def act_by(user: Any, token: int | None) -> None:
    """What she ordered is done later: by the token that ordered it, as far as that one is still in force."""
    user.__dict__["_token"] = token
    forget(user)


def may(user: Any, code: str) -> bool:
    """Whether one of her roles allows it at all; for scoped ones ask ``reach`` whom it covers."""
    return code in held(user)


def reach(user: Any, code: str) -> Reach:
    """Whose data she may touch with this permission."""
    scope = held(user).get(code)
    below: frozenset[int] = frozenset()
    if scope == Scope.DEPARTMENT and user.department_id:
        below = frozenset({user.department_id})
    elif scope == Scope.BELOW:
        below = frozenset(department_ids_below(user.department))
    return Reach(user.pk, scope, below)


def narrower(user: Any, *codes: str) -> str:
    """Of permissions that all are needed, the one that reaches least; "" unless she holds them all."""
    widths = {code: reach(user, code) for code in codes}
    if not all(widths.values()):
        return ""
    return min(widths, key=lambda code: widths[code].scope.width)  # type: ignore[union-attr]


def require(user: Any, code: str, *, of: User | None = None) -> None:
    """Raises PermissionDenied unless she may do it, to the data ``of`` that user where one is named."""
    allowed = may(user, code) if of is None else reach(user, code).covers(of)
    if not allowed:
        raise PermissionDenied(refusal(code))


def refusal(code: str) -> str:
    """The sentence for the screen."""
    return _("You are not allowed to do this (%(what)s).") % {"what": BY_CODE[code].label}


def _read(user: Any) -> dict[str, Scope]:
    if not user.is_authenticated or not user.is_active:
        return {}
    if user.is_superuser:
        return dict.fromkeys(BY_CODE, Scope.ALL)
    return _of_program(user) if user.program else held_by(user.roles.all())


def _of_program(user: Any) -> dict[str, Scope]:
    """Work that a program ordered is done later: what the token allows that ordered it (``act_by``). Where nobody
    knows which one that was, what its tokens in force allow, each permission in the narrowest scope."""
    now = timezone.now()
    tokens = Q(integration__user=user, integration__ended_at=None, revoked_at=None)
    tokens &= Q(expires_at=None) | Q(expires_at__gt=now)
    if token_of(user) is not None:
        tokens &= Q(pk=token_of(user))
    found: dict[str, Scope] = {}
    for token in apps.get_model("integrations", "Token").objects.filter(tokens):
        scope = Scope(token.scope)
        for code in token.permissions:
            if code in BY_CODE and (code not in found or scope.width < found[code].width):
                found[code] = scope
    return found
