"""Reading alarms."""

from collections.abc import Iterable
from typing import Any

from crm.accounts.models import User
from crm.accounts.selectors import names_of
from crm.alarms.models import Alarm, Limit
from crm.alarms.rules import RULES, Limits
from crm.alarms.words import named, sentence
from crm.live.scope import floor_scope
from crm.telephony.models import Queue

HISTORY = 100


def alarms_open(user: User) -> list[Alarm]:
    """Those that she may see: first those that nobody acknowledged, of each kind the critical and the newest first."""
    found = Alarm.objects.filter(cleared_at__isnull=True).select_related("acknowledged_by")
    return within(user, found.order_by("-acknowledged_at", "severity", "-raised_at"))


def alarms_past(user: User, limit: int = HISTORY) -> list[Alarm]:
    """The newest cleared ones."""
    found = Alarm.objects.filter(cleared_at__isnull=False).select_related("acknowledged_by")
    return within(user, found.order_by("-raised_at")[: limit * 3])[:limit]


def within(user: User, alarms: Iterable[Alarm]) -> list[Alarm]:
    """Alarms of the floor speak of people and queues: she sees those that she sees on the floor."""
    alarms = list(alarms)
    scope = floor_scope(user) if any(alarm.code in RULES for alarm in alarms) else None
    return [alarm for alarm in alarms if alarm.code not in RULES or scope.sees_alarm(alarm.code, alarm.params)]


def alarms_told() -> list[dict[str, Any]]:
    """The open ones, plain, for the floors (``crm.live.pages`` dresses them for their reader)."""
    return [
        {
            "id": alarm.pk, "code": alarm.code, "severity": alarm.severity, "text": alarm.text, "params": alarm.params,
            "raised": round(alarm.raised_at.timestamp() * 1e6), "by": str(alarm.acknowledged_by or ""),
            "acknowledged": round(alarm.acknowledged_at.timestamp() * 1e6) if alarm.acknowledged_at else 0,
        }
        for alarm in Alarm.objects.filter(cleared_at__isnull=True).select_related("acknowledged_by").order_by("pk")
    ]  # fmt: skip


def params_named(alarms: Iterable[Alarm]) -> list[tuple[Alarm, dict[str, Any]]]:
    """Each alarm with its parameters, people and queues by their names."""
    alarms = list(alarms)
    people = names_of({str(alarm.params["agent"]) for alarm in alarms if "agent" in alarm.params})
    queues = {queue.code: queue.label for queue in Queue.objects.all()}
    return [(alarm, named(alarm.params, people, queues)) for alarm in alarms]


def spoken(alarms: Iterable[Alarm]) -> list[tuple[Alarm, str]]:
    """Each alarm with its sentence."""
    return [(alarm, sentence(alarm.text, params)) for alarm, params in params_named(alarms)]


def limits() -> Limits:
    """Those that the centre set, and for the rest those that it has from the start."""
    return Limits(Limit.objects.values_list("code", "of", "warning", "critical", "told"))
