"""Letting people in again: a lock taken away, a lost second factor, by who may."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm.access.holding import reach, require
from crm.accounts.models import User
from crm.audit.services import event
from crm.logins import factors, lockout
from crm.logins.passwords import login_unlock
from crm.staff.authority import outranks


class Locked(NamedTuple):
    """A user, or an address where ``user`` is None."""

    user: User | None
    key: str
    until: datetime


def locked_reached(viewer: User) -> list[Locked]:
    """Locked users whom her ``sessions.manage`` covers; if it covers everybody, locked addresses too."""
    scope = reach(viewer, "sessions.manage")
    accounts = lockout.locked(lockout.ACCOUNT)
    users = {lockout.account_key(user.username): user for user in scope.users().filter(username__in=accounts)}
    found = [Locked(user, key, accounts[key]) for key, user in sorted(users.items())]
    if scope.everything:
        found += [Locked(None, key, until) for key, until in sorted(lockout.locked(lockout.ADDRESS).items())]
    return found


def unlock_for(*, actor: User, user: User) -> bool:
    """Whether there was anything to unlock. Raises PermissionDenied for one out of reach."""
    require(actor, "sessions.manage", of=user)
    return login_unlock(user=user)


def address_unlock_for(*, actor: User, address: str) -> bool:
    """Raises PermissionDenied unless her reach is everybody: who sits at an address is not known."""
    if not reach(actor, "sessions.manage").everything:
        raise PermissionDenied(_("Only who may end the sessions of everybody may let an address in again."))
    unlocked = lockout.unlock(lockout.ADDRESS, address)
    if unlocked:
        event("login.unlocked", label=address)
    return unlocked


def factor_remove_for(*, actor: User, user: User) -> bool:
    """Whether there was one. Raises PermissionDenied for one out of reach, and for who may more than she herself."""
    require(actor, "users.manage", of=user)
    if outranks(user, actor):
        raise PermissionDenied(_("%(name)s may do more than you. Somebody else must do this.") % {"name": user})
    return factors.factor_remove(user=user)
