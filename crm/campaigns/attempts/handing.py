"""Handing an attempt over to the daemon, for one agent."""

from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm import switch
from crm.accounts.models import User
from crm.campaigns.attempts.making import allowed_row
from crm.campaigns.attempts.steps import step
from crm.campaigns.attempts.terms import term_now
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.guard.locks import callees_lock
from crm.campaigns.guard.words import WHY
from crm.campaigns.models import Attempt, AttemptState, Campaign
from crm.switch import DEADLINE_S


@transaction.atomic
def hand_to_agent(attempt: Attempt, agent: User, at: datetime) -> Attempt:
    """The attempt, which was shown, is to be dialled for her now. The guard is asked once more in this transaction;
    after its commit the order goes out.

    Raises ValidationError with a sentence if it is not shown any more or may not be dialled now (it stays as it is
    then), and SwitchAway: with a row that stays handed over if the order may have gone out, else unchanged.
    """
    mine = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if mine.state != AttemptState.SHOWN or (mine.expires_at is not None and mine.expires_at <= at):
        raise ValidationError(_("This call is not yours to make any more."))
    term = term_now(at)
    wanted = Wanted(mine.campaign, mine.customer_id or 0, mine.number, mine.lead_id)
    callees_lock([wanted])
    ruling = rulings([wanted], at)[0]
    if not ruling.allowed:
        raise ValidationError(WHY[ruling.why], code=ruling.why)
    mine.state = step(mine.state, AttemptState.HANDED)
    mine.agent, mine.handed_at, mine.until, mine.term = agent, at, ruling.until, term
    mine.expires_at = at + timedelta(seconds=DEADLINE_S)
    mine.save(update_fields=["state", "agent", "handed_at", "until", "term", "expires_at"])
    evidence_add([allowed_row(mine, ruling, at)])
    transaction.on_commit(partial(_send, mine, agent))
    return mine


def _send(attempt: Attempt, agent: User) -> None:
    rules = attempt.campaign or Campaign()
    assert attempt.expires_at is not None
    switch.lead_dial(
        agent, attempt.pk, attempt.number, campaign=str(attempt.campaign_id or ""), shows=rules.caller_number,
        ring_s=rules.ring_s, until=attempt.until, auto_answer=rules.auto_answer, music=rules.music,
        prompt=rules.prompt,
        deadline=attempt.expires_at,
    )  # fmt: skip
