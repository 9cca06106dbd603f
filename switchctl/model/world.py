"""The world: every call, leg, agent and queue that the daemon knows. One greenlet owns it; there are no locks."""

import msgspec

from switchctl.contract import directory as d
from switchctl.contract.listbook import Book
from switchctl.contract.numberlists import Verdict
from switchctl.contract.speeddial import Codes, codes_of
from switchctl.model.agent import Agent
from switchctl.model.call import Call, Offer
from switchctl.model.mirror import Mirror
from switchctl.model.phones import Phones
from switchctl.model.queue import Queue
from switchctl.model.room import Member, Room
from switchctl.model.watch import Watch
from switchctl.model.wish import Wish

SERVING, DRAINING, DRAINED = "serving", "draining", "drained"
"""A node takes new calls, takes none but has some left, or has none left."""
GONE_S = 60.0


class Node(msgspec.Struct, kw_only=True):
    """A FreeSWITCH node: whether both links are up, and which run of the switch (Core-UUID) we talk to."""

    name: str
    up: bool = False
    core: str = ""
    listed: bool = False
    """Whether its channels were compared with ours since the link came up."""
    ending: bool = False
    """It said that it is being shut down: its calls end, and nothing new is begun on it."""
    listings: int = 0
    """How many of them there were since then."""
    in_step: bool = False
    """Whether all who waited or talked without us then are in our hands again; before, nobody is offered anything."""
    returning: set[str] = set()
    """Legs for which that waits."""
    state: str = SERVING
    asked: bool = False
    """It was asked whether it takes no new calls, and nothing else was ordered since."""
    mirror: Mirror = msgspec.field(default_factory=Mirror)
    left_alone: set[str] = set()
    """Legs of agents whom we do not know, in talks that they dialled: not ours, and not ours to end."""
    strays: dict[str, int] = {}
    """Legs that are not in our hands → listings in a row in which they were seen."""
    missing: dict[str, int] = {}
    """Legs of its own queue → since when the listings lack them."""

    @property
    def in_touch(self) -> bool:
        """Whether what we believe of its calls can be trusted, and what we wish reaches it."""
        return self.up and self.listed and not self.ending

    @property
    def open(self) -> bool:
        """Whether it takes new calls: callers' and those that another node brings for a phone."""
        return self.in_touch and self.state == SERVING


class Question(msgspec.Struct, frozen=True):
    """A hopper is asked for a lead for an agent."""

    number: int
    agent: str
    at: int


