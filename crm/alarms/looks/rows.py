"""What the rows tell: facts that could not be read, repairs, switches that were restarted.

The index ``fact_watch`` (migration 0003) serves the questions about facts; without it each look would read them all.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.alarms.models import Severity
from crm.calls.models import DeadLetter, Fact

LETTERS = timedelta(hours=24)
REPAIRS = timedelta(minutes=10)
RESTARTS = timedelta(hours=1)
"""For so long a restart of a switch is worth a look."""


def rows(open: Open) -> Findings:
    """Nothing can be said without the database."""
    now = timezone.now()
    try:
        return {**_letters(now), **_repairs(now, open), **_restarts(now)}
    except DatabaseError:
        return {}


def _letters(now: datetime) -> Findings:
    letters = DeadLetter.objects.filter(at__gt=now - LETTERS)
    newest = letters.order_by("-at").first()
    if newest is None:
        return {"dead_letters": []}
    params = {"n": letters.count(), "reason": newest.reason[:200]}
    return {"dead_letters": [Finding("", Severity.WARNING, words.DEAD_LETTERS, params)]}


def _repairs(now: datetime, open: Open) -> Findings:
    repairs = Fact.objects.filter(kind="CallRepaired", at__gt=now - REPAIRS)
    number = repairs.count()
    bad = severity(number, settings.ALARM_REPAIRS, open.get(("repairs", "")))
    newest = repairs.order_by("-at").first()
    if not bad or newest is None:
        return {"repairs": []}
    params = {"n": number, "node": newest.node, "reason": str(newest.payload.get("reason", ""))[:200]}
    return {"repairs": [Finding("", bad, words.REPAIRS, params)]}


def _restarts(now: datetime) -> Findings:
    """A link that came up to another core than the one before it."""
    ups = Fact.objects.filter(kind="LinkChanged", payload__up=True)
    newest = {fact.node: fact for fact in ups.filter(at__gt=now - RESTARTS).order_by("at")}
    found = []
    for node, fact in sorted(newest.items()):
        before = ups.filter(node=node, at__lt=fact.at, at__gt=now - timedelta(days=30)).order_by("-at").first()
        core = fact.payload.get("core")
        if before is not None and core and before.payload.get("core") not in (None, "", core):
            at = timezone.localtime(fact.at).strftime("%H:%M:%S")
            found.append(Finding(node, Severity.WARNING, words.NODE_RESTARTED, {"node": node, "at": at}))
    return {"node_restarted": found}
