"""A switch is emptied, leaves, comes back, or dies.

A node that drains takes no new call: FreeSWITCH itself refuses them (503, so that the carrier tries another), and no
other node brings it a call for a phone. What it has goes on, and those who wait there are still offered to phones
that can be reached from there. When none is left it is *drained* and may be stopped; until it is returned it stays so,
over restarts of the switch and of the daemon.
"""

from switchctl.contract import commands as c
from switchctl.contract import facts, refusals
from switchctl.model import effects as do
from switchctl.model.machine import Refused
from switchctl.model.world import DRAINED, DRAINING, SERVING, Node
from switchctl.policy import acd, phones, relays
from switchctl.policy.turn import Turn


def drain(turn: Turn, command: c.DrainNode) -> None:
    """Take no new call there."""
    node = _known(turn, command.node)
    if node.state != SERVING:
        raise Refused(refusals.DRAINING_ALREADY, node=node.name)
    others = any(other.open for other in turn.world.nodes.values() if other is not node)
    if not others and not command.force:
        raise Refused(refusals.LAST_NODE, node=node.name)
    _change(turn, node, DRAINING, "ordered" if others else "forced", command)
    turn.do(do.Pause(node.name, True, _ref(node, SERVING, command)))


def serve(turn: Turn, command: c.ReturnNode) -> None:
    """Take calls again."""
    node = _known(turn, command.node)
    if node.state == SERVING:
        raise Refused(refusals.SERVING_ALREADY, node=node.name)
    before = node.state
    _change(turn, node, SERVING, "ordered", command)
    turn.do(do.Pause(node.name, False, _ref(node, before, command)))
    acd.serve_all(turn)


def refused(turn: Turn, name: str, before: str, command_id: str, kind: str, answer: str) -> None:
    """The switch would not. One that is away is told when it is back."""
    node = turn.world.node(name)
    if node.up:
        _change(turn, node, before, "switch")
        turn.tell(
            facts.CommandRefused, agent="", node=name, command=kind, command_id=command_id,
            reason=refusals.PHONE_REFUSED, params={"answer": answer},
        )  # fmt: skip


def ask(turn: Turn, node: Node) -> None:
    """Have the switch itself say whether it takes no new calls."""
    node.asked = True
    turn.do(do.AskPaused(node.name))


def paused(turn: Turn, name: str, is_so: bool) -> None:
    """What the switch says after a link-up: it forgets at a restart, and somebody may have told it by hand."""
    node = turn.world.node(name)
    if not node.asked:
        return  # what was ordered meanwhile is newer
    node.asked = False
    if is_so and node.state == SERVING:
        _change(turn, node, DRAINING, "switch")
    elif not is_so and node.state != SERVING:
        turn.do(do.Pause(name, True, ""))


def counted(turn: Turn, name: str, channels: int) -> None:
    """A listing tells how many channels are up there."""
    node = turn.world.node(name)
    if node.state == DRAINING and not channels:
        _change(turn, node, DRAINED, "empty")
    elif node.state == DRAINED and channels:
        _change(turn, node, DRAINING, "busy")


def gone(turn: Turn, name: str) -> None:
    """A node did not come back in time; its calls are given up by whoever calls this."""
    relays.node_gone(turn, name, "the switch of her phone did not come back")
    phones.node_gone(turn, name)
    counted(turn, name, 0)


def _known(turn: Turn, name: str) -> Node:
    node = turn.world.nodes.get(name)
    if node is None:
        raise Refused(refusals.UNKNOWN_NODE, node=name)
    return node


def _ref(node: Node, before: str, command: c.NodeCommand) -> str:
    return f"node|{node.name}|{before}|{command.id}|{type(command).__name__}"


def _change(turn: Turn, node: Node, state: str, reason: str, command: c.NodeCommand | None = None) -> None:
    previous, node.state = node.state, state
    if command is not None:
        node.asked = False
    turn.tell(
        facts.NodeStateChanged, node=node.name, state=state, previous=previous, reason=reason,
        by=command.by if command else "", command_id=command.id if command else "",
    )  # fmt: skip
