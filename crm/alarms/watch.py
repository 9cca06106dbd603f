"""Looks at everything that can be looked at from here, raises what is wrong and clears what is right again."""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from crm import bus
from crm.alarms import words
from crm.alarms.models import Alarm, Severity
from crm.alarms.services import alarm_clear, alarm_raise
from crm.calls.models import DeadLetter
from crm.live.state import live_state
from switchctl.contract.names import MAIN, Names

SLOW_S = 1.0
DISK_WARNING, DISK_CRITICAL = 0.10, 0.05
LETTERS = timedelta(hours=24)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong now."""

    subject: str
    severity: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)


Findings = dict[str, list[Finding]]
"""Code → what is wrong; a code that is missing could not be looked at, and its alarms stay as they are."""


def watch(now: datetime | None = None, names: Names = MAIN, disk: Callable[[Path], Any] = shutil.disk_usage) -> None:
    """One look. A database that is slow or away is only logged: its alarm could not be kept."""
    now = now or timezone.now()
    begun = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if (took := time.monotonic() - begun) > SLOW_S:
            log.warning("the database took %.1f s to answer", took)
        apply({**_daemon(names), **_disk(disk), **_letters(now), **_cdr()}, now)
    except DatabaseError as error:
        log.error("the database does not answer: %s", error)


def apply(findings: Findings, now: datetime) -> None:
    """Makes the open alarms of the codes looked at those that were found."""
    for code, found in findings.items():
        for finding in found:
            alarm_raise(
                code, finding.subject, severity=finding.severity, text=finding.text, params=finding.params, now=now
            )
        here = {finding.subject for finding in found}
        gone = Alarm.objects.filter(code=code, cleared_at__isnull=True).exclude(subject__in=here)
        for subject in gone.values_list("subject", flat=True):
            alarm_clear(code, subject, now=now)


def _daemon(names: Names) -> Findings:
    """The daemon's key dies with it. Without it nobody knows of the links."""
    try:
        raw = bus.client().get(names.daemon)
        status = msgspec.json.decode(raw, type=dict[str, Any]) if raw else None
    except redis.RedisError as error:
        log.error("Redis does not answer: %s", error)
        return {}
    except msgspec.DecodeError as error:
        log.error("the daemon's status cannot be read: %s", error)
        return {}
    if status is None:
        return {"daemon_away": [Finding("", Severity.CRITICAL, words.DAEMON_AWAY)]}
    emptied = {node for node, state in live_state(names=names).view.nodes.items() if state == "drained"}
    down = sorted(node for node, up in status.get("links", {}).items() if not up and node not in emptied)
    return {
        "daemon_away": [],
        "link_down": [Finding(node, Severity.CRITICAL, words.LINK_DOWN, {"node": node}) for node in down],
    }


def _disk(usage: Callable[[Path], Any]) -> Findings:
    try:
        room = usage(settings.STATE_DIR)
    except OSError as error:
        log.error("the state folder cannot be looked at: %s", error)
        return {}
    share = room.free / room.total
    if share >= DISK_WARNING:
        return {"disk_low": []}
    params = {"percent": f"{share * 100:.1f}", "free": f"{room.free / 1e9:.1f}"}
    severity = Severity.CRITICAL if share < DISK_CRITICAL else Severity.WARNING
    return {"disk_low": [Finding("", severity, words.DISK_LOW, params)]}


def _letters(now: datetime) -> Findings:
    letters = DeadLetter.objects.filter(at__gt=now - LETTERS)
    newest = letters.order_by("-at").first()
    if newest is None:
        return {"dead_letters": []}
    params = {"n": letters.count(), "reason": newest.reason[:200]}
    return {"dead_letters": [Finding("", Severity.WARNING, words.DEAD_LETTERS, params)]}


def _cdr() -> Findings:
    bad = sum(1 for path in (settings.CDR_DIR / "bad").glob("*") if path.suffix != ".reason")
    return {"cdr_bad": [Finding("", Severity.WARNING, words.CDR_BAD, {"n": bad})] if bad else []}
