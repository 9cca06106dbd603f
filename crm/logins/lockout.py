"""Who fails too often waits, ever longer.

Theory of operation. A try is counted *before* the password is looked at, under a row lock, and given back when it was
right: so a thousand tries at once get no more than the limit. Counts leak away with time. From the limit on each
further failure doubles the wait. The counts lie in PostgreSQL, where users and sessions lie too: every web process
sees the same, Redis plays no part, and without the database nobody gets in anyhow.

An account is the login as it was typed, whether it exists or not, so the answer tells nothing about that.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from crm.logins.models import Tries

ACCOUNT, ADDRESS, CODE = "account", "address", "code"
FIRST_LOCK_S, MOST_LOCK_S = 60, 3600
FORGOTTEN_AFTER = timedelta(days=1)


class Rule(NamedTuple):
    """``tries`` until it locks; one of them is forgotten each ``leak_s`` seconds."""

    tries: int
    leak_s: int


def rule(kind: str) -> Rule:
    if kind == ADDRESS:
        return Rule(settings.LOGIN_ADDRESS_TRIES, 60)
    return Rule(settings.LOGIN_ACCOUNT_TRIES, 900)


def account_key(login: str) -> str:
    return login.strip().casefold()[:64]


def knock(kind: str, key: str, *, now: datetime | None = None) -> int:
    """Counts one try; 0 when it may be made, else the seconds for which it may not (such a try is not counted)."""
    if not key:
        return 0
    now = now or timezone.now()
    with transaction.atomic():
        held = Tries.objects.select_for_update()
        tries, new = held.get_or_create(kind=kind, key=key, defaults={"counted_at": now})
        if tries.locked_until and tries.locked_until > now:
            return max(1, round((tries.locked_until - now).total_seconds()))
        limit, leak_s = rule(kind)
        quiet_since = max(tries.counted_at, tries.locked_until or tries.counted_at)  # a lock itself forgives nothing
        leaked = max(0, int((now - quiet_since).total_seconds() // leak_s))  # another process' clock may be ahead
        tries.count = max(0, tries.count - leaked) + 1
        tries.counted_at = now
        over = tries.count - limit
        tries.locked_until = now + timedelta(seconds=lock_s(over)) if over >= 0 else None
        tries.save()
        if new:
            Tries.objects.filter(counted_at__lt=now - FORGOTTEN_AFTER).delete()
    return 0


def lock_s(over: int) -> int:
    """Seconds of the lock when the limit is passed by ``over``: a minute, then twice as long, at most an hour."""
    return min(FIRST_LOCK_S << min(over, 10), MOST_LOCK_S)


def opened(kind: str, key: str) -> None:
    """The try was right: an account is clean again; an address gets this one try back, for others use it too."""
    if kind != ADDRESS:
        unlock(kind, key)
        return
    with transaction.atomic():
        tries = Tries.objects.select_for_update().filter(kind=kind, key=key).first()
        if tries is not None:
            tries.count = max(0, tries.count - 1)
            if tries.count < rule(kind).tries:
                tries.locked_until = None
            tries.save()


def unlock(kind: str, key: str) -> bool:
    """Whether there was anything to forget."""
    return bool(Tries.objects.filter(kind=kind, key=key).delete()[0])


def locked(kind: str) -> dict[str, datetime]:
    """Key → until when, of those that are locked now."""
    found = Tries.objects.filter(kind=kind, locked_until__gt=timezone.now())
    return dict(found.values_list("key", "locked_until"))
