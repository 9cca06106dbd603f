"""What the switch itself recorded of a call (its CDR) goes into the evidence: ringing, answer and end by its own clock,
and the cause as it told it. Once, and whenever the record comes."""

from datetime import UTC, datetime, timedelta

from crm.calls.models import CallDetail
from crm.campaigns.attempts.telling import Told, attempt_tell
from crm.campaigns.evidence.rows import Row
from crm.campaigns.models import Attempt, AttemptState, Lead

AT_ONCE = 500
LATE = timedelta(days=3)
"""So long a record is waited for."""


def recorded_digest(at: datetime) -> int:
    """How many attempts have their record now."""
    waiting = Attempt.objects.filter(state=AttemptState.ENDED, recorded=False, ended_at__gte=at - LATE)
    there = waiting.filter(pk__in=CallDetail.objects.values("call_id")).order_by("ended_at", "pk")
    ids = list(there.values_list("pk", flat=True)[:AT_ONCE])
    details = CallDetail.objects.in_bulk(ids)
    return sum(attempt_tell(pk, at, _recorded(details[pk])) for pk in ids)


def _recorded(detail: CallDetail) -> Told:
    def tell(attempt: Attempt, _lead: Lead | None, at: datetime) -> list[Row]:
        if attempt.recorded:
            return []
        attempt.recorded, attempt.rang_at = True, moment_of(detail, "progress")
        attempt.save(update_fields=["recorded", "rang_at"])
        facts = {
            "node": detail.node, "dialled_at": detail.started_at, "rang_at": attempt.rang_at,
            "announced_at": moment_of(detail, "progress_media"), "answered_at": detail.answered_at,
            "ended_at": detail.ended_at, "cause": detail.hangup_cause,
            "q850": str(detail.payload.get("hangup_cause_q850", "")),
            "sip_status": str(detail.payload.get("sip_term_status", "")),
        }  # fmt: skip
        return [Row(attempt.pk, "recorded", at, facts)]

    return tell


def moment_of(detail: CallDetail, what: str) -> datetime | None:
    """A moment that the switch wrote down in microseconds; None where it never came to that."""
    said = str(detail.payload.get(f"{what}_uepoch", ""))
    micros = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros) if micros else None
