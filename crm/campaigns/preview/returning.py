"""An attempt that was shown and not accepted: it is over, and its lead free again."""

from datetime import datetime

from django.db.models import F

from crm.campaigns.attempts.steps import step
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.leads import steps
from crm.campaigns.models import Attempt, AttemptState, Lead, LeadState
from crm.customers.callees import callees_forget


def attempt_return(attempt: Attempt, outcome: str, at: datetime, *, cause: str = "", skipped: bool = False) -> None:
    """``outcome``: skipped, expired or refused; ``cause``: a code. ``skipped``: it counts as passed on. Inside a
    transaction in which the row is locked and shown; last, for it adds to the evidence."""
    attempt.state = step(attempt.state, AttemptState.RETURNED)
    callees_forget([attempt.pk])
    attempt.outcome, attempt.cause, attempt.ended_at = outcome, cause, at
    attempt.save(update_fields=["state", "outcome", "cause", "ended_at"])
    lead = Lead.objects.select_for_update(of=("self",)).filter(pk=attempt.lead_id, state=LeadState.CLAIMED).first()
    if lead is not None:
        then = LeadState.CALLBACK if attempt.callback_id else LeadState.OPEN
        skips = F("skips") + 1 if skipped else F("skips")
        Lead.objects.filter(pk=lead.pk).update(state=steps.step(lead.state, then), skips=skips)
    facts = {"outcome": outcome, "cause": cause, "agent": attempt.agent_id}
    evidence_add([Row(attempt.pk, "returned", at, facts)])
