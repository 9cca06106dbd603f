"""The fail-safe queue of each switch, kept in step: at our death exactly the ready agents are offered calls.

mod_callcenter knows an agent as ``<extension>@default`` with one status: Available while she is ready, Logged Out
while she is offline, On Break else, so that who talks at our death is never offered a second call; she stays on her
break until a daemon returns. So is she on every switch but the one where her phone is registered, if that is known.
One order at a time is under way for an agent: two jobs of the switch may overtake each other, and an old status must
not win. What is sent is what differs when its turn comes. A job takes 20 ms and more, so those of several agents are
under way at once, and who has much to be told goes behind the others after each order: that her phone rings must be
known before she picks it up, also while all is told to a switch whose link came up.
"""

from collections.abc import Iterable, Iterator

from switchctl.model import effects as do
from switchctl.model.agent import OFFLINE, READY, Agent
from switchctl.model.mirror import Mirror, Words
from switchctl.model.world import Node, World
from switchctl.policy.turn import Turn

QUEUE = "failsafe@default"
PATIENCE_S = 5.0
"""After so long the answer to an order is taken for lost, and the next one goes out."""
AT_ONCE = 16
"""Orders that are under way for a node at most; each is a thread of the switch."""
DELAY_S = "5"
"""Until who was busy or rejected a call is offered the next one."""


def changed(turn: Turn, agent: Agent) -> None:
    """Her state is another: tell the nodes."""
    for node in turn.world.nodes.values():
        _look(turn, node, (agent.profile.extension,))


def swapped(turn: Turn) -> None:
    """The directory is another: look at everybody."""
    for node in turn.world.nodes.values():
        _look(turn, node, [*turn.world.extensions, *node.mirror.known])


def begin(turn: Turn, node: Node) -> None:
    """The node is in step after its link came up: it may have been restarted, so it is told everything.

    Not before, for who became available would be given a caller out of turn.
    """
    node.mirror = Mirror(jobs=node.mirror.jobs)
    turn.do(do.ListFailSafe(node.name, QUEUE))
    _look(turn, node, turn.world.extensions)


def listed(turn: Turn, name: str, agents: list[str]) -> None:
    """Names of those who serve the fail-safe queue in the switch; who is not ours any more is taken out of it."""
    node = turn.world.node(name)
    found = [agent.removesuffix("@default") for agent in agents if agent.endswith("@default")]
    for extension in found:
        node.mirror.known.setdefault(extension, {})
    _look(turn, node, found)


def done(turn: Turn, name: str, job: str) -> None:
    """The order under way was carried out, refused, or its answer is lost: go on with the next."""
    node = turn.world.node(name)
    extension = node.mirror.under_way.pop(job, "")
    if extension:
        turn.sleep_on(f"failsafe|{name}|{job}")
        _look(turn, node, (extension,))


def _look(turn: Turn, node: Node, extensions: Iterable[str]) -> None:
    if node.in_step:
        busy = set(node.mirror.under_way.values())  # looked at again when it is done
        node.mirror.due.update((extension, None) for extension in extensions if extension not in busy)
        _send(turn, node)


def _send(turn: Turn, node: Node) -> None:
    mirror = node.mirror
    while mirror.due and len(mirror.under_way) < AT_ONCE and node.in_touch and node.in_step:
        extension = next(iter(mirror.due))
        del mirror.due[extension]
        order = _next(turn.world, node, extension)
        if order is None:
            continue
        mirror.jobs += 1
        job = f"failsafe-{turn.epoch}-{mirror.jobs}"
        mirror.under_way[job] = extension
        turn.do(do.FailSafe(node.name, job, order))
        turn.wake(f"failsafe|{node.name}|{job}", PATIENCE_S)


def _next(world: World, node: Node, extension: str) -> Words | None:
    """The first order that is missing; it is taken for done."""
    mirror = node.mirror
    agent = world.agents.get(world.extensions.get(extension, ""))
    if agent is None or not agent.queues:
        if mirror.known.pop(extension, None) is None:
            return None
        return ("agent", "del", f"{extension}@default")
    known = mirror.known.setdefault(extension, {})
    for what, order in orders(world, agent, world.devices.get(extension) in (None, "", node.name)):
        if known.get(what) != order:
            known[what] = order
            return order
    return None


def orders(world: World, agent: Agent, here: bool) -> Iterator[tuple[str, Words]]:
    """All that the switch has to know of an agent, in order: she is Available only when all else is set.

    ``here``: her phone is not known to be another switch's.
    """
    name, profile = f"{agent.profile.extension}@default", agent.profile
    free = here and not (agent.watches or agent.confers)
    status = {READY: "Available" if free else "On Break", OFFLINE: "Logged Out"}.get(agent.state, "On Break")
    told = "status", ("agent", "set", "status", name, status)
    yield "agent", ("agent", "add", name, "callback")
    if status != "Available":
        yield told
    for what, value in (
        ("contact", f"[leg_timeout={profile.ring_s}]user/{profile.extension}"),
        ("max_no_answer", str(profile.max_misses)),
        ("wrap_up_time", str(profile.wrap_up_s)),
        ("busy_delay_time", DELAY_S),
        ("reject_delay_time", DELAY_S),
    ):
        yield what, ("agent", "set", what, name, value)
    level = str(min(world.queues[queue].tiers[agent.id] for queue in agent.queues))
    yield "tier", ("tier", "add", QUEUE, name)
    yield "level", ("tier", "set", "level", QUEUE, name, level)
    if status == "Available":
        yield told
