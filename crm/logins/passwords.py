"""Changing passwords, by oneself and for others."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from crm.accounts.models import User
from crm.logins import lockout
from crm.logins.models import PastPassword
from crm.logins.rules import KEPT
from crm.logins.sessions import session_renewed, user_sessions_end


@transaction.atomic
def password_change(request: HttpRequest, *, password: str) -> None:
    """One's own; the old one was asked. All other sessions end, this one goes on under a new key.

    Raises ValidationError when the rules refuse it.
    """
    user, old = request.user, request.session.session_key
    _set(user, password, must_change=False)
    update_session_auth_hash(request, user)
    if request.session.session_key is None:
        request.session.create()
    session_renewed(old=old, request=request)
    user_sessions_end(user=user, but=request.session.session_key)


@transaction.atomic
def password_give(*, user: User, password: str) -> None:
    """By an administrator: to be changed at the first login; her sessions end, a lock is taken away (``signals``).

    Raises ValidationError. Who may do it is checked by who calls.
    """
    _set(user, password, must_change=True)


def login_unlock(*, user: User) -> bool:
    """Lets a locked user try again at once; whether there was anything to unlock."""
    codes = lockout.unlock(lockout.CODE, str(user.pk))
    return lockout.unlock(lockout.ACCOUNT, lockout.account_key(user.username)) or codes


def must_change(user: User) -> bool:
    """At the first login, and when the password is older than PASSWORD_DAYS."""
    if user.must_change_password:
        return True
    days, changed = settings.PASSWORD_DAYS, user.password_changed_at or user.date_joined
    return bool(days) and changed < timezone.now() - timedelta(days=days)


def _set(user: User, password: str, *, must_change: bool) -> None:
    validate_password(password, user)
    PastPassword.objects.get_or_create(user=user, hash=user.password)
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    PastPassword.objects.create(user=user, hash=user.password)
    kept = user.past_passwords.values_list("pk", flat=True)[:KEPT]
    user.past_passwords.exclude(pk__in=list(kept)).delete()
