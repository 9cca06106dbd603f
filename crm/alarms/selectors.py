"""Reading alarms."""

from collections.abc import Iterable
from typing import Any

from crm.accounts.selectors import names_of
from crm.alarms.models import Alarm
from crm.alarms.words import named, sentence
from crm.telephony.models import Queue

HISTORY = 100


def alarms_open() -> list[Alarm]:
    """Those that nobody acknowledged first, of each kind the critical and the newest ones first."""
    found = Alarm.objects.filter(cleared_at__isnull=True).select_related("acknowledged_by")
    return list(found.order_by("-acknowledged_at", "severity", "-raised_at"))


def alarms_past(limit: int = HISTORY) -> list[Alarm]:
    """The newest cleared ones."""
    found = Alarm.objects.filter(cleared_at__isnull=False).select_related("acknowledged_by")
    return list(found.order_by("-raised_at")[:limit])


def params_named(alarms: Iterable[Alarm]) -> list[tuple[Alarm, dict[str, Any]]]:
    """Each alarm with its parameters, people and queues by their names."""
    alarms = list(alarms)
    people = names_of({str(alarm.params["agent"]) for alarm in alarms if "agent" in alarm.params})
    queues = {queue.code: queue.label for queue in Queue.objects.all()}
    return [(alarm, named(alarm.params, people, queues)) for alarm in alarms]


def spoken(alarms: Iterable[Alarm]) -> list[tuple[Alarm, str]]:
    """Each alarm with its sentence."""
    return [(alarm, sentence(alarm.text, params)) for alarm, params in params_named(alarms)]
