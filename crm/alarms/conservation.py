"""Checks a business day against the laws, and raises an alarm for each that does not hold."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from crm.alarms.countlaws import COUNT_LAWS
from crm.alarms.laws import LAWS, Law
from crm.alarms.models import Severity
from crm.alarms.services import alarm_clear, alarm_raise
from crm.reports.models.rollups import VERSION

CODE = "conservation"


@dataclass(frozen=True)
class Verdict:
    """What a law found in a day: how many differences, and the first as parameters of the law's text."""

    law: Law
    differences: int
    example: dict[str, Any]


def check(day: date, now: datetime | None = None) -> list[Verdict]:
    """One verdict for each law, in their order. Raises django.db.DatabaseError."""
    zone = timezone.get_default_timezone()
    told = {
        "begin": datetime.combine(day, time(), zone),
        "end": datetime.combine(day + timedelta(days=1), time(), zone),
        "now": now or timezone.now(),
        "zone": settings.TIME_ZONE,
        "version": VERSION,
    }
    return [_verdict(law, day, told) for law in (*LAWS, *COUNT_LAWS)]


def check_and_alarm(day: date, now: datetime | None = None) -> list[Verdict]:
    """Like ``check``; a law that is broken raises its alarm of this day, one that holds clears it."""
    verdicts = check(day, now)
    for verdict in verdicts:
        subject = f"{day} {verdict.law.code}"
        if verdict.differences:
            params = {**verdict.example, "differences": verdict.differences}
            alarm_raise(CODE, subject, severity=Severity.CRITICAL, text=verdict.law.text, params=params, now=now)
        else:
            alarm_clear(CODE, subject, now=now)
    return verdicts


def _verdict(law: Law, day: date, told: dict[str, Any]) -> Verdict:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) OVER () AS differences, x.* FROM ({law.sql}) x LIMIT 1", told)
        row = cursor.fetchone()
        if row is None:
            return Verdict(law, 0, {})
        names = [column.name for column in cursor.description[1:]]
    example = {name: str(value) for name, value in zip(names, row[1:], strict=True)}
    return Verdict(law, row[0], {"day": str(day), **example})
