"""What agents said of calls that were answered, and what it means to the campaign."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crm.campaigns.attempts.seen import Seen
from crm.campaigns.attempts.telling import ANSWERED, Told
from crm.campaigns.evidence.rows import Row
from crm.campaigns.leads.stepping import lead_spoken, number_close
from crm.campaigns.models import (
    Attempt,
    AttemptState,
    Callback,
    CallbackState,
    CampaignDisposition,
    Lead,
    LeadState,
    Verdict,
)
from crm.numberlists.services import refusal_keep

UNSAID_FOR = timedelta(minutes=10)
"""So long after the call and its wrap-up an agent has time to say what came of it."""
AT_MOST = timedelta(hours=1)
"""A wrap-up whose end nobody told."""

Meanings = Mapping[tuple[int, int], str]
"""(campaign, disposition) → verdict."""


def meanings(campaigns: set[int]) -> Meanings:
    rows = CampaignDisposition.objects.filter(campaign__in=campaigns)
    return {(campaign, said): verdict for campaign, said, verdict in rows.values_list(
        "campaign_id", "disposition_id", "verdict"
    )}  # fmt: skip


def verdict_due(attempt: Attempt, seen: Seen | None, meant: Meanings, at: datetime) -> str:
    """A verdict, ``answered`` if she said nothing in time, or "" while she still may. Of a call of no campaign nothing
    is asked. That somebody wants no more calls counts before the wrap-up is over."""
    if attempt.campaign_id is None:
        return ANSWERED
    since = at - (attempt.ended_at or at)
    if seen is None:
        return ANSWERED if since > AT_MOST else ""
    said = meant.get((attempt.campaign_id, seen.disposition), Verdict.DONE.value) if seen.disposition else ""
    if said == Verdict.REFUSED or (said and (seen.over or since > AT_MOST)):
        return said
    return ANSWERED if not said and since > (UNSAID_FOR if seen.over else AT_MOST) else ""


def said(verdict: str) -> Told:
    """The verdict is known; or another than before, for she changed her disposition."""

    def tell(attempt: Attempt, lead: Lead | None, at: datetime) -> list[Row]:
        settled = attempt.state == AttemptState.ENDED and attempt.outcome == ANSWERED
        if not settled or attempt.verdict not in ("", ANSWERED) or attempt.verdict == verdict:
            return []
        attempt.verdict = verdict
        attempt.save(update_fields=["verdict"])
        if verdict == Verdict.REFUSED:
            refusal_keep(
                number=attempt.number, call_id=attempt.pk, user=attempt.agent, reason=_("Wants no calls of campaigns")
            )
        if lead is not None and _waits_for(lead, attempt):
            meant = verdict
            if verdict == ANSWERED and _callback_waits(lead):
                meant = Verdict.CALLBACK.value
            lead_spoken(lead, meant, at, number=attempt.number)
        elif verdict == Verdict.WRONG_PARTY and attempt.customer_id is not None:
            number_close(attempt.number, attempt.customer_id, verdict)
        return [Row(attempt.pk, "verdict", at, {"verdict": verdict, "agent": attempt.agent_id})]

    return tell


def _waits_for(lead: Lead, attempt: Attempt) -> bool:
    """Whether nothing but this call decides about it: it is claimed for it, or was closed for want of a word."""
    if lead.state == LeadState.CLAIMED:
        later = Attempt.objects.filter(lead=lead.pk, made_at__gt=attempt.made_at)
        return not later.filter(state__in=[AttemptState.SHOWN, AttemptState.HANDED, AttemptState.DIALLED]).exists()
    return lead.state == LeadState.CLOSED and lead.outcome == ANSWERED


def _callback_waits(lead: Lead) -> bool:
    open_ones = Callback.objects.filter(lead=lead.pk, state__in=[CallbackState.WAITING, CallbackState.CALLED])
    return open_ones.exists()