class World(msgspec.Struct, kw_only=True):
    """All that is true now."""

    directory: d.Directory = msgspec.field(default_factory=d.Directory)
    calls: dict[str, Call] = {}
    offers: dict[str, Offer] = {}
    """By UUID of the agent's leg."""
    relays: dict[str, Offer] = {}
    """By UUID of the leg to her phone, where that is another node's than the caller's."""
    watches: dict[str, Watch] = {}
    """By UUID of the leg to the supervisor's phone."""
    wishes: dict[str, Wish] = {}
    """To be called back with a colleague, by their ids."""
    rooms: dict[str, Room] = {}
    """Conference rooms that are open."""
    members: dict[str, Member] = {}
    """By leg; of those who are no callers of ours."""
    agents: dict[str, Agent] = {}
    extensions: dict[str, str] = {}
    """Extension → agent id."""
    private: frozenset[str] = frozenset()
    """Extensions whose calls are their owners' alone."""
    rows: frozenset[str] = frozenset()
    """Every extension, of agents and of others: each can be dialled, and it is told whether its phone is registered."""
    forwards: dict[str, tuple[d.Forward, ...]] = {}
    """Extension → where its calls go on to."""
    speed_dials: Codes = {}
    queues: dict[str, Queue] = {}
    routes: dict[str, d.Route] = {}
    room_rows: dict[str, d.Room] = {}
    """Every room that there is, by id."""
    nodes: dict[str, Node] = {}
    devices: dict[str, str] = {}
    """Extension → the node of its newest registration as it was told; empty = registered nowhere."""
    phones: Phones = msgspec.field(default_factory=Phones)
    trunks: dict[tuple[str, str], str] = {}
    """Gateway and node → its state there (``contract.trunkfacts``); one that is not here was not told of."""
    gone_s: float = GONE_S
    """After so long a node that is away is given up, with its calls and registrations."""
    lists: Book | None = None
    """Black, white and do-not-call lists; None: they were never read, and nobody outside is dialled."""
    ended: dict[str, int] = {}
    """Calls that were seen to end → when, for a while: what the switch still says of them comes too late."""
    stopping: bool = False
    campaigns: dict[str, d.Campaign] = {}
    """Those that dial by themselves now."""
    works_for: dict[str, tuple[str, ...]] = {}
    """Agent → her campaigns, the most important first."""
    asking: dict[str, Question] = {}
    """Campaign → the question to its hopper that is under way."""
    questions: int = 0
    dry: set[str] = set()
    """Campaigns whose hoppers were empty; asked again within a second."""
    passed_over: set[str] = set()
    """Agents whom the switch could not reach for a campaign; tried again within a second."""
    dialled: dict[str, int] = {}
    """Calls that were dialled → when, for a while: none is dialled again (``contract.live.KEPT_US``)."""
    settled: int = 0
    """What expired before (µs) was said to be begun no more."""

    def configure(self, directory: d.Directory) -> None:
        """Swap the directory whole; who waits and who is in which state stays.

        An agent that vanished from it keeps her state until her call is over (she is then offered nothing,
        being in no queue).
        """
        self.directory = directory
        present = {agent.id for agent in directory.agents}
        serves: dict[str, list[str]] = {}
        queues: dict[str, Queue] = {}
        for profile in directory.queues:
            known = self.queues.get(profile.id)
            tiers = {member.agent: member.tier for member in profile.members if member.agent in present}
            queues[profile.id] = Queue(profile=profile, tiers=tiers, waiting=known.waiting if known else [])
            for agent_id in tiers:
                serves.setdefault(agent_id, []).append(profile.id)
        for queue_id in {call.queue for call in self.calls.values()} & set(self.queues) - set(queues):
            # Whoever is on the way to a queue that was taken away still needs it, until she is sent elsewhere.
            known = self.queues[queue_id]
            queues[queue_id] = Queue(profile=known.profile, waiting=known.waiting, closed=True)
        self.queues = queues
        for agent in directory.agents:
            mine = tuple(serves.get(agent.id, ()))
            if agent.id in self.agents:
                self.agents[agent.id].profile = agent
                self.agents[agent.id].queues = mine
            else:
                self.agents[agent.id] = Agent(profile=agent, queues=mine)
        for agent_id in [a for a in self.agents if a not in present]:
            self.agents[agent_id].queues = ()
        self.extensions = {agent.extension: agent.id for agent in directory.agents}
        self.rows = frozenset(one.number for one in directory.extensions) | self.extensions.keys()
        self.private = frozenset(one.number for one in directory.extensions if one.private)
        self.forwards = {one.number: one.forwards for one in directory.extensions if one.forwards}
        self.speed_dials = codes_of(directory.speed_dials)
        self.routes = {route.number: route for route in directory.routes}
        self.room_rows = {room.id: room for room in directory.rooms}
        self.campaigns = {campaign.id: campaign for campaign in directory.campaigns}
        works: dict[str, list[str]] = {}
        for campaign in sorted(directory.campaigns, key=lambda campaign: (-campaign.priority, campaign.id)):
            for member in campaign.members:
                works.setdefault(member, []).append(campaign.id)
        self.works_for = {agent: tuple(campaigns) for agent, campaigns in works.items() if agent in present}

    def verdict(self, number: str, way: str, now: int) -> Verdict | None:
        """What the lists say about a number in any form, at ``now`` (µs); None if there are none."""
        return self.lists.asked(number, way, now // 1_000_000, self.directory.home) if self.lists is not None else None

    def node(self, name: str) -> Node:
        """The node, made on first sight."""
        if name not in self.nodes:
            self.nodes[name] = Node(name=name)
        return self.nodes[name]

    @property
    def in_step(self) -> bool:
        """Whether we know of each agent whether a switch gave her a call while we were away."""
        return all(node.in_step for node in self.nodes.values() if node.up and not node.ending)

    def add_offer(self, offer: Offer) -> None:
        """Know an offer by its leg, and by the leg to the phone if that is another one."""
        self.offers[offer.id] = offer
        if offer.via:
            self.relays[offer.via_leg] = offer

    def drop_offer(self, offer: Offer) -> None:
        """Forget an offer that is over."""
        self.offers.pop(offer.id, None)
        self.relays.pop(offer.via_leg, None)

    def way(self, extension: str, node: str) -> str | None:
        """How a call on ``node`` reaches a phone: empty = from there, else over the node that is named; None = not now.

        A phone that nobody told of is tried from the caller's node: its refusal is told apart.
        """
        if extension not in self.phones.seen:
            return ""
        nodes = self.nodes
        at = self.phones.at(extension, lambda name: name == node or (name in nodes and nodes[name].open))
        if not at:
            return None
        return "" if at == node else at

    def first_tier(self, queue: Queue, node: str = "") -> tuple[int, list[Agent], int]:
        """Of a queue's ready agents: the lowest tier, those in it, and how many are ready in all.

        With ``node`` only those whose phones a call on that node can reach.
        """
        agents = self.agents
        choosy = node and any(not other.open for other in self.nodes.values() if other.name != node)
        first: list[Agent] = []
        best = ready = 0
        for agent_id, tier in queue.tiers.items():
            agent = agents.get(agent_id)
            if agent is None or not agent.free:
                continue
            if choosy and self.way(agent.profile.extension, node) is None:
                continue
            ready += 1
            if not first or tier < best:
                best, first = tier, [agent]
            elif tier == best:
                first.append(agent)
        return best, first, ready
