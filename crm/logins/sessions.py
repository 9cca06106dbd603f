"""Where users are logged in: seen, listed, ended."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from crm.access.holding import reach, require
from crm.accounts.models import User
from crm.live import telling
from crm.logins.address import client_address
from crm.logins.models import LoginSession

SEEN_EVERY = timedelta(seconds=20)
"""How exactly the time of the last request is kept."""


def session_begin(request: HttpRequest, user: User) -> LoginSession:
    """The row of a session that has just begun or was begun without one."""
    if not request.session.session_key:
        request.session.create()
    fields = {
        "user": user,
        "address": client_address(request),
        "browser": request.META.get("HTTP_USER_AGENT", "")[:300],
        "seen_at": timezone.now(),
    }
    living = Session.objects.filter(expire_date__gt=fields["seen_at"]).values("session_key")
    LoginSession.objects.filter(user=user).exclude(session_key__in=living).delete()
    return LoginSession.objects.update_or_create(session_key=request.session.session_key, defaults=fields)[0]


def session_of(request: HttpRequest, user: User) -> LoginSession:
    found = LoginSession.objects.filter(session_key=request.session.session_key, user=user).first()
    return found or session_begin(request, user)


def session_touch(row: LoginSession) -> None:
    """A person is at it."""
    now = timezone.now()
    if now - row.seen_at > SEEN_EVERY:
        LoginSession.objects.filter(pk=row.pk).update(seen_at=now)
        row.seen_at = now


def seconds_left(row: LoginSession) -> float | None:
    """Until it ends by itself because nobody was at it; None when sessions do not."""
    if not settings.SESSION_IDLE_MINUTES:
        return None
    ends = row.seen_at + timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return (ends - timezone.now()).total_seconds()


def is_idle(row: LoginSession) -> bool:
    left = seconds_left(row)
    return left is not None and left <= 0


def sessions_of(user: User) -> QuerySet[LoginSession]:
    """Those that are alive."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return LoginSession.objects.filter(user=user, session_key__in=living)


def sessions_reached(viewer: User) -> QuerySet[LoginSession]:
    """Living sessions of everybody whom her ``sessions.manage`` covers."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = LoginSession.objects.filter(session_key__in=living, user__in=reach(viewer, "sessions.manage").users())
    return rows.select_related("user", "user__department")


@transaction.atomic
def sessions_end(rows: Iterable[LoginSession]) -> int:
    """Ends them at once, with the pages that are open in them. Returns how many there were."""
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    LoginSession.objects.filter(session_key__in=keys).delete()
    telling.sessions_ended(keys)
    return len(keys)


def session_end_for(*, actor: User, row: LoginSession) -> None:
    """Raises PermissionDenied unless it is her own, or one of a user whom her reach covers."""
    if row.user_id != actor.pk:
        require(actor, "sessions.manage", of=row.user)
    sessions_end([row])


def user_sessions_end(*, user: User, but: str | None = None) -> int:
    """All of a user, ``but`` the one with this session key."""
    rows = LoginSession.objects.filter(user=user)
    return sessions_end(rows.exclude(session_key=but) if but else rows)


def session_renewed(*, old: str | None, request: Any) -> None:
    """The session goes on under another key: pages that are open in it connect again with that."""
    LoginSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
    telling.session_renewed(old or "")
