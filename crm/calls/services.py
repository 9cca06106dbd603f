"""What people write onto calls. Facts never touch these columns, and these services never touch the facts'."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_visible
from crm.campaigns.attempts.restating import restating_may, restating_note
from crm.customers.models import CallerChoice
from crm.events.services import event_tell
from crm.telephony.selectors import disposition_by_code

NOTE_LENGTH = 10_000
_UNKNOWN = """
SELECT said.number FROM unnest(%s::text[]) AS said (number), LATERAL (
  SELECT 1 FROM calls_callrecord WHERE number_e164 = said.number AND number_e164 <> '' AND customer_id IS NULL LIMIT 1
) AS call
"""
"""Numbers of which there are calls that belong to nobody; each is looked up in the index by itself."""


@transaction.atomic
def wrapup_save(
    *,
    call_id: str,
    agent: User,
    disposition: str | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> CallRecord:
    """Keeps an agent's disposition (a code, "" for none) and note of a call; what is None stays as it is.

    Fit for saving on every pause of typing. Raises PermissionDenied when the call is not hers to see, or its outcome no
    longer hers to change; ValidationError for an unknown code or an endless note.
    """
    require(agent, "calls.note")
    if not calls_visible(agent, "calls.note").filter(call_id=call_id).exists():
        raise PermissionDenied(_("This is not a call of yours."))
    record = CallRecord.objects.select_for_update(of=("self",)).get(call_id=call_id)
    before, now = record.disposition_id, at or timezone.now()
    if disposition is not None:
        record.disposition = disposition_by_code(disposition) if disposition else None
        if disposition and record.disposition is None:
            raise ValidationError({"disposition": _("This disposition does not exist.")})
    if note is not None:
        if len(note) > NOTE_LENGTH:
            raise ValidationError({"note": _("A note has at most %(n)s characters.") % {"n": NOTE_LENGTH}})
        record.note = note.replace("\x00", "")
    changed = record.disposition_id != before
    if changed and before is not None:
        restating_may(user=agent, call_id=call_id, at=now)
    record.noted_by, record.noted_at = agent, now
    record.save(update_fields=["disposition", "note", "noted_by", "noted_at"])
    said = {"disposition": record.disposition.code if record.disposition else "", "note": bool(record.note)}
    whose = record.agent or agent.username
    event_tell("call.noted", said, at=record.noted_at, call_id=call_id, agent=whose, queue=record.queue)
    if changed:
        restating_note(call_id=call_id)
    return record


def calls_claim_many(owners: Mapping[str, int]) -> None:
    """As ``calls_claim``, for many numbers at once: E.164 → id of the customer."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [list(owners)])
        found = [number for (number,) in cursor.fetchall()]
    for number in found:
        calls_claim(number=number, customer_id=owners[number])


def calls_claim(*, number: str, customer_id: int) -> int:
    """Calls from an E.164 number that belong to nobody become the customer's; returns how many.

    Not those of which somebody said that the caller is nobody we know.
    """
    unknown = CallRecord.objects.filter(number_e164=number, customer__isnull=True)
    unknown = unknown.exclude(call_id__in=CallerChoice.objects.values("call_id"))
    return unknown.update(customer_id=customer_id)
