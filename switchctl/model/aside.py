"""Whom an agent asks while her customer waits with music, and the steps of that."""

import msgspec

from switchctl.model.machine import Table
from switchctl.model.offer import OVER as ENDED
from switchctl.model.offer import Offer

CALLING, SPEAKING, FRONT, JOINED = "calling", "speaking", "front", "joined"

ASIDE_STEPS: Table = {
    (CALLING, "speak"): SPEAKING,
    (SPEAKING, "front"): FRONT,
    (FRONT, "speak"): SPEAKING,
    (SPEAKING, "all"): JOINED,
    (FRONT, "all"): JOINED,
    **{(state, "end"): ENDED for state in (CALLING, SPEAKING, FRONT, JOINED)},
}
"""The other's phone rings, the two speak, the customer is in front again while the other waits, or all three hear each
other; over."""

SPEAK, TO_FRONT, RETURN, COMPLETE, ALL = "speak", "front", "return", "complete", "all"
"""Who is being joined: agent and other; customer and agent, while the other waits; the same, for the other is gone;
customer and other; all three."""


class Aside(msgspec.Struct, kw_only=True):
    """A consult. ``leg`` is the other's: an agent's, or one to a number outside."""

    leg: Offer
    state: str = CALLING
    ready: bool = False
    """The customer is in our hands."""
    parked: set[str] = msgspec.field(default_factory=set)
    """Which of the two agents' legs are: they left the bridge that they were in, and the switch has said so."""
    want: str = ""
    """Two are being joined, and the switch has not said yet that they are."""
    wished: int = 0
    """When the switch was asked to join the two, µs; 0 = it was not, or has said that they are."""
    apart: int = 0
    """How often a look showed that they are not."""
    gathered: bool = False
    """The three were sent into a conference. From there any two of them can be joined."""
    inside: set[str] = msgspec.field(default_factory=set)
    """Whose legs are in it."""
    short: bool = False
    """A listing lacked somebody of them."""
    command_id: str = ""
    """Of the order that is under way."""
    result: str = ""
    """Why the other is gone, where that is known before her leg is."""

    def step(self, name: str) -> bool:
        """Take a step if the table has it; says whether it did."""
        state = ASIDE_STEPS.get((self.state, name))
        if state is None:
            return False
        self.state = state
        return True
