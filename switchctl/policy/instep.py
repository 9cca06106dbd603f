"""Whether the listings since a node's link came up have accounted for everybody who was astray in the first one.

Until then nothing is offered and the fail-safe queue is told nothing: callers return in any order, and an agent may be
in a call that we do not know.
"""

from switchctl.model.world import Node
from switchctl.policy import acd, failsafe
from switchctl.policy.turn import Turn

LAST = 5
"""The listing after which nobody is waited for any more."""


def came_back(turn: Turn, name: str, leg: str) -> None:
    """A leg is accounted for; perhaps it was the last."""
    node = turn.world.node(name)
    node.returning.discard(leg)
    in_step(turn, node)


def in_step(turn: Turn, node: Node) -> bool:
    """Whether nobody is waited for; when that begins to be so, everything starts."""
    if not node.in_step and node.listed and (not node.returning or node.listings >= LAST):
        node.in_step = True
        failsafe.begin(turn, node)
        acd.serve_all(turn)
    return node.in_step
