"""What agents said of calls that were answered, and what it means to the campaign."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from crm.campaigns.attempts.refusing import no_more_calls
from crm.campaigns.attempts.seen import Seen, seen
from crm.campaigns.attempts.telling import ANSWERED, Told
from crm.campaigns.callbacks.services import callback_end
from crm.campaigns.evidence.rows import Row
from crm.campaigns.leads.deeds import TAKEN_OUT
from crm.campaigns.leads.stepping import ERASED_LEAD, lead_spoken, lead_unsaid, number_close, number_open
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
from crm.telephony.models import Disposition

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


def verdict_due(attempt: Attempt, call: Seen | None, meant: Meanings, at: datetime) -> str:
    """A verdict, ``answered`` if she said nothing in time, or "" while she still may. Of a call of no campaign nothing
    is asked. That somebody wants no more calls counts before the wrap-up is over."""
    if attempt.campaign_id is None:
        return ANSWERED
    since = at - (attempt.ended_at or at)
    if call is None:
        return ANSWERED if since > AT_MOST else ""
    said = meaning(attempt.campaign_id, call.disposition, meant) if call.disposition else ""
    if said == Verdict.REFUSED or (said and (call.over or since > AT_MOST)):
        return said
    return ANSWERED if not said and since > (UNSAID_FOR if call.over else AT_MOST) else ""


def said(verdict: str, call: Seen | None = None) -> Told:
    """The verdict is known; or it is after all, though nothing had been said in time. ``call``: where she said it."""

    def tell(attempt: Attempt, lead: Lead | None, at: datetime) -> list[Row]:
        settled = attempt.state == AttemptState.ENDED and attempt.outcome == ANSWERED
        if not settled or attempt.verdict not in ("", ANSWERED) or attempt.verdict == verdict:
            return []
        chosen = _chosen(call)
        attempt.verdict, attempt.disposition = verdict, chosen.get("code", "")
        attempt.save(update_fields=["verdict", "disposition"])
        if verdict == Verdict.REFUSED:
            no_more_calls(attempt)
        if lead is not None and _waits_for(lead, attempt):
            meant = verdict
            if verdict == ANSWERED and _callback_waits(lead):
                meant = Verdict.CALLBACK.value
            lead_spoken(lead, meant, at, number=attempt.number)
        elif verdict == Verdict.WRONG_PARTY and attempt.customer_id is not None:
            number_close(attempt.number, attempt.customer_id, verdict)
        return [Row(attempt.pk, "verdict", at, _facts(attempt, chosen, call))]

    return tell


def restated(attempt: Attempt, lead: Lead | None, at: datetime) -> list[Row]:
    """Another disposition was chosen: see ``restating``."""
    attempt.restated = False
    attempt.save(update_fields=["restated"])
    # Read while the attempt is held: who changes it again notes it again, behind us.
    now = seen([attempt.pk], attempt.made_at).get(attempt.pk)
    if now is None or attempt.campaign_id is None:
        return []
    verdict = meaning(attempt.campaign_id, now.disposition, meanings({attempt.campaign_id}))
    if attempt.verdict == ANSWERED and not attempt.disposition:
        return said(verdict, now)(attempt, lead, at)
    chosen, was, had = _chosen(now), attempt.verdict, attempt.disposition
    if not was or chosen.get("code", "") == had:
        return []
    attempt.verdict, attempt.disposition = verdict, chosen.get("code", "")
    attempt.save(update_fields=["verdict", "disposition"])
    if verdict != was:
        lead = _take_back(attempt, lead, was, at)
        if verdict == Verdict.REFUSED:
            no_more_calls(attempt)
        if lead is not None:
            lead_unsaid(lead, was, attempt.number, at)
            lead_spoken(lead, verdict, at, number=attempt.number)
        elif verdict == Verdict.WRONG_PARTY and attempt.customer_id is not None:
            number_close(attempt.number, attempt.customer_id, verdict)
    facts = _facts(attempt, chosen, now) | {"was": was, "disposition_was": had}
    if lead is not None:
        facts |= {"lead": lead.state, "due_at": lead.due_at if lead.state == LeadState.OPEN else None}
    return [Row(attempt.pk, "restated", at, facts)]


def meaning(campaign: int, disposition: int | None, meant: Meanings) -> str:
    """Of a disposition of hers; ``answered`` where she chose none."""
    return meant.get((campaign, disposition), Verdict.DONE.value) if disposition else ANSWERED


def _take_back(attempt: Attempt, lead: Lead | None, was: str, at: datetime) -> Lead | None:
    """What the disposition before brought about; the lead, if nothing else has happened to it since."""
    if was == Verdict.CALLBACK:
        for agreed in Callback.objects.filter(call_id=attempt.pk, state=CallbackState.WAITING):
            callback_end(agreed, CallbackState.CANCELLED, at)
    if was == Verdict.WRONG_PARTY and attempt.customer_id is not None:
        number_open(attempt.number, attempt.customer_id, was)
    if lead is None:
        return None
    lead.refresh_from_db(fields=["state", "due_at"])
    later = Attempt.objects.filter(lead=lead.pk, made_at__gt=attempt.made_at).exclude(state=AttemptState.RETURNED)
    others = Callback.objects.filter(lead=lead.pk, state__in=[CallbackState.WAITING, CallbackState.CALLED])
    touched = lead.state == LeadState.CLAIMED or lead.outcome in (ERASED_LEAD, TAKEN_OUT) or later.exists()
    return None if touched or others.exclude(call_id=attempt.pk).exists() else lead


def _chosen(call: Seen | None) -> dict[str, str]:
    """Code and names of the disposition, as they are now: it may be called otherwise later, or be gone."""
    found = Disposition.objects.filter(pk=call.disposition) if call is not None and call.disposition else None
    return (found.values("code", "name", "name_zh").first() if found is not None else None) or {}


def _facts(attempt: Attempt, chosen: dict[str, str], call: Seen | None) -> dict[str, Any]:
    by = call.noted_by if call is not None and chosen else None
    return {"verdict": attempt.verdict, "disposition": chosen, "agent": attempt.agent_id, "by": by}


def _waits_for(lead: Lead, attempt: Attempt) -> bool:
    """Whether nothing but this call decides about it: it is claimed for it, or was closed for want of a word."""
    if lead.state == LeadState.CLAIMED:
        later = Attempt.objects.filter(lead=lead.pk, made_at__gt=attempt.made_at)
        return not later.filter(state__in=[AttemptState.SHOWN, AttemptState.HANDED, AttemptState.DIALLED]).exists()
    return lead.state == LeadState.CLOSED and lead.outcome == ANSWERED


def _callback_waits(lead: Lead) -> bool:
    open_ones = Callback.objects.filter(lead=lead.pk, state__in=[CallbackState.WAITING, CallbackState.CALLED])
    return open_ones.exists()
