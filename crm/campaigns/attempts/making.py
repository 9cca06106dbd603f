"""Writing attempts: the row that stands before anything is dialled."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from msgspec.structs import replace

from crm.accounts.models import User
from crm.campaigns.attempts.terms import term_now
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.guard.checks import Ruling, rulings
from crm.campaigns.guard.locks import callees_lock
from crm.campaigns.leads import steps
from crm.campaigns.models import Attempt, AttemptState, Callback, Lead, LeadState
from crm.customers.callees import callees_choose
from switchctl.contract.hopper import LIFE_S


@transaction.atomic
def attempts_make(
    said: Sequence[Ruling],
    *,
    mode: str,
    state: str,
    at: datetime,
    agent: User | None = None,
    callback: Callback | None = None,
    life_s: float = LIFE_S,
) -> list[Attempt]:
    """Attempts of those that were allowed and still are; who wants to know of the others compares.

    ``state``: shown, of one that an agent looks at or that ``handing`` hands over afterwards; handed, of one that goes
    into a hopper in this very transaction's wake. ``life_s`` seconds after ``at`` it is nothing any more.

    A lead must be open, or wait for its callback; it is then claimed. One that somebody else has in his hands at this
    moment is passed over. Call it once in a transaction, and last. Raises ``terms.SwitchAway`` if it is to be handed
    over and no daemon is there.
    """
    term = term_now(at) if state == AttemptState.HANDED else ""
    allowed = [one.wanted for one in said if one.allowed]
    # Rows first and without waiting, then the locks that are waited for.
    free = (LeadState.OPEN, LeadState.CALLBACK) if callback is not None else (LeadState.OPEN,)
    ids = [one.lead_id for one in allowed if one.lead_id is not None]
    leads = {
        lead.pk: lead
        for lead in Lead.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids, state__in=free)
    }
    mine = [one for one in allowed if one.lead_id is None or one.lead_id in leads]
    if not mine:
        return []
    callees_lock(mine)
    made, evidence = [], []
    for ruling in rulings([replace(one, zone="") for one in mine], at):
        if not ruling.allowed:
            continue
        attempt = _attempt(ruling, mode, state, at, agent, callback, life_s, term)
        made.append(attempt)
        evidence.append(allowed_row(attempt, ruling, at))
    Attempt.objects.bulk_create(made)
    callees_choose({one.pk: (one.customer_id, one.number) for one in made if one.customer_id is not None})
    claimed = [leads[attempt.lead_id] for attempt in made if attempt.lead_id is not None]
    for lead in claimed:
        lead.state = steps.step(lead.state, LeadState.CLAIMED)
    Lead.objects.bulk_update(claimed, ["state"])
    evidence_add(evidence)
    return made


def allowed_row(attempt: Attempt, ruling: Ruling, at: datetime) -> Row:
    """What evidence keeps of it."""
    facts = {**ruling.facts, "mode": attempt.mode, "state": attempt.state, "agent": attempt.agent_id}
    return Row(attempt.pk, "allowed", at, facts, {"number": attempt.number})


def _attempt(
    ruling: Ruling, mode: str, state: str, at: datetime, agent: User | None, callback: Callback | None,
    life_s: float, term: str,
) -> Attempt:  # fmt: skip
    one = ruling.wanted
    return Attempt(
        id=str(uuid.uuid4()), campaign=one.campaign, lead_id=one.lead_id, callback=callback,
        customer_id=one.customer_id, number=one.number, mode=mode, agent=agent, state=state, made_at=at,
        handed_at=at if state == AttemptState.HANDED else None, expires_at=at + timedelta(seconds=life_s),
        until=ruling.until, term=term,
    )  # fmt: skip
