"""Settling lost calls: somebody says that nothing more is to be done."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_visible
from crm.reports.lost.asking import LOST
from crm.reports.models import SettledCall

NOTE = 200


@transaction.atomic
def lost_settle(*, user: User, call_id: str, note: str = "") -> SettledCall:
    """Nothing more is to be done about it; ``note`` says why. Raises PermissionDenied when the call is not hers to
    write on, ValidationError when it was not lost."""
    _lost(user, call_id)
    note = " ".join(note.replace("\x00", "").split())[:NOTE]
    fields = {"note": note, "by": user, "at": timezone.now()}
    return SettledCall.objects.update_or_create(call_id=call_id, defaults=fields)[0]


@transaction.atomic
def lost_reopen(*, user: User, call_id: str) -> bool:
    """It is to be looked after again; False when it was not settled. Raises as ``lost_settle``."""
    _lost(user, call_id)
    return SettledCall.objects.filter(call_id=call_id).delete()[0] > 0


def settled_erase(call_ids: Collection[str]) -> None:
    """Somebody was erased: what was written about her calls goes."""
    SettledCall.objects.filter(call_id__in=call_ids).exclude(note="").update(note="")


def _lost(user: User, call_id: str) -> CallRecord:
    require(user, "calls.note")
    call = calls_visible(user, "calls.note").filter(call_id=call_id).first()
    if call is None:
        raise PermissionDenied(_("This is not a call of yours."))
    if call.outcome not in LOST or call.direction != "inbound":
        raise ValidationError(_("This call was not lost."))
    return call
