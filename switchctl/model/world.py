"""The world: every call, leg, agent and queue that the daemon knows. One greenlet owns it; there are no locks."""

import msgspec

from switchctl.contract import directory as d
from switchctl.model.agent import Agent
from switchctl.model.call import Call, Offer
from switchctl.model.mirror import Mirror
from switchctl.model.queue import Queue


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
    mirror: Mirror = msgspec.field(default_factory=Mirror)
    strays: dict[str, int] = {}
    """Legs that are not in our hands → listings in a row in which they were seen."""

    @property
    def in_touch(self) -> bool:
        """Whether what we believe of its calls can be trusted, and what we wish reaches it."""
        return self.up and self.listed and not self.ending


class World(msgspec.Struct, kw_only=True):
    """All that is true now."""

    directory: d.Directory = msgspec.field(default_factory=d.Directory)
    calls: dict[str, Call] = {}
    offers: dict[str, Offer] = {}
    """By UUID of the agent's leg."""
    agents: dict[str, Agent] = {}
    extensions: dict[str, str] = {}
    """Extension → agent id."""
    queues: dict[str, Queue] = {}
    routes: dict[str, d.Route] = {}
    nodes: dict[str, Node] = {}
    devices: dict[str, bool] = {}
    """Extension → registered, as far as the switch told."""
    ended: dict[str, int] = {}
    """Calls that were seen to end → when, for a while: what the switch still says of them comes too late."""
    stopping: bool = False

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
        self.routes = {route.number: route for route in directory.routes}

    def node(self, name: str) -> Node:
        """The node, made on first sight."""
        if name not in self.nodes:
            self.nodes[name] = Node(name=name)
        return self.nodes[name]

    @property
    def in_step(self) -> bool:
        """Whether we know of each agent whether a switch gave her a call while we were away."""
        return all(node.in_step for node in self.nodes.values() if node.up and not node.ending)

    def first_tier(self, queue: Queue) -> tuple[int, list[Agent], int]:
        """Of a queue's ready agents: the lowest tier, those in it, and how many are ready in all."""
        agents = self.agents
        first: list[Agent] = []
        best = ready = 0
        for agent_id, tier in queue.tiers.items():
            agent = agents.get(agent_id)
            if agent is None or not agent.free:
                continue
            ready += 1
            if not first or tier < best:
                best, first = tier, [agent]
            elif tier == best:
                first.append(agent)
        return best, first, ready
