"""Who could make a callback right now."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from crm.accounts.models import User
from crm.campaigns.models import Attempt, AttemptState, Campaign
from crm.campaigns.running.members import members
from crm.live.state import live_state

READY = "ready"


@dataclass
class Floor:
    """``ready``: login → since when (microseconds), of those for whom nothing is being dialled. Who is given a call
    leaves it, so that nobody gets two in a round."""

    ready: dict[str, int] = field(default_factory=dict)
    _members: dict[int, list[User]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Floor":
        agents = live_state().view.agents.values()
        ready = {agent.id: agent.since for agent in agents if agent.state == READY}
        dialled = Attempt.objects.filter(state__in=(AttemptState.HANDED, AttemptState.DIALLED), agent__isnull=False)
        for login in dialled.values_list("agent__username", flat=True):
            ready.pop(login, None)
        return cls(ready)

    def has(self, agent: User) -> bool:
        return agent.username in self.ready

    def longest(self, campaign: Campaign) -> User | None:
        """Who of those that work for it is ready the longest."""
        if campaign.pk not in self._members:
            self._members[campaign.pk] = list(members(campaign))
        return min(self._of(self._members[campaign.pk]), key=lambda one: self.ready[one.username], default=None)

    def gone(self, agent: User) -> None:
        self.ready.pop(agent.username, None)

    def _of(self, people: Iterable[User]) -> list[User]:
        return [one for one in people if one.username in self.ready]
