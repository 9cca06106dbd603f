"""Private extensions: nobody joins their calls or picks them up, but whose role says so."""

from switchctl.contract import refusals
from switchctl.model.agent import Agent
from switchctl.model.machine import Refused
from switchctl.policy.turn import Turn


def open_to(turn: Turn, who: Agent, other: Agent) -> bool:
    """Whether she may join or pick up calls at the other's phone, as far as that is private."""
    return other.profile.extension not in turn.world.private or who.profile.opens_private


def respected(turn: Turn, who: Agent, other: Agent) -> None:
    """Raises Refused."""
    if not open_to(turn, who, other):
        raise Refused(refusals.PRIVATE, extension=other.profile.extension)
