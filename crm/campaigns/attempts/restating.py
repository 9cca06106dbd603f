"""An agent changes her mind: another disposition than the one that was digested.

Theory of operation. Whoever writes a disposition onto a call that is an attempt notes it at the attempt, in the same
transaction; the digest finds that and reads the call's row again while it holds the attempt's. So a change that comes
while the first word is being digested is not lost. What the first word brought about is taken back where nothing else
has happened to the lead since: its number and its moment, a callback that was agreed, a number that was closed. That
somebody wants no more calls is never taken back by a click: she who may change the lists takes it off them.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm.access.holding import reach
from crm.accounts.models import Scope, User
from crm.campaigns.models import Attempt

HERS = timedelta(hours=1)
"""So long after a call its agent may change what she said of it; afterwards whoever notes on others' calls, too."""


def restating_may(*, user: User, call_id: str, at: datetime) -> None:
    """Raises PermissionDenied if the outcome of this call, which has one, is no longer hers to change."""
    if reach(user, "calls.note").scope != Scope.OWN:
        return
    if Attempt.objects.filter(pk=call_id, campaign__isnull=False, ended_at__lt=at - HERS).exists():
        raise PermissionDenied(_("The time to change this outcome is over: ask a supervisor."))


def restating_note(*, call_id: str) -> None:
    """The disposition of a call was changed; what it means to the campaign follows within seconds."""
    Attempt.objects.filter(pk=call_id, campaign__isnull=False).update(restated=True)
