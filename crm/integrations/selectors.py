"""Reading integrations and who comes in with a token."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import hold
from crm.accounts.models import User
from crm.integrations.keys import fits, is_allowed, prefix_of
from crm.integrations.known import token_of
from crm.integrations.models import Integration, Token

NOTED_EVERY = timedelta(minutes=1)


class NotLetIn(Exception):
    """The token does not let in; ``str()`` says why, as far as somebody may know who has no token."""


def integrations() -> QuerySet[Integration]:
    """Those that have not ended come first."""
    found = Integration.objects.select_related("user__department").prefetch_related("tokens")
    return found.order_by(F("ended_at").asc(nulls_first=True), "name")


def let_in(text: str, *, address: str, now: datetime) -> tuple[User, Token]:
    """The integration's user, holding what the token allows, and the token. Its use is noted once a minute.

    Raises NotLetIn, and PermissionDenied for a good token from an address that is not allowed.
    """
    prefix = prefix_of(text)
    token = token_of(prefix) if prefix else None
    if token is None or not fits(text, token.digest):
        raise NotLetIn(_("This token is not known."))
    if token.revoked_at or token.integration.ended_at or not token.integration.user.is_active:
        raise NotLetIn(_("This token was revoked."))
    if token.expires_at and token.expires_at <= now:
        raise NotLetIn(_("This token has expired."))
    if not is_allowed(address, token.allowed):
        raise PermissionDenied(_("This token is not allowed from %(address)s.") % {"address": address})
    if token.used_at is None or now - token.used_at >= NOTED_EVERY or token.used_from != address:
        Token.objects.filter(pk=token.pk).update(used_at=now, used_from=address)
    return holding(token), token


def holding(token: Token) -> User:
    """The integration's user with the permissions of one token, in place of those of roles."""
    hold(token.integration.user, token)
    return token.integration.user


def state_of(token: Token, now: datetime) -> str:
    """good, expired or revoked."""
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= now else "good"


def tokens_of(integration: Integration, now: datetime) -> tuple[int, datetime | None]:
    """How many of its tokens let in, and when one was last used."""
    tokens = list(integration.tokens.all())
    used = [token.used_at for token in tokens if token.used_at]
    return sum(state_of(token, now) == "good" for token in tokens), max(used, default=None)
