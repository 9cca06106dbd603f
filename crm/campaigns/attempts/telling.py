"""What is known of a call goes into its attempt, and on to its lead, its callback and the evidence: all of it in one
transaction that holds the attempt's row, or nothing."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from crm.accounts.models import User
from crm.campaigns.attempts.seen import Seen
from crm.campaigns.attempts.steps import DIALLED, ENDED, HANDED, RETURNED, step
from crm.campaigns.callbacks.services import callback_tried
from crm.campaigns.evidence.played import played
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.guard.checks import NUMBERS_OWN, Wanted, rulings
from crm.campaigns.leads import steps
from crm.campaigns.leads.due import DUE, Due
from crm.campaigns.leads.stepping import lead_answered, lead_returned, lead_tried, leads_refused
from crm.campaigns.models import Attempt, Lead, LeadState
from crm.customers.callees import callees_forget
from crm.events.services import event_tell

log = logging.getLogger(__name__)
ANSWERED, UNKNOWN = "answered", "unknown"
BREATH = timedelta(minutes=1)
"""Until a lead is called again whose agent did not pick up her own phone, or that the daemon would not dial."""

Told = Callable[[Attempt, "Lead | None", datetime], list[Row]]


def attempt_tell(attempt_id: str, at: datetime, tell: Told) -> bool:
    """Calls ``tell`` with the rows, which are held, and writes what evidence it gives. False if somebody else is at
    this attempt, or it is gone."""
    with transaction.atomic():
        held = Attempt.objects.select_for_update(skip_locked=True, of=("self",))
        attempt = held.filter(pk=attempt_id).first()
        if attempt is None:
            return False
        lead = None
        if attempt.lead_id is not None:
            rows = Lead.objects.select_for_update(of=("self",)).select_related("campaign")
            lead = rows.filter(pk=attempt.lead_id).first()
        evidence_add(tell(attempt, lead, at))  # last: see there
        return True


def call_seen(seen: Seen) -> Told:
    """The call is there, or over."""

    def tell(attempt: Attempt, lead: Lead | None, at: datetime) -> list[Row]:
        late = attempt.state == RETURNED or (attempt.state == ENDED and attempt.outcome == UNKNOWN)
        if attempt.state not in (HANDED, DIALLED) and not late:
            return []
        if attempt.state == RETURNED and seen.not_dialled:
            return []
        if attempt.state == RETURNED:
            log.error("the attempt %s was given back, and dialled all the same", attempt.pk)
        mine = lead if lead is not None and (not late or _still_its(lead, attempt)) else None
        if mine is not None and attempt.outcome == UNKNOWN:
            mine.attempts = max(0, mine.attempts - 1)  # it is counted anew
        told = []
        if attempt.dialled_at is None and not seen.not_dialled:
            told.append(Row(attempt.pk, "dialled", at, {"dialled_at": seen.dialled_at, "late": late}))
        _copy(attempt, seen)
        if not seen.outcome:
            if attempt.state != DIALLED:
                _begin(attempt, mine)
            attempt.save()
            return told
        if mine is not None and mine.state == LeadState.OPEN:  # only a late one's: it was free again meanwhile
            mine.state = steps.step(mine.state, LeadState.CLAIMED)
        ended = _returned if seen.not_dialled else _ended
        return told + ended(attempt, mine, seen.not_dialled or seen.outcome, at)

    return tell


def not_dialled(why: str, cause: str = "") -> Told:
    """It expired in the hopper, or the daemon refused it: ``cause`` says why."""

    def tell(attempt: Attempt, lead: Lead | None, at: datetime) -> list[Row]:
        if attempt.state != HANDED:
            return []
        callees_forget([attempt.pk])
        attempt.cause = cause
        return _returned(attempt, lead, why, at)

    return tell


def nobody_knows(attempt: Attempt, lead: Lead | None, at: datetime) -> list[Row]:
    """It may have been dialled, so it counts."""
    return _ended(attempt, lead, UNKNOWN, at) if attempt.state in (HANDED, DIALLED) else []


def _begin(attempt: Attempt, lead: Lead | None) -> None:
    attempt.state, attempt.outcome = step(attempt.state, DIALLED), ""
    if lead is not None and lead.state == LeadState.OPEN:  # it was free again meanwhile
        lead.state = steps.step(lead.state, LeadState.CLAIMED)
        lead.save(update_fields=["state", "attempts"])


def _ended(attempt: Attempt, lead: Lead | None, outcome: str, at: datetime) -> list[Row]:
    attempt.state, attempt.outcome = step(attempt.state, ENDED), outcome
    attempt.ended_at = attempt.ended_at or at
    attempt.save()
    if lead is not None and lead.state == LeadState.CLAIMED:
        if outcome == ANSWERED:  # hers until she has said what came of it
            lead_answered(lead, attempt.ended_at, attempt.agent)
        else:
            lead_tried(lead, outcome, attempt.ended_at, number=attempt.number)
    _callback(attempt, outcome == ANSWERED, at)
    _tell(attempt, at)
    facts = {
        "outcome": outcome, "cause": attempt.cause, "q850": attempt.q850, "sip_status": attempt.sip_status,
        "dialled_at": attempt.dialled_at, "answered_at": attempt.answered_at, "joined_at": attempt.joined_at,
        "ended_at": attempt.ended_at, "agent": attempt.agent_id,
    }  # fmt: skip
    return [Row(attempt.pk, "ended", at, facts | played(attempt))]


def _tell(attempt: Attempt, at: datetime) -> None:
    said = {
        "attempt": attempt.pk, "lead": attempt.lead_id, "customer": attempt.customer_id, "result": attempt.outcome,
    }  # fmt: skip
    event_tell(
        "attempt.ended", said, at=at, call_id=attempt.pk, agent=attempt.agent.username if attempt.agent else "",
        campaign=str(attempt.campaign_id or ""),
    )  # fmt: skip


def _returned(attempt: Attempt, lead: Lead | None, why: str, at: datetime) -> list[Row]:
    attempt.state, attempt.outcome = step(attempt.state, RETURNED), why
    attempt.ended_at, attempt.dialled_at = at, None
    attempt.save()
    if lead is not None and lead.state == LeadState.CLAIMED:
        lead_returned(lead, at, after=timedelta() if why == "expired" else BREATH)
        if why == "refused":
            _asked_again(lead, at)
    _callback(attempt, False, at)
    return [Row(attempt.pk, "returned", at, {"why": why, "cause": attempt.cause})]


def _asked_again(lead: Lead, at: datetime) -> None:
    """What forbids the call to the daemon may forbid it for good: then there is her next number, or the end."""
    ruling = rulings([Wanted(lead.campaign, lead.customer_id, lead.number, lead.pk)], at)[0]
    if ruling.why in NUMBERS_OWN or ruling.later is not None:
        due = Due(*(getattr(lead, name) for name in DUE))
        leads_refused(lead.campaign, [(due, ruling)], at)


def _callback(attempt: Attempt, reached: bool, at: datetime) -> None:
    if attempt.callback_id is not None:
        callback_tried(attempt.callback_id, attempt, reached, at)


def _copy(attempt: Attempt, seen: Seen) -> None:
    attempt.dialled_at = attempt.dialled_at or seen.dialled_at
    attempt.answered_at, attempt.joined_at, attempt.ended_at = seen.answered_at, seen.joined_at, seen.ended_at
    attempt.cause, attempt.q850, attempt.sip_status = seen.cause, seen.q850, seen.sip_status
    if seen.agent and (attempt.agent is None or attempt.agent.username != seen.agent):
        attempt.agent = User.objects.filter(username=seen.agent).first() or attempt.agent


def _still_its(lead: Lead, attempt: Attempt) -> bool:
    """Whether nothing happened to the lead since this attempt was settled without knowledge."""
    later = Attempt.objects.filter(lead=lead.pk, made_at__gte=attempt.made_at).exclude(pk=attempt.pk)
    return lead.state == LeadState.OPEN and not later.exists()
