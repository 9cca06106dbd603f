"""What the rows of calls say about attempts: the id of a call is its attempt's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from crm.calls.models import CallRecord, Offer, Outcome
from crm.calls.months import between

ABANDONED = "abandoned"
"""She answered and was never joined with an agent."""
NOT_DIALLED = {"own_phone": "own_phone", "refused_by_list": "refused", "blocked": "blocked"}
"""Outcome of a call whose customer's phone cannot have rung → why not."""
_DIALLED = frozenset({"busy", "no_answer", "invalid", "refused", "absent", "failed", "cancelled"})


@dataclass(frozen=True)
class Seen:
    """``outcome``: "" while the call goes on; ``answered``, ``abandoned``, or what the dialling came to. ``over``: its
    wrap-up is over too. ``agent``: her login; ``disposition`` and ``noted_by``: ids."""

    dialled_at: datetime | None
    answered_at: datetime | None
    joined_at: datetime | None
    ended_at: datetime | None
    outcome: str
    not_dialled: str
    cause: str
    q850: str
    sip_status: str
    agent: str
    over: bool
    disposition: int | None
    noted_by: int | None = None


def seen(ids: Iterable[str], since: datetime) -> dict[str, Seen]:
    """Of those that have a row. ``since``: when the oldest of them was made. One query."""
    wanted = list(ids)
    if not wanted:
        return {}
    taken = Offer.objects.filter(call=OuterRef("pk"), dial_result="answered", month__gte=between(since, since)[0])
    rows = CallRecord.objects.filter(call_id__in=wanted, month__gte=between(since, since)[0])
    return {row.call_id: _seen(row) for row in rows.annotate(picked_up=Exists(taken))}


def _seen(row: CallRecord) -> Seen:
    moments = (row.arrived_at, row.answered_at, row.talk_started_at, row.ended_at)
    outcome = "" if row.outcome == Outcome.OPEN else row.outcome
    picked_up = row.picked_up or (row.answered_at is not None and not row.dial_result)  # type: ignore[attr-defined]
    if outcome not in ("", "answered") and picked_up:
        outcome = ABANDONED
    return Seen(
        dialled_at=min(filter(None, moments), default=None),
        answered_at=row.answered_at,
        joined_at=row.talk_started_at,
        ended_at=row.ended_at,
        outcome=outcome if outcome in _DIALLED | {"", "answered", ABANDONED} else "failed",
        not_dialled=NOT_DIALLED.get(outcome, ""),
        cause=row.hangup_cause,
        q850=row.q850,
        sip_status=row.sip_status,
        agent=row.agent,
        over=row.final,
        disposition=row.disposition_id,
        noted_by=row.noted_by_id,
    )
