"""A conference room that is open, and who is in it or being called for it."""

import msgspec

from switchctl.model.machine import Table

CALLED, COMING, INSIDE, OVER = "called", "coming", "inside", "over"

MEMBER_STEPS: Table = {
    (CALLED, "answer"): COMING,
    **{(state, "come_in"): INSIDE for state in (CALLED, COMING)},
    **{(state, "end"): OVER for state in (CALLED, COMING, INSIDE)},
}
"""A member: her phone rings, she is on the way in, she is in; out."""


class Member(msgspec.Struct, kw_only=True):
    """One leg of a room; ``id`` is its UUID. A caller's leg is her call's, all others the room alone knows."""

    id: str
    room: str
    node: str
    state: str = CALLED
    call_id: str = ""
    """Of a caller from outside."""
    number: str = ""
    agent: str = ""
    by: str = ""
    seat: str = ""
    """The switch's number of her; empty as long as it did not tell."""
    muted: bool = False
    deaf: bool = False
    made: int = 0
    since: int = 0
    """Since when she is in."""
    ending: str = ""
    """Why she is out, where that is known before her leg is: kicked, ended, cancelled."""
    trunk: str = ""
    """The gateway over which she was called."""
    via: str = ""
    via_leg: str = ""
    missing: int = 0
    """Since when the listings lack her; 0 = they have her."""

    @property
    def phone_leg(self) -> tuple[str, str]:
        """Node and UUID of the leg at her phone."""
        return (self.via, self.via_leg) if self.via else (self.node, self.id)

    def step(self, name: str) -> bool:
        """Take a step if the table has it; says whether it did."""
        state = MEMBER_STEPS.get((self.state, name))
        if state is None:
            return False
        self.state = state
        return True


class Room(msgspec.Struct, kw_only=True):
    """Open from the first member to the last, on one node."""

    id: str
    node: str
    opened: int
    locked: bool = False
    members: dict[str, Member] = {}
