"""The live view: who is in which state and which calls are up, as a fold of the facts.

Pure and shared: the daemon rebuilds its world from it after a start, ``feed_live`` keeps it for the pages, and a
page that applies the same changes to its snapshot holds the same view.
"""

from typing import Any

import msgspec

from switchctl.contract import facts as f
from switchctl.contract import liverooms, livewatch, wishfacts
from switchctl.contract.livecall import CALL_STEPS, LiveCall
from switchctl.contract.liverooms import LiveMember, LiveRoom
from switchctl.contract.livewatch import LiveWatch
from switchctl.contract.wishfacts import LiveWish

__all__ = ["KEPT_US", "LiveAgent", "LiveCall", "LiveMember", "LiveRoom", "LiveView", "LiveWatch", "decode", "encode"]


class LiveAgent(msgspec.Struct, kw_only=True):
    """An agent as the floor sees her. Times are microseconds since the epoch."""

    id: str
    state: str = "offline"
    reason: str = ""
    since: int = 0
    until: int = 0
    offer: str = ""
    call_id: str = ""
    misses: int = 0
    answered: int = 0
    """Calls answered since she signed in."""
    plan: str = ""
    """Reason of the pause that follows the call in hand; empty = she will be ready."""
    extended: int = 0
    """How often the wrap-up under way was extended."""
    dnd: bool = False
    """She does not want to be disturbed by colleagues' calls."""
    leaves: str = ""
    """Who has her signed out with the end of the call in hand, which is being ended; empty = nobody."""


KEPT_US = 600_000_000
"""How long the id of a dialled call is remembered; no order to dial lives that long (``contract.hopper.LIFE_S``)."""


class LiveView(msgspec.Struct, kw_only=True):
    """The fold's state. ``seq`` is the newest fact applied, ``journal`` the journal it belongs to.

    Each daemon has a journal of its own: ``marks`` tells how far each went in, ``epoch`` the newest term. ``cursor`` is
    the place in the stream of the daemon that keeps the view; others keep theirs beside it.
    """

    journal: str = ""
    seq: int = 0
    epoch: int = 0
    marks: dict[str, int] = {}
    cursor: str = ""
    agents: dict[str, LiveAgent] = {}
    calls: dict[str, LiveCall] = {}
    links: dict[str, bool] = {}
    devices: dict[str, bool] = {}
    phones: dict[str, str] = {}
    """Extension → node where it is registered."""
    nodes: dict[str, str] = {}
    """Node → serving, draining or drained; a node that is not named serves."""
    dialled: dict[str, int] = {}
    """Calls that were dialled within ``KEPT_US`` → when: none of them may be dialled again, whatever became of it."""
    watches: dict[str, LiveWatch] = {}
    """Who listens to whose talk; for supervisors only."""
    wishes: dict[str, LiveWish] = {}
    """Who is to be called back with whom."""
    trunks: dict[str, dict[str, str]] = {}
    """Gateway → node → its state there, of TrunkChanged."""
    rooms: dict[str, LiveRoom] = {}
    """Conference rooms that are open; for who may see rooms only."""

    def apply(self, fact: f.Fact) -> set[tuple[str, str]]:
        """Take one fact in; returns what changed as (field of the view, key) pairs.

        A fact that was applied already (not above its journal's mark) changes nothing, and neither does one of an older
        term: a leader that was followed by another told it late, and its successor has seen for itself.
        """
        journal = fact.id.rpartition(":")[0]
        if fact.seq <= self.mark(journal):
            return set()
        self.marks[journal] = fact.seq
        self.journal, self.seq = journal, fact.seq
        if fact.epoch < self.epoch:
            return set()
        self.epoch = fact.epoch
        reduce = _REDUCERS.get(type(fact))
        return reduce(self, fact) if reduce else set()

    def takes(self, fact: f.Fact) -> bool:
        """Whether ``apply`` would let this fact change anything."""
        return fact.epoch >= self.epoch and fact.seq > self.mark(fact.id.rpartition(":")[0])

    def mark(self, journal: str) -> int:
        """The newest fact of a journal that was applied."""
        return self.marks.get(journal, self.seq if journal == self.journal else 0)

    def agent(self, agent_id: str) -> LiveAgent:
        """The agent, made on first sight."""
        if agent_id not in self.agents:
            self.agents[agent_id] = LiveAgent(id=agent_id)
        return self.agents[agent_id]


def _arrived(view: LiveView, fact: f.CallArrived) -> set[tuple[str, str]]:
    view.calls[fact.call_id] = LiveCall(
        id=fact.call_id, node=fact.node, number=fact.number, name=fact.name, dialled=fact.dialled,
        since=fact.at, arrived=fact.at, direction=fact.direction, passed=[("arrived", fact.at)],
        campaign=fact.campaign, music=fact.music,
    )  # fmt: skip
    if fact.direction == "outbound":
        view.dialled[fact.call_id] = fact.at
        for call_id in [c for c, at in view.dialled.items() if at < fact.at - KEPT_US]:
            del view.dialled[call_id]
    return {("calls", fact.call_id)}


