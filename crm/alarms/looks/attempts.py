"""How long what became of campaigns' calls waits to be written."""

from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.campaigns.attempts.lag import digest_lag


def digest(open: Open, at: datetime | None = None) -> Findings:
    """Nothing can be said without the database."""
    try:
        behind, number = digest_lag(at or timezone.now())
    except DatabaseError:
        return {}
    seconds = behind.total_seconds()
    bad = severity(seconds, settings.ALARM_ATTEMPTS_LAG_S, open.get(("attempts_lag", "")))
    params = {"seconds": round(seconds), "n": number}
    return {"attempts_lag": [Finding("", bad, words.ATTEMPTS_LAG, params)] if bad else []}
