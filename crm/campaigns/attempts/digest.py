"""What became of attempts, read from the rows of calls and from what the daemon says it can no longer begin.

Each second. Every attempt is a transaction of its own that holds its row, so whoever is killed leaves it whole or
untouched, and two who are at it at once do nothing twice. What was told is only ever moved on by what is told later.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from crm import switch
from crm.campaigns.attempts.declined import declined
from crm.campaigns.attempts.seen import Seen, seen
from crm.campaigns.attempts.settling import RETURN, UNKNOWN, fate
from crm.campaigns.attempts.telling import ANSWERED, Told, attempt_tell, call_seen, nobody_knows, not_dialled
from crm.campaigns.attempts.verdicts import meanings, restated, said, verdict_due
from crm.campaigns.models import Attempt, AttemptState

log = logging.getLogger(__name__)
AT_ONCE = 500
LATE = timedelta(days=3)
"""How long an attempt of which nobody knew is looked for in the rows of calls."""


def digest(at: datetime) -> int:
    """How many attempts moved on."""
    # In this order: what the daemon settled, then the rows of calls.
    settled, committed = switch.settled()
    moved = 0
    for some in _pieces(_open()):
        rows = _rows(some)
        waiting = [one for one in some if one.state == AttemptState.HANDED and one.pk not in rows]
        refused = declined([one.pk for one in waiting], min(one.made_at for one in some))
        for attempt in some:
            call = rows.get(attempt.pk)
            if call is not None:
                moved += _news(attempt, call) and _tell(attempt, at, call_seen(call))
            elif attempt.pk in refused:
                moved += _tell(attempt, at, not_dialled("refused", refused[attempt.pk]))
            elif attempt.state == AttemptState.HANDED:
                assert attempt.expires_at is not None
                what = fate(attempt.term, attempt.expires_at, at, settled, committed)
                if what == RETURN:
                    moved += _tell(attempt, at, not_dialled("expired"))
                elif what == UNKNOWN:
                    moved += _tell(attempt, at, nobody_knows)
    return moved + _late(at) + _verdicts(_unsaid(), at) + _restated(at)


def late_verdicts(at: datetime) -> int:
    """Dispositions that were given after a call had been settled without one."""
    changed = Attempt.objects.filter(
        campaign__isnull=False, state=AttemptState.ENDED, outcome=ANSWERED, verdict=ANSWERED,
        made_at__gte=at - timedelta(days=1),
    )  # fmt: skip
    return _verdicts(changed.order_by("made_at", "pk"), at)


def _open() -> QuerySet[Attempt]:
    return Attempt.objects.filter(state__in=[AttemptState.HANDED, AttemptState.DIALLED]).order_by("made_at", "pk")


def _unsaid() -> QuerySet[Attempt]:
    return Attempt.objects.filter(state=AttemptState.ENDED, outcome=ANSWERED, verdict="").order_by("ended_at", "pk")


def _late(at: datetime) -> int:
    moved = 0
    unknown = Attempt.objects.filter(state=AttemptState.ENDED, outcome="unknown", ended_at__gte=at - LATE)
    for some in _pieces(unknown.order_by("ended_at", "pk")):
        for pk, call in _rows(some).items():
            moved += _tell(pk, at, call_seen(call))
    return moved


def _verdicts(attempts: QuerySet[Attempt], at: datetime) -> int:
    moved = 0
    for some in _pieces(attempts):
        rows, meant = _rows(some), meanings({one.campaign_id for one in some if one.campaign_id is not None})
        for attempt in some:
            verdict = verdict_due(attempt, rows.get(attempt.pk), meant, at)
            if verdict and verdict != attempt.verdict:
                moved += _tell(attempt, at, said(verdict, rows.get(attempt.pk)))
    return moved


def _restated(at: datetime) -> int:
    """Dispositions that were changed. One that none was digested of yet keeps its note until then."""
    changed = Attempt.objects.filter(restated=True, state=AttemptState.ENDED).exclude(verdict="")
    return sum(_tell(pk, at, restated) for pk in list(changed.order_by("ended_at", "pk").values_list("pk", flat=True)))


def _news(attempt: Attempt, call: Seen) -> bool:
    """Whether the rows say more than the attempt."""
    known = (AttemptState.DIALLED, attempt.answered_at, attempt.joined_at)
    return bool(call.outcome) or (attempt.state, call.answered_at, call.joined_at) != known


def _rows(attempts: Sequence[Attempt]) -> dict[str, Seen]:
    return seen([one.pk for one in attempts], min(one.made_at for one in attempts)) if attempts else {}


def _pieces(attempts: QuerySet[Attempt]) -> Iterable[list[Attempt]]:
    """So many at a time, each once."""
    every = list(attempts)
    for begin in range(0, len(every), AT_ONCE):
        yield every[begin : begin + AT_ONCE]


def _tell(attempt: Attempt | str, at: datetime, tell: Told) -> bool:
    """One that cannot be digested does not keep the others back."""
    pk = attempt if isinstance(attempt, str) else attempt.pk
    try:
        return attempt_tell(pk, at, tell)
    except Exception:
        log.exception("the attempt %s could not be digested", pk)
        return False
