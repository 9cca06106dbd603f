"""Reading the live view for one reader."""

from typing import Any

import msgspec

from crm.accounts.models import User
from crm.live.lines import WAITING
from crm.live.scope import Scope
from crm.live.state import live_state
from crm.live.why import why_waiting
from crm.telephony.models import Queue
from crm.telephony.serving import serving


def waiting_call(scope: Scope, call_id: str) -> dict[str, Any] | None:
    """Why this caller waits (``why.why_waiting``); None when she does not wait, or is out of sight."""
    view = live_state().view
    call = view.calls.get(call_id)
    if call is None or call.stage not in WAITING or not scope.sees_call(msgspec.to_builtins(call)):
        return None
    return why_waiting(view, call, _serving(call.queue), dict(Queue.objects.values_list("code", "head_start_s")))


def _serving(code: str) -> set[str]:
    """Logins of all who serve the queue and take calls, also of other departments."""
    queue = Queue.objects.filter(code=code).first()
    if queue is None:
        return set()
    users = User.objects.filter(pk__in=serving().get(queue.pk, ()), is_active=True, agent_profile__isnull=False)
    return set(users.exclude(extension=None).values_list("username", flat=True))
