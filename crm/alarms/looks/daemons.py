"""Who leads, which switches are reached, whose fence is whose, and what the daemons' journals hold.

Two sources. Redis has the leader's public status, wherever it runs. The daemons of ALARM_DAEMONS are asked over HTTP as
well: that tells of a standby, of the journal, and still works while Redis is away.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import redis
from django.conf import settings

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.alarms.looks import metrics
from crm.alarms.looks.servers import connected
from crm.alarms.models import Severity
from crm.live.state import decode
from switchctl.contract.names import MAIN, Names

PROBE_S = 2.0
OTHERS = ("The link to switch", "No daemon leads", "The daemon is being stopped")
"""Sentences of a daemon's health that are alarms of their own, or none."""


@dataclass
class Sight:
    """What was seen. ``status`` is the leader's, None when no daemon leads; ``redis``: whether Redis could tell."""

    redis: bool
    status: Mapping[str, Any] | None
    answers: dict[str, metrics.Answer | None] = field(default_factory=dict)
    """Address → its answer, None when it does not answer."""
    emptied: set[str] = field(default_factory=set)
    """Switches that may be stopped: nobody was left there when they were last seen."""

    @property
    def leading(self) -> list[str]:
        """Addresses of those who say that they lead; one of a version without standbys always leads."""
        return [
            address for address, answer in self.answers.items()
            if answer is not None and answer.health.get("role", "leader") == "leader"
        ]  # fmt: skip


def daemons(open: Open, names: Names = MAIN) -> Findings:
    """All that is told by and of daemons."""
    sight = look(names)
    return {**leader(sight), **each(sight), **switches(sight), **fences(sight), **journals(sight, open)}


def look(names: Names = MAIN) -> Sight:
    """Asks Redis and every daemon."""
    answers = {address: metrics.ask(address) for address in settings.ALARM_DAEMONS}
    try:
        with connected() as client:
            raw, live = client.get(names.daemon), decode(client.get(names.live))
        sight = Sight(True, msgspec.json.decode(raw, type=dict[str, Any]) if raw else None, answers)
        if live is not None:
            sight.emptied = {node for node, state in live.view.nodes.items() if state == "drained"}
    except (redis.RedisError, msgspec.DecodeError):
        sight = Sight(False, None, answers)
    if sight.status is None and sight.leading:
        answer = answers[sight.leading[0]]
        assert answer is not None
        sight.status = answer.health | {"links": answer.links}
    return sight


def leader(sight: Sight) -> Findings:
    """Somebody leads, and nobody else does."""
    if not sight.redis and not sight.answers:
        return {}
    many = sight.leading if len(sight.leading) > 1 else []
    two = [Finding("", Severity.CRITICAL, words.TWO_LEADERS, {"addresses": ", ".join(many)})] if many else []
    if sight.status is not None:
        return {"daemon_away": [], "two_leaders": two}
    text = words.NOBODY_LEADS if any(sight.answers.values()) else words.DAEMON_AWAY
    return {"daemon_away": [Finding("", Severity.CRITICAL, text)], "two_leaders": two}


def each(sight: Sight) -> Findings:
    """Daemons that do not answer while another leads, and those that say that they cannot serve."""
    found: Findings = {"daemon_silent": [], "daemon_unwell": []}
    for address, answer in sight.answers.items():
        params = {"address": address}
        if answer is None:
            if sight.status is not None:  # else it is daemon_away
                found["daemon_silent"].append(Finding(address, Severity.WARNING, words.DAEMON_SILENT, params))
            continue
        reasons = [reason for reason in answer.health.get("reasons", []) if not reason.startswith(OTHERS)]
        if answer.health.get("status") == "failed" and reasons:
            told = params | {"reasons": " ".join(reasons)[:300]}
            found["daemon_unwell"].append(Finding(address, Severity.CRITICAL, words.DAEMON_UNWELL, told))
    return found


def switches(sight: Sight) -> Findings:
    """Switches that the leader does not reach: is it the switch, or the link? Without a leader nobody knows."""
    if sight.status is None:
        return {}
    links, nodes = [], []
    for node, up in sorted(sight.status.get("links", {}).items()):
        if up or node in sight.emptied:
            continue
        reason = _refuses(settings.FREESWITCH_ADDRESSES[node]) if node in settings.FREESWITCH_ADDRESSES else ""
        if reason:
            nodes.append(Finding(node, Severity.CRITICAL, words.NODE_DOWN, {"node": node, "reason": reason}))
        else:
            links.append(Finding(node, Severity.CRITICAL, words.LINK_DOWN, {"node": node}))
    return {"link_down": links, "node_down": nodes}


def fences(sight: Sight) -> Findings:
    """Switches whose fence is not the leader's. A daemon without fences tells none."""
    told = (sight.status or {}).get("fences")
    if sight.status is None or not isinstance(told, Mapping):
        return {}
    ours = int(sight.status.get("epoch", 0))
    found = []
    for node, value in sorted(told.items()):
        holder, term, *_beat = (*str(value).split(":"), "")
        if not holder or not sight.status.get("links", {}).get(node):
            continue  # it is away, or has not been looked at: the link has its own alarm
        if holder in ("none", "new"):
            found.append(Finding(node, Severity.CRITICAL, words.FENCE_OPEN, {"node": node}))
        elif term != str(ours):
            params = {"node": node, "holder": holder, "theirs": term, "ours": ours}
            found.append(Finding(node, Severity.CRITICAL, words.FENCE_FOREIGN, params))
    return {"fence_lost": found}


def journals(sight: Sight, open: Open) -> Findings:
    """Each journal's size; of a daemon that does not answer it is not known, and that has its own alarm."""
    known = {address: answer for address, answer in sight.answers.items() if answer is not None}
    if not known:
        return {}
    found = []
    for address, answer in known.items():
        mb = answer.figure("journal_bytes") / 1e6
        bad = severity(mb, settings.ALARM_JOURNAL_MB, open.get(("journal_growth", address)))
        if bad:
            params = {"address": address, "mb": round(mb), "facts": round(answer.figure("journal_pending_facts"))}
            found.append(Finding(address, bad, words.JOURNAL_GROWS, params))
    return {"journal_growth": found}


def _refuses(address: tuple[str, int]) -> str:
    """Why nobody can connect there; "" when one can."""
    try:
        with socket.create_connection(address, timeout=PROBE_S):
            return ""
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
