"""Rows of calls as the recorder writes them for a campaign's dialling."""

from datetime import datetime, timedelta

from crm.calls.models import CallRecord, Offer
from crm.campaigns.models import Attempt
from crm.telephony.models import Disposition

SECOND = timedelta(seconds=1)


def call_told(
    attempt: Attempt, at: datetime, *, result: str = "", talk_s: int = 0, agent: str = "alice", cause: str = "",
    wrapped: bool = True, disposition: str = "", ended: bool = True, answered: bool = False,
) -> CallRecord:  # fmt: skip
    """A call dialled at ``at``; ``result``: what the dialling came to, "" while it rings."""
    talked = at + 10 * SECOND if talk_s else None
    over = (talked + talk_s * SECOND if talked else at + 20 * SECOND) if ended and (result or talk_s) else None
    picked_up = talked or (at + 10 * SECOND if answered else None)
    CallRecord.objects.filter(pk=attempt.pk).delete()
    Offer.objects.filter(pk=f"{attempt.pk}-o").delete()
    record = CallRecord.objects.create(
        call_id=attempt.pk, direction="outbound", number=attempt.number, number_e164=attempt.number, arrived_at=at,
        answered_at=picked_up, talk_started_at=talked, ended_at=over, agent=agent, dial_result=result,
        hangup_cause=cause, open_parts=0 if over and wrapped else 1,
        disposition=Disposition.objects.get(code=disposition) if disposition else None,
    )  # fmt: skip
    Offer.objects.create(
        offer=f"{attempt.pk}-o", call=record, agent=agent, dialled_at=at, dial_result=result, talk_started_at=talked
    )
    return record
