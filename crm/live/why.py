"""Why a caller waits: who serves her queue and what they do, who becomes free next, and her place in the line."""

from collections import Counter
from typing import Any

from crm.live.lines import WAITING
from crm.live.scope import Scope
from crm.live.words import why_words
from switchctl.contract.live import LiveAgent, LiveCall, LiveView

BUSY = ("offered", "dialling", "talking", "wrapup")
AWAY = ("paused", "unreachable")


def why_waiting(view: LiveView, call: LiveCall, serving: set[str], head_starts: dict[str, int]) -> dict[str, Any]:
    """Pure. ``serving``: logins of all who serve its queue; ``head_starts``: queue → seconds.

    ``states`` counts all of them by state; ``next`` is whose wrap-up or ringing ends first by itself (``until``, µs);
    ``place`` counts from 1 in the order in which callers of this queue are answered.
    """
    agents = [view.agents.get(login) or LiveAgent(id=login) for login in sorted(serving)]
    line = sorted(
        (other for other in view.calls.values() if other.queue == call.queue and other.stage in WAITING),
        key=lambda other: (other.entered - head_starts.get(other.queue, 0) * 1_000_000, other.id),
    )
    soon = [agent for agent in agents if agent.state == "wrapup" and agent.until]
    first = min(soon, key=lambda agent: (agent.until, agent.id), default=None)
    longest = [agent for agent in agents if agent.state == "talking"]
    return {
        "call": call.id,
        "queue": call.queue,
        "serving": len(agents),
        "states": dict(Counter(agent.state for agent in agents)),
        "place": next((n for n, other in enumerate(line, 1) if other.id == call.id), 0),
        "waiting": len(line),
        "next": {"agent": first.id, "until": first.until} if first else None,
        "talking_since": min((agent.since for agent in longest), default=0),
        "said": why_words(call.why) if call.why else "",
    }


def in_sight(told: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """An agent of another department has no name here."""
    if told["next"]:
        who = scope.people.get(told["next"]["agent"])
        told["next"] = {"name": who["name"] if who else "", "until": told["next"]["until"]}
    return told
