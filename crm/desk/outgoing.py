"""What came of her diallings of today."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from crm.accounts.models import User
from crm.calls.models import Outcome
from crm.calls.models.records import NOT_REACHED
from crm.calls.selectors import calls_found
from crm.telephony.models import AgentProfile

SHOWN = 50


def dialled_today(user: User, at: datetime) -> dict[str, Any]:
    """Context of the list: her diallings since midnight of the centre's day, those of campaigns among them, the newest
    first; how many there were, and how many customers answered. ``colleagues``: extensions among them that were not
    reached and can be called back."""
    begin = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    hers = calls_found(user, agent=user.username, direction="outbound", since=begin)
    counts = hers.aggregate(all=Count("pk"), reached=Count("pk", filter=Q(outcome=Outcome.ANSWERED)))
    calls = hers.select_related("customer", "disposition").order_by("-arrived_at", "-call_id")[:SHOWN]
    calls = list(calls)
    numbers = {call.number for call in calls if call.outcome in (Outcome.BUSY, Outcome.NO_ANSWER)}
    agents = AgentProfile.objects.filter(user__is_active=True, user__extension__in=numbers).exclude(user=user)
    inside = set(agents.values_list("user__extension", flat=True))
    return {"dialled": calls, "dialled_counts": counts, "not_reached": NOT_REACHED, "colleagues": inside}
