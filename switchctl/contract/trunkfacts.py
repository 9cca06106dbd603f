"""Facts of the ways to the outside."""

from switchctl.contract.envelope import Fact

REGISTERED, UP, TRYING, FAILED, UNREGISTERED, DOWN = "registered", "up", "trying", "failed", "unregistered", "down"
WORKS = (REGISTERED, UP)
"""A call over it may succeed; of one that nobody told of it is tried."""


class TrunkChanged(Fact, frozen=True, tag=True):
    """A gateway of a switch is in another state. ``state``: registered, up (it answers, and wants no registration),
    trying, failed (the carrier refuses us), unregistered, down (it does not answer), or gone (no gateway any more)."""

    gateway: str
    state: str
    previous: str = ""
    reason: str = ""
    """What the carrier said."""
