"""Which events a webhook is sent."""

from dataclasses import dataclass

from crm.accounts.models import Scope, User
from crm.events.models import Event
from crm.events.sight import Sight, sight_of
from crm.webhooks.models import Webhook


@dataclass(frozen=True)
class Wanted:
    """Webhooks that want the same have equal ones, so that events are looked through once for all of them."""

    sight: Sight
    queues: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()

    def takes(self, event: Event) -> bool:
        if self.queues and event.queue not in self.queues or self.agents and event.agent not in self.agents:
            return False
        return (not self.campaigns or event.campaign in self.campaigns) and self.sight.sees(event)


def wanted_by(webhook: Webhook) -> Wanted:
    """As far as its data scope reaches now."""
    user: User = webhook.integration.user
    scope = Scope(webhook.scope)
    user.__dict__["_held"] = {"events.follow": scope} | ({"numbers.whole": Scope.ALL} if webhook.whole else {})
    return Wanted(
        sight_of(user, webhook.kinds), frozenset(webhook.queues), frozenset(webhook.agents),
        frozenset(webhook.campaigns),
    )  # fmt: skip
