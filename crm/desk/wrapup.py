"""What an agent says of her call: outcome and note, and when she agreed to call again. One request, one transaction."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.calls.models import CallRecord
from crm.calls.services import wrapup_save
from crm.campaigns.callbacks.noting import LENGTH, callback_note
from crm.campaigns.callbacks.services import callback_cancel, callback_make, callback_move
from crm.campaigns.models import Attempt, Callback, CallbackState, CampaignDisposition, Verdict
from crm.desk.campaigns import agreed_in
from crm.desk.times import moment

POOL = "pool"


@transaction.atomic
def wrapup_keep(
    *,
    call_id: str,
    agent: User,
    disposition: str | None = None,
    note: str | None = None,
    due: str | datetime = "",
    whose: str = "",
) -> CallRecord:
    """Keeps outcome (a code) and note as ``calls.services.wrapup_save`` does. Where the campaign's outcome is an agreed
    callback, one is made for the moment ``due``, hers or (``whose``: pool) anybody's of the campaign; said again it is
    moved, and with another outcome it is taken back. So it fits being sent at each pause of typing.

    Raises what wrapup_save raises, and ValidationError for an outcome that the campaign does not offer or a callback
    without a moment.
    """
    attempt = Attempt.objects.select_related("campaign", "lead").filter(pk=call_id).first() if disposition else None
    record = wrapup_save(call_id=call_id, agent=agent, disposition=disposition, note=note)
    means = _means(attempt, disposition or "")
    if means == Verdict.CALLBACK and attempt is not None:
        _agree(attempt, agent, _moment(due), pool=whose == POOL, note=record.note)
    elif disposition is not None and (agreed := agreed_in(call_id)):
        callback_cancel(user=agent, callback_id=agreed.pk)
    return record


def _means(attempt: Attempt | None, code: str) -> str:
    """The verdict of an outcome; "" where it is none of a campaign's."""
    if attempt is None or attempt.campaign_id is None:
        return ""
    offered = CampaignDisposition.objects.filter(campaign=attempt.campaign_id)
    verdicts = dict(offered.values_list("disposition__code", "verdict"))
    if verdicts and code not in verdicts:
        raise ValidationError({"disposition": _("This campaign does not offer this outcome.")})
    return verdicts.get(code, "")


def _moment(due: str | datetime) -> datetime:
    at = moment(due) if isinstance(due, str) else due
    if at is None:
        raise ValidationError({"due": _("Say when she is to be called.")})
    return at


def _agree(attempt: Attempt, agent: User, at: datetime, *, pool: bool, note: str) -> None:
    """Once for each call: what waits is moved, and what was carried out since stays as it is."""
    noting = None if agent.program else agent  # a program calls nobody
    whose = None if pool else attempt.agent or noting  # who notes it may be her supervisor
    said = note.strip()[:LENGTH]
    last = Callback.objects.filter(call_id=attempt.pk).order_by("-id").first()
    waits = last is not None and last.state == CallbackState.WAITING
    if last is not None and last.agent_id == (whose.pk if whose else None):
        if waits and last.due_at != at:
            callback_move(user=agent, callback_id=last.pk, due_at=at)
        if waits and last.note != said:
            callback_note(user=agent, callback_id=last.pk, note=said)
        if waits or (last.due_at == at and last.state != CallbackState.CANCELLED):
            return
    elif waits and last is not None:
        callback_cancel(user=agent, callback_id=last.pk)
    callback_make(
        user=agent, customer_id=attempt.customer_id, number=attempt.number, due_at=at, agent=whose,
        campaign=attempt.campaign, lead=attempt.lead, note=said, call_id=attempt.pk,
    )  # fmt: skip
