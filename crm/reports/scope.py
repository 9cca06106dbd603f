"""Whose figures a user may see."""

from dataclasses import dataclass, field

from crm.access.holding import Reach, reach
from crm.accounts.models import Department, Scope, User
from crm.accounts.selectors import department_ids_below
from crm.telephony.models import Queue
from crm.telephony.serving import serving

SEE = "reports.see"


@dataclass(frozen=True)
class Seen:
    """``queues``: code → label, ``agents``: login → name, in the order to show them; ``departments``: id → label.

    Her own figures alone: no queue is in it, for its figures are those of others too. Trunks are the whole centre's.
    """

    reach: Reach
    queues: dict[str, str] = field(default_factory=dict)
    agents: dict[str, str] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        return self.reach.scope == Scope.OWN

    @property
    def everything(self) -> bool:
        return self.reach.everything


def seen_by(user: User) -> Seen:
    """The agents whom ``reports.see`` reaches and, unless it is only she, the queues they serve; all, if it reaches
    all: then also queues that nobody serves and agents who left. Labels are in the active language."""
    reached = reach(user, SEE)
    if not reached:
        return Seen(reached)
    people = User.objects.filter(agent_profile__isnull=False) if reached.everything else reached.users()
    agents = {one.username: str(one) for one in people if reached.everything or one.pk == user.pk or one.extension}
    agents = dict(sorted(agents.items(), key=lambda pair: pair[1].casefold()))
    if reached.scope == Scope.OWN:
        return Seen(reached, agents={user.username: str(user)})
    queues = Queue.objects.all()
    departments = Department.objects.all()
    if not reached.everything:
        ids = [one.pk for one in people]
        queues = queues.filter(pk__in=serving(ids))
        departments = departments.filter(pk__in=reached.departments)
    return Seen(
        reached, queues={queue.code: queue.label for queue in queues}, agents=agents,
        departments={one.pk: one.label for one in departments},
    )  # fmt: skip


def chosen_agents(seen: Seen, agents: tuple[str, ...], departments: tuple[int, ...]) -> dict[str, str]:
    """Those of the seen who were chosen by name or by department (and below); nobody chosen: all of them."""
    if not agents and not departments:
        return seen.agents
    wanted = set(agents)
    if departments:
        below: set[int] = set()
        for department in Department.objects.filter(pk__in=departments):
            below |= department_ids_below(department)
        wanted |= set(User.objects.filter(department__in=below).values_list("username", flat=True))
    return {login: name for login, name in seen.agents.items() if login in wanted}


def chosen_queues(seen: Seen, queues: tuple[str, ...], departments: tuple[int, ...]) -> dict[str, str]:
    """The seen queues that were chosen, or that the agents of the chosen departments serve; none chosen: all."""
    if not queues and not departments:
        return seen.queues
    wanted = set(queues)
    if departments:
        people = User.objects.filter(username__in=chosen_agents(seen, (), departments)).values_list("pk", flat=True)
        wanted |= set(Queue.objects.filter(pk__in=serving(people)).values_list("code", flat=True))
    return {code: label for code, label in seen.queues.items() if code in wanted}