def _ended(view: LiveView, fact: f.CallEnded) -> set[tuple[str, str]]:
    over = livewatch.of_call(view, fact.call_id)
    return over | {("calls", fact.call_id)} if view.calls.pop(fact.call_id, None) else over


def _stated(view: LiveView, fact: f.CallStated) -> set[tuple[str, str]]:
    told = {name: getattr(fact, name) for name in LiveCall.__struct_fields__ if name not in ("id", "node")}
    view.calls[fact.call_id] = LiveCall(id=fact.call_id, node=fact.node, **told)
    return {("calls", fact.call_id)}


def _agent(view: LiveView, fact: f.AgentStateChanged) -> set[tuple[str, str]]:
    agent = view.agent(fact.agent)
    if fact.state == "talking" and fact.previous == "offered":
        agent.answered += 1
    if fact.previous == "offline":
        agent.answered = 0
    agent.state, agent.reason, agent.since, agent.until = fact.state, fact.reason, fact.at, fact.until
    agent.offer, agent.call_id, agent.misses = fact.offer, fact.call_id, fact.misses
    agent.plan, agent.extended = fact.plan, fact.extended
    if fact.state == "offline":
        agent.leaves = ""
    return {("agents", fact.agent)}


def _planned(view: LiveView, fact: f.PausePlanned) -> set[tuple[str, str]]:
    view.agent(fact.agent).plan = fact.reason
    return {("agents", fact.agent)}


def _leaves(view: LiveView, fact: f.SignOutOrdered) -> set[tuple[str, str]]:
    view.agent(fact.agent).leaves = fact.source
    return {("agents", fact.agent)}


def _disturb(view: LiveView, fact: f.DisturbChanged) -> set[tuple[str, str]]:
    view.agent(fact.agent).dnd = fact.on
    return {("agents", fact.agent)}


def _extended(view: LiveView, fact: f.WrapUpExtended) -> set[tuple[str, str]]:
    agent = view.agent(fact.agent)
    agent.until, agent.extended = fact.until, fact.times
    return {("agents", fact.agent)}


def _link(view: LiveView, fact: f.LinkChanged) -> set[tuple[str, str]]:
    view.links[fact.node] = fact.up
    return {("links", fact.node)}


def _device(view: LiveView, fact: f.DeviceChanged) -> set[tuple[str, str]]:
    view.devices[fact.extension] = fact.registered
    if fact.registered:
        view.phones[fact.extension] = fact.node
    else:
        view.phones.pop(fact.extension, None)
    return {("devices", fact.extension)}


def _node(view: LiveView, fact: f.NodeStateChanged) -> set[tuple[str, str]]:
    view.nodes[fact.node] = fact.state
    return {("nodes", fact.node)}


def _trunk(view: LiveView, fact: f.TrunkChanged) -> set[tuple[str, str]]:
    at = dict(view.trunks.get(fact.gateway, {}))
    if fact.state == "gone":
        at.pop(fact.node, None)
    else:
        at[fact.node] = fact.state
    if at:
        view.trunks[fact.gateway] = at
    else:
        view.trunks.pop(fact.gateway, None)
    return {("trunks", fact.gateway)}


def _on_call(view: LiveView, fact: Any) -> set[tuple[str, str]]:
    call = view.calls.get(fact.call_id)
    if call is None:
        return set()
    CALL_STEPS[type(fact)](call, fact)
    return {("calls", fact.call_id)}


_REDUCERS: dict[type[f.Fact], Any] = {
    f.CallArrived: _arrived,
    f.CallEnded: _ended,
    f.CallStated: _stated,
    f.AgentStateChanged: _agent,
    f.PausePlanned: _planned,
    f.SignOutOrdered: _leaves,
    f.DisturbChanged: _disturb,
    f.WrapUpExtended: _extended,
    f.LinkChanged: _link,
    f.DeviceChanged: _device,
    f.NodeStateChanged: _node,
    f.TrunkChanged: _trunk,
    **dict.fromkeys(CALL_STEPS, _on_call),
    **livewatch.STEPS,
    **wishfacts.STEPS,
    **liverooms.STEPS,
}


def encode(view: LiveView) -> bytes:
    """JSON."""
    return msgspec.json.encode(view)


def decode(raw: bytes) -> LiveView:
    """Raises msgspec.ValidationError on a view that does not fit."""
    return msgspec.json.decode(raw, type=LiveView)
