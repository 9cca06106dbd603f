"""What is wrong on the floor, by the limits that the centre set: waits, rates, pauses, talks, holds, wrap-ups.

The live view must be fresh: while nobody keeps it (its figures are old) nothing is said, for a wait that ended would
seem to go on.
"""

import time
from collections import defaultdict
from typing import Any

from django.db import DatabaseError

from crm.accounts.models import User
from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open
from crm.alarms.models import Severity
from crm.alarms.rules import FACTORS, LEAST, RULES, Limits
from crm.alarms.selectors import limits
from crm.live.counted import Counted, counted
from crm.live.lines import WAITING
from crm.live.state import live_state
from crm.live.words import duration
from crm.telephony.models import Queue
from crm.telephony.serving import serving
from switchctl.contract.live import LiveView

LASTING = ("longest_wait", "long_pause", "long_talk", "long_hold", "long_wrapup")
"""Their limit is a time: past it they need not last any longer."""
FRESH_S = 60.0
SECOND = 1_000_000


def floor(open: Open) -> Findings:
    """Nothing can be said without the database, or while the figures are old."""
    figures = counted()
    now = time.time_ns() // 1000
    if figures is None or now - figures.at > FRESH_S * SECOND:
        return {}
    try:
        known, served = limits(), _served()
    except DatabaseError:
        return {}
    return judged(live_state().view, figures, served, known, open, now)


def judged(
    view: LiveView, figures: Counted, served: dict[str, set[str]], known: Limits, open: Open, now: int
) -> Findings:  # fmt: skip
    """Pure. ``served``: code of a queue → logins of those who serve it; ``now``: microseconds."""
    found = _Found(known, open)
    _lines(found, view, served, now)
    _rates(found, figures)
    _agents(found, view, now)
    return found.findings


class _Found:
    """Collects what is beyond a limit. Every rule is in ``findings``: it was looked at."""

    def __init__(self, known: Limits, open: Open) -> None:
        self.findings: Findings = {code: [] for code in RULES}
        self._limits, self._open = known, open

    def look(self, code: str, subject: str, value: float, text: str, /, *, of: str = "", **params: Any) -> None:
        """``value`` in the rule's unit."""
        bad = self._limits.severity(code, value, of, was=self._open.get((code, subject)))
        if bad:
            warning, critical = self._limits.pair(code, of)
            limit = critical if bad == Severity.CRITICAL else warning
            params["limit"] = _shown(code, limit)
            self.findings[code].append(Finding(subject, bad, text, params, told=self._limits.told(code)))


def _lines(found: _Found, view: LiveView, served: dict[str, set[str]], now: int) -> None:
    waiting = defaultdict(list)
    for call in view.calls.values():
        if call.stage in WAITING and call.queue:
            waiting[call.queue].append(call)
    ready = {agent.id for agent in view.agents.values() if agent.state == "ready"}
    for queue, calls in sorted(waiting.items()):
        first = min(calls, key=lambda call: call.entered)
        waited = (now - first.entered) / SECOND
        told = {"queue": queue, "call": first.id, "since": first.entered}
        found.look("longest_wait", queue, waited, words.LONGEST_WAIT, of=queue, **told)
        unoffered = [call for call in calls if call.stage == "waiting"]
        if unoffered and not served.get(queue, set()) & ready:
            told = {"n": len(unoffered), "queue": queue}
            found.look("nobody_ready", queue, len(unoffered), words.NOBODY_READY, of=queue, **told)


def _rates(found: _Found, figures: Counted) -> None:
    for queue, counts in sorted(figures.window.items()):
        level, gone = counts.service_level, counts.abandon_rate
        if level is not None and counts.decided >= LEAST:
            shown = f"{level:.1%}".rstrip("%")
            found.look("service_level", queue, level * 100, words.SERVICE_LEVEL, of=queue, queue=queue, value=shown)
        if gone is not None and counts.settled >= LEAST:
            shown = f"{gone:.1%}".rstrip("%")
            found.look("abandon_rate", queue, gone * 100, words.ABANDON_RATE, of=queue, queue=queue, value=shown)


def _agents(found: _Found, view: LiveView, now: int) -> None:
    for login, agent in sorted(view.agents.items()):
        call = view.calls.get(agent.call_id)
        queue = call.queue if call else ""

        def look(code: str, text: str, since: int, of: str, login: str = login) -> None:
            value = (now - since) / SECOND / FACTORS.get(RULES[code].unit, 1)
            found.look(code, login, value, text, of=of, agent=login, since=since)

        if agent.state == "paused":
            look("long_pause", words.LONG_PAUSE, agent.since, agent.reason)
        elif agent.state == "wrapup":
            look("long_wrapup", words.LONG_WRAPUP, agent.since, queue)
        elif agent.state == "talking":
            look("long_talk", words.LONG_TALK, agent.since, queue)
            if call is not None and call.stage == "held":
                look("long_hold", words.LONG_HOLD, call.hold_since, queue)


def _shown(code: str, limit: float | None) -> str:
    """Times as a duration, all else as a number."""
    unit = RULES[code].unit
    if limit is None:
        return "—"
    return duration(limit * FACTORS.get(unit, 1)) if unit in ("s", "min") else f"{limit:g}"


def _served() -> dict[str, set[str]]:
    codes = dict(Queue.objects.values_list("pk", "code"))
    logins = dict(User.objects.filter(is_active=True, extension__isnull=False).values_list("pk", "username"))
    return {
        codes[queue]: {logins[user] for user in users if user in logins}
        for queue, users in serving().items() if queue in codes
    }  # fmt: skip
