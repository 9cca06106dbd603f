"""Making and ending integrations and their tokens. A token allows no more than whoever makes it may do herself."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import held, require
from crm.access.permissions import BY_CODE
from crm.accounts.models import Department, Scope, User
from crm.audit import services as audit
from crm.integrations.keys import key_made
from crm.integrations.models import Integration, Token
from crm.staff.authority import exceeds

NEVER = frozenset({"desk.use", "integrations.manage"})
"""What no token allows: a program sits at no desk, and makes no keys for itself."""


@transaction.atomic
def integration_make(
    *, actor: User, name: str, now: datetime, note: str = "", department: Department | None = None
) -> Integration:
    """A new program, without a token yet. Raises ValidationError by field, and PermissionDenied."""
    require(actor, "integrations.manage")
    user = User(username=_login(name), display_name=name.strip(), department=department, program=True)
    user.set_unusable_password()
    made = Integration(name=name.strip(), note=note.strip(), user=user, made_by=actor, made_at=now)
    made.full_clean(exclude=["user"])
    user.save()
    made.user = user
    made.save()
    return made


@transaction.atomic
def integration_change(
    *, actor: User, integration: Integration, name: str, note: str = "", department: Department | None = None
) -> Integration:
    """Raises ValidationError by field, and PermissionDenied."""
    require(actor, "integrations.manage")
    integration.name, integration.note = name.strip(), note.strip()
    integration.full_clean()
    integration.save()
    integration.user.display_name, integration.user.department = integration.name, department
    integration.user.save()
    return integration


@transaction.atomic
def integration_end(*, actor: User, integration: Integration, now: datetime) -> None:
    """From now on none of its tokens lets in. What it did stays its doing."""
    require(actor, "integrations.manage")
    if integration.ended_at is None:
        for token in integration.tokens.filter(revoked_at=None):
            token_revoke(actor=actor, token=token, now=now)
        integration.ended_at = now
        integration.save()
        integration.user.is_active = False
        integration.user.save()


@transaction.atomic
def token_make(
    *,
    actor: User,
    integration: Integration,
    name: str,
    permissions: Collection[str],
    now: datetime,
    scope: str = Scope.ALL,
    allowed: Sequence[str] = (),
    expires_at: datetime | None = None,
    rate: int | None = None,
) -> tuple[Token, str]:
    """A new token and its text, which is never to be had again.

    Raises ValidationError by field, and PermissionDenied for what the actor may not do herself.
    """
    require(actor, "integrations.manage")
    if integration.ended_at:
        raise ValidationError(_("This integration has ended."))
    wrong = sorted(set(permissions) - BY_CODE.keys() | NEVER & set(permissions))
    if wrong or not permissions:
        raise ValidationError({"permissions": _("Choose at least one of the permissions that are offered.")})
    if scope not in Scope.values:
        raise ValidationError({"scope": _("Choose a data scope.")})
    if exceeds(dict.fromkeys(permissions, Scope(scope)), held(actor)):
        raise PermissionDenied(_("A token allows no more than you may do yourself."))
    if expires_at and expires_at <= now:
        raise ValidationError({"expires_at": _("This moment is over.")})
    key = key_made()
    token = Token(
        integration=integration, name=name.strip(), prefix=key.prefix, digest=key.digest,
        permissions=sorted(permissions), scope=scope, allowed=networks_of(allowed), rate=rate, made_by=actor,
        made_at=now, expires_at=expires_at,
    )  # fmt: skip
    token.full_clean()
    token.save()
    audit.event("token.made", about=token, details={"permissions": token.permissions, "scope": token.scope})
    return token, key.text


@transaction.atomic
def token_revoke(*, actor: User, token: Token, now: datetime) -> None:
    """It lets in nobody from now on."""
    require(actor, "integrations.manage")
    if token.revoked_at is None:
        token.revoked_at = now
        token.save()
        audit.event("token.ended", about=token)


def networks_of(typed: Sequence[str]) -> list[str]:
    """Addresses and networks as they are kept. Raises ValidationError naming the first that is none."""
    found: list[str] = []
    for one in filter(None, map(str.strip, typed)):
        try:
            found.append(str(ip_network(one, strict=False)))
        except ValueError as error:
            sentence = _("“%(typed)s” is no address and no network such as 192.0.2.0/24.") % {"typed": one}
            raise ValidationError({"allowed": sentence}) from error
    return list(dict.fromkeys(found))


def _login(name: str) -> str:
    """``app-`` and the name as far as a login allows, with a number where that is taken."""
    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:20] or "integration"
    taken: Any = set(User.objects.filter(username__startswith=f"app-{word}").values_list("username", flat=True))
    return next(login for n in range(1, 10_000) if (login := f"app-{word}" + f"-{n}" * (n > 1)) not in taken)
