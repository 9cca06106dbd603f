"""How long the oldest event has waited to get into the log that other programs read."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error
from django.utils import timezone

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.alarms.looks.servers import connected
from crm.alarms.looks.stream import age
from crm.events.selectors import place, waits_since
from switchctl.contract.names import MAIN, Names


def events(open: Open, names: Names = MAIN) -> Findings:
    """Nothing can be said without Redis and the database."""
    try:
        at, oldest = place(), waits_since()
        with connected() as client:
            seconds = age(client, names, f"({at}" if at else "-") if client.exists(names.facts) else 0.0
    except (redis.RedisError, Error):
        return {}
    waited = timezone.now() - oldest if oldest else timedelta()
    seconds = max(seconds, waited.total_seconds())
    bad = severity(seconds, settings.ALARM_EVENTS_LAG_S, open.get(("events_lag", "")))
    text = words.EVENTS_LAG if at else words.NO_PUBLISHER
    return {"events_lag": [Finding("", bad, text, {"seconds": round(seconds)})] if bad else []}
