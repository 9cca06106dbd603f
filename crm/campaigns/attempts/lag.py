"""How far the digest is behind what is known."""

from datetime import datetime, timedelta

from crm import switch
from crm.campaigns.attempts.declined import declined
from crm.campaigns.attempts.seen import seen
from crm.campaigns.attempts.settling import WAIT, fate
from crm.campaigns.models import Attempt, AttemptState

AT_ONCE = 500
"""The oldest are looked at; they are behind first."""


def digest_lag(at: datetime) -> tuple[timedelta, int]:
    """For how long the oldest attempt that could be told waits to be, and how many there are. What nobody knows yet
    (a call that goes on, a daemon that is away) is not behind."""
    settled, committed = switch.settled()
    held = Attempt.objects.filter(state__in=[AttemptState.HANDED, AttemptState.DIALLED]).order_by("made_at", "pk")
    some = list(held[:AT_ONCE])
    if not some:
        return timedelta(), 0
    ids, since = [one.pk for one in some], some[0].made_at
    calls, refused = seen(ids, since), declined(ids, since)
    waits = []
    for one in some:
        call = calls.get(one.pk)
        if call is not None:
            ended = call.ended_at if call.outcome else None
        elif one.state == AttemptState.HANDED and one.expires_at is not None:
            known = one.pk in refused or fate(one.term, one.expires_at, at, settled, committed) != WAIT
            ended = one.expires_at if known else None
        else:
            ended = None
        if ended is not None and ended < at:
            waits.append(at - ended)
    return max(waits, default=timedelta()), len(waits)
