"""What of the live view a token sees, ready for the shapes."""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from crm.access.holding import reach
from crm.accounts.models import User
from crm.calls.figures import Counts
from crm.live.api.shapes import STATES
from crm.live.counted import counted
from crm.live.lines import EMPTY, queue_lines
from crm.live.state import live_state
from crm.telephony.models import Queue
from crm.telephony.serving import queues_served, serving
from switchctl.contract.live import LiveAgent, LiveView

WATCH = "floor.watch"


def agents_watched(user: User, permission: str = WATCH) -> QuerySet[User]:
    """Agents whom the permission reaches."""
    return reach(user, permission).users().filter(agent_profile__isnull=False, extension__isnull=False)


def queues_watched(user: User) -> QuerySet[Queue]:
    """The queues that these agents serve; all, if it reaches all."""
    if reach(user, WATCH).everything:
        return Queue.objects.all()
    return Queue.objects.filter(pk__in=serving(agents_watched(user).values_list("pk", flat=True)))


def state_of(view: LiveView, login: str) -> LiveAgent:
    """Of one who was never heard of: offline since nobody knows when."""
    return view.agents.get(login) or LiveAgent(id=login)


def agents_told(agents: Iterable[User]) -> list[dict[str, Any]]:
    """As AgentShape."""
    agents = list(agents)
    view = live_state().view
    codes = dict(Queue.objects.values_list("pk", "code"))
    serves = queues_served([agent.pk for agent in agents])
    return [_agent(agent, view, sorted(codes[queue] for queue in serves.get(agent.pk, ()))) for agent in agents]


def _agent(agent: User, view: LiveView, queues: list[str]) -> dict[str, Any]:
    now = state_of(view, agent.username)
    return {
        "login": agent.username, "name": str(agent), "extension": agent.extension, "queues": queues,
        "department": agent.department.name if agent.department else "",
        "state": now.state, "reason": now.reason, "since": now.since, "until": now.until, "call": now.call_id,
        "plan": now.plan, "misses": now.misses, "answered": now.answered,
        "registered": view.devices.get(agent.extension or "", False),
    }  # fmt: skip


def queues_told(queues: Iterable[Queue]) -> list[dict[str, Any]]:
    """As QueueShape."""
    lines, now = queue_lines(live_state().view), time.time()
    return [_queue(queue, lines.get(queue.code, EMPTY), now) for queue in queues]


def queue_live(user: User, queue: Queue) -> dict[str, Any]:
    """As QueueLiveShape."""
    view, figures = live_state().view, counted()
    seen = agents_watched(user).filter(pk__in=serving().get(queue.pk, ()))
    states = Counter(state_of(view, login).state for login in seen.values_list("username", flat=True))
    return _queue(queue, queue_lines(view).get(queue.code, EMPTY), time.time()) | {
        "agents": {state: states[state] for state in STATES},
        "counted_at": figures.at if figures else 0,
        "half_hour": figures.window.get(queue.code, Counts()) if figures else None,
        "today": figures.day.get(queue.code, Counts()) if figures else None,
    }


def _queue(queue: Queue, line: dict[str, int], now: float) -> dict[str, Any]:
    waited = max(0, round(now * 1000) - line["oldest"] // 1000) if line["oldest"] else 0
    return {
        "code": queue.code, "name": queue.label, "service_level_s": queue.service_level_s,
        "short_abandon_s": queue.short_abandon_s, "waiting": line["waiting"], "longest_wait_ms": waited,
    }  # fmt: skip
