"""Opening one masked number: allowed by a role, for a call that she may see, and each time in the audit."""

from django.http import Http404

from crm.access.holding import require
from crm.access.numbers import shown_number
from crm.accounts.models import User
from crm.audit import services as audit
from crm.calls.selectors import calls_visible


def number_open(*, user: User, call_id: str) -> str:
    """The caller's number as people write it. PermissionDenied, or Http404 for a call that is not hers to see."""
    require(user, "numbers.open")
    record = calls_visible(user).filter(call_id=call_id).first()
    if record is None:
        raise Http404
    shown = shown_number(record.number, whole=True)
    audit.read(user, "numbers.opened", record, label=shown_number(record.number, whole=False))
    return shown
