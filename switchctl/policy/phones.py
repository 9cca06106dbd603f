"""Where agents' phones are registered, as the switches tell: by an event each, and by a list after each link-up.

The list is the truth of its node, but for what was heard a moment ago: the switch writes it behind its events.
"""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.agent import READY, UNREACHABLE, Agent
from switchctl.policy import acd, failsafe, relays, states
from switchctl.policy.turn import SECOND, Turn

LAG_US = 3 * SECOND
"""How far the list may be behind the events; measured: tenths of a second."""
LIST_AGAIN_S = 5.0
LIST_EVERY_S = 300.0


def ask(turn: Turn, node: str, again_s: float = LIST_AGAIN_S) -> None:
    """Have the node's registrations listed, now and later."""
    turn.do(do.ListPhones(node))
    turn.wake(f"phones|{node}", again_s)


def ask_again(turn: Turn, node: str) -> None:
    """It is time for another list."""
    if turn.world.node(node).up:
        ask(turn, node, LIST_EVERY_S)


def registered(turn: Turn, node: str, extension: str, seconds: str) -> None:
    """A phone registered, for the first time or again."""
    runs_out = turn.at + (int(seconds) if seconds.isdecimal() else 0) * SECOND
    turn.world.phones.put(extension, node, runs_out, turn.now)
    _look(turn, extension, "registered", node, back=True)


def gone(turn: Turn, node: str, extension: str, reason: str) -> None:
    """A phone went away from a node; it may still be registered at another."""
    turn.world.phones.drop(extension, node)
    _look(turn, extension, reason, node)


def listed(turn: Turn, node: str, found: dict[str, int]) -> None:
    """All registrations of a node: extension → when it runs out."""
    phones = turn.world.phones
    for extension, known in phones.of(node):
        if extension not in found and turn.now - known.heard > LAG_US:
            gone(turn, node, extension, "unregistered")
    for extension, runs_out in found.items():
        phones.put(extension, node, runs_out, turn.now)
        _look(turn, extension, "registered", node)


def node_gone(turn: Turn, node: str) -> None:
    """A node was given up: nothing is registered there."""
    for extension, _ in turn.world.phones.of(node):
        gone(turn, node, extension, "node-gone")


def _look(turn: Turn, extension: str, reason: str, node: str, back: bool = False) -> None:
    """Tell where the phone is, if that is another place now; ``back``: it has just shown that it lives."""
    world = turn.world
    agent = world.agents.get(world.extensions.get(extension, ""))
    if agent is None and extension not in world.rows:
        return
    at = world.phones.at(extension)
    moved = world.devices.get(extension) != at
    if moved:
        world.devices[extension] = at
        turn.tell(facts.DeviceChanged, node=at or node, extension=extension, registered=bool(at), reason=reason)
        if agent is not None:
            failsafe.changed(turn, agent)
    if agent is None:
        return
    if not at:
        if agent.state == READY:
            states.change(turn, agent, "device_away", reason=f"phone-{reason}")
    elif moved or back:
        _here(turn, agent, at)


def _here(turn: Turn, agent: Agent, at: str) -> None:
    offer = turn.world.offers.get(agent.offer)
    if offer is not None:
        relays.registered(turn, offer, at)
    if agent.state == UNREACHABLE:
        states.change(turn, agent, "device_back")
    acd.serve_agent(turn, agent)
