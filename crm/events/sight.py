"""What a token sees of the log."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from crm.access.numbers import sees_whole, shown_keys, shown_number, shown_text
from crm.accounts.models import User
from crm.calls.selectors import calls_share
from crm.campaigns.models import Campaign
from crm.campaigns.running.sight import campaigns_within
from crm.events.drafts import OUTBOUND, iso
from crm.events.models import Event

NUMBERS, TEXTS, KEYS = ("number", "shows"), ("name", "note"), ("keys",)


@dataclass(frozen=True)
class Sight:
    """``agents`` and ``queues``: whose events are seen, None for everybody's; ``own``: only hers, none of nobody;
    ``kinds``: those that are wanted, empty for all; ``whole``: numbers are not masked; ``beyond``: campaigns for which
    nobody works whom the scope reaches. One that was made since is not among them: its start would be missed."""

    agents: frozenset[str] | None
    queues: frozenset[str] = frozenset()
    own: bool = False
    kinds: frozenset[str] = frozenset()
    whole: bool = False
    beyond: frozenset[str] = frozenset()

    def sees(self, event: Event) -> bool:
        if self.kinds and event.kind not in self.kinds:
            return False
        if self.agents is None or (event.agent and event.agent in self.agents):
            return True
        if event.agent or self.own or (event.queue and event.queue not in self.queues) or event.campaign in self.beyond:
            return False
        return event.data.get("direction") != OUTBOUND  # whose it is, is told a moment later

    def query(self) -> Q:
        """The same as a condition."""
        kinds = Q(kind__in=self.kinds) if self.kinds else Q()
        if self.agents is None:
            return kinds
        hers = Q(agent__in=self.agents - {""})
        if not self.own:
            nobodys = Q(agent="", queue__in=self.queues | {""}) & ~Q(campaign__in=self.beyond)
            hers |= nobodys & ~Q(kind="call.arrived", data__direction=OUTBOUND)
        return kinds & hers

    def told(self, event: Event) -> dict[str, Any]:
        """As it is sent: the envelope with ``data``."""
        data = event.data if self.whole else {name: _masked(name, value) for name, value in event.data.items()}
        return {
            "id": event.id, "kind": event.kind, "at": iso(event.at),
            "call": event.call_id or None, "sequence": event.sequence, "agent": event.agent or None,
            "queue": event.queue or None, "campaign": event.campaign or None, "data": data,
        }  # fmt: skip


NOTHING = Sight(frozenset(), own=True)


def sight_of(user: User, kinds: Collection[str] = ()) -> Sight:
    """As far as ``events.follow`` reaches now; read again after a minute, for departments change."""
    share = calls_share(user, "events.follow")
    if share is None:
        return NOTHING
    agents = None if share.everything else frozenset(share.agents)
    queues = frozenset() if share.everything or share.own else frozenset(share.served)
    beyond = frozenset() if share.everything or share.own else _beyond(user)
    return Sight(agents, queues, share.own, frozenset(kinds), sees_whole(user), beyond)


def _beyond(user: User) -> frozenset[str]:
    reached = campaigns_within(user, "events.follow").values("pk")
    return frozenset(map(str, Campaign.objects.exclude(pk__in=reached).order_by().values_list("pk", flat=True)))


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _masked(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [_masked(name, one) for one in value]
    if not isinstance(value, str) or not value:
        return value
    if name in NUMBERS or name == "numbers":
        return shown_number(value, whole=False)
    if name in TEXTS:
        return shown_text(value, whole=False)
    return shown_keys(value, whole=False) if name in KEYS else value
