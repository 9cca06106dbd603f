"""Who may see what of the live view."""

from dataclasses import dataclass, field
from typing import Any

from crm.access.holding import may, reach
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.alarms.rules import RULES
from crm.switch import may_command
from crm.telephony.forwardlist import forwardings_shown
from crm.telephony.models import Queue, Route
from crm.telephony.selectors import extensions_private, queues_of
from crm.telephony.serving import queues_served


@dataclass(frozen=True)
class Scope:
    """What one user sees on a floor. ``people``: login → what a row shows of an agent beside her state.

    A call belongs to whom it rings or talks to; while nobody has it, to those who serve its queue (before it has
    a queue: the queue that its dialled number leads to).
    """

    login: str
    extension: str = ""
    everything: bool = False
    whole: bool = False
    """Numbers are shown whole."""
    alarms: bool = False
    """Alarms of the house are shown too, not only those of the floor."""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    """Code → label."""
    routes: dict[str, str] = field(default_factory=dict)
    """Dialled number → code of the queue that it leads to."""

    @property
    def phones(self) -> set[str]:
        """Extensions of the people."""
        return {who["extension"] for who in self.people.values() if "extension" in who}

    def sees_agent(self, login: str) -> bool:
        return login in self.people

    def sees_alarm(self, code: str, params: dict[str, Any]) -> bool:
        if code not in RULES:
            return self.alarms
        if "agent" in params:
            return params["agent"] in self.people
        return params.get("queue", "") in self.queues

    def sees_call(self, call: dict[str, Any]) -> bool:
        if self.everything:
            return True
        if call["agent"]:
            return call["agent"] in self.people
        return (call["queue"] or self.routes.get(call["dialled"], "")) in self.queues


def floor_scope(user: User) -> Scope:
    """The agents whom ``floor.watch`` reaches, and the queues they serve; all, if it reaches all.

    Labels are in the active language. Reads the database.
    """
    reached = reach(user, "floor.watch")
    agents = reached.users().filter(agent_profile__isnull=False, extension__isnull=False)
    agents = list(agents.select_related("department").prefetch_related("roles"))
    commands, supervises = reach(user, "agents.command"), reach(user, "agents.supervise")
    codes = dict(Queue.objects.values_list("pk", "code"))
    serves = queues_served(agent.pk for agent in agents)
    people, served = {}, set()
    private = set() if may(user, "agents.private") else extensions_private()
    onward = forwardings_shown([agent.extension for agent in agents], whole=sees_whole(user))
    for agent in agents:
        queues = sorted(codes[queue] for queue in serves.get(agent.pk, ()))
        served |= set(queues)
        people[agent.username] = {
            "name": str(agent),
            "extension": agent.extension or "",
            "forward": onward.get(agent.extension or "", ""),
            "department": str(agent.department or ""),
            "queues": queues,
            "ordered": bool(commands) and agent.pk != user.pk and may_command(user, agent, commands),
            "supervised": bool(supervises)
            and agent.extension not in private
            and agent.pk != user.pk
            and may_command(user, agent, supervises, permission="agents.supervise"),
        }
    seen = Queue.objects.all() if reached.everything else Queue.objects.filter(code__in=served)
    routes = dict(Route.objects.filter(queue__isnull=False).values_list("number", "queue__code"))
    return Scope(
        login=user.username, everything=reached.everything, people=people,
        queues={queue.code: queue.label for queue in seen}, routes=routes, whole=sees_whole(user),
        alarms=may(user, "alarms.see"),
    )  # fmt: skip


def desk_scope(user: User) -> Scope:
    """An agent: herself, and the queues she serves."""
    queues = {queue.code: queue.label for queue in queues_of(user)}
    return Scope(
        login=user.username, extension=user.extension or "", people={user.username: {}}, queues=queues,
        whole=sees_whole(user),
    )  # fmt: skip
