"""Raising, clearing and acknowledging alarms as rows. All three may be repeated without harm.

The watch tells them by mail and webhook when it next looks at the rows; its own findings it keeps in its ``ledger``.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from crm.accounts.models import User
from crm.alarms.models import Alarm, Severity
from crm.alarms.selectors import within

log = logging.getLogger(__name__)


def alarm_raise(
    code: str, subject: str = "", *, severity: str, text: str, params: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Alarm:  # fmt: skip
    """Opens the alarm, or counts the open one of this code and subject once more and keeps its newest words.

    It is logged when it opens and when it becomes critical, not each time that it is found again.
    """
    now = now or timezone.now()
    said = {"severity": severity, "text": text, "params": params or {}}
    while True:
        try:
            with transaction.atomic():
                alarm = _open(code, subject).select_for_update().first()
                if alarm is None:
                    alarm = Alarm.objects.create(code=code, subject=subject, raised_at=now, last_seen_at=now, **said)
                    _log(alarm)
                    return alarm
                worse = severity == Severity.CRITICAL and alarm.severity != severity
                _open(code, subject).update(last_seen_at=now, count=F("count") + 1, **said)
                alarm.refresh_from_db()
                if worse:
                    _log(alarm)
                return alarm
        except IntegrityError:
            continue  # another process opened it in between: count that one


def alarm_clear(code: str, subject: str = "", *, now: datetime | None = None) -> bool:
    """Closes the open alarm; False when none is open."""
    if not _open(code, subject).update(cleared_at=now or timezone.now()):
        return False
    log.info("alarm cleared: %s", f"{code} {subject}".strip())
    return True


def alarm_acknowledge(alarm_id: int, *, user: User, now: datetime | None = None) -> bool:
    """Notes that the user knows of it; who came first stays. False when there is nothing that she could acknowledge."""
    waiting = Alarm.objects.filter(pk=alarm_id, cleared_at__isnull=True, acknowledged_at__isnull=True)
    if not within(user, waiting):
        return False
    if not waiting.update(acknowledged_by=user, acknowledged_at=now or timezone.now()):
        return False
    log.info("alarm %s acknowledged by %s", alarm_id, user.username)
    return True


def _open(code: str, subject: str) -> Any:
    return Alarm.objects.filter(code=code, subject=subject, cleared_at__isnull=True)


def _log(alarm: Alarm) -> None:
    level = logging.ERROR if alarm.severity == Severity.CRITICAL else logging.WARNING
    log.log(level, "alarm: %s: %s %s", alarm, alarm.text, alarm.params)
