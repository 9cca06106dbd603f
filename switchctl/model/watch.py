"""A supervisor in an agent's talk, and the states that it goes through."""

import msgspec

from switchctl.model.machine import Table

LISTEN, WHISPER, CUSTOMER, BARGE, TAKE = "listen", "whisper", "customer", "barge", "take"
KEYS = {LISTEN: "0", WHISPER: "2", CUSTOMER: "1", BARGE: "3"}
"""Mode → the key that means it to ``eavesdrop``, whoever presses it."""
MODES = {key: mode for mode, key in KEYS.items()}

RINGING, HEARS, JOINING, OVER = "ringing", "hears", "joining", "over"
WATCH_STEPS: Table = {
    (RINGING, "hear"): HEARS,
    (RINGING, "take"): JOINING,
    (HEARS, "take"): JOINING,
    **{(state, "end"): OVER for state in (RINGING, HEARS, JOINING)},
}
"""Her phone rings, she hears, or she and the caller are being joined; over."""


class Watch(msgspec.Struct, kw_only=True):
    """``id`` is the UUID of the leg to the supervisor's phone, ``offer`` the leg of the agent, both on ``node``."""

    id: str
    node: str
    call_id: str
    offer: str
    agent: str
    by: str
    asked: str
    """The mode that was ordered; TAKE: she takes the call over."""
    mode: str = ""
    """What the switch said last; empty until she hears."""
    state: str = RINGING
    made: int = 0
    since: int = 0
    """Since when she hears."""
    via: str = ""
    via_leg: str = ""
    ending: bool = False
    """She was asked out; her leg may come up late."""
    restored: bool = False
    """Known from the journal, and seen in no listing yet."""
    missing: int = 0
    """Since when the listings lack its leg; 0 = they have it."""

    def step(self, name: str) -> bool:
        """Take a step if the table has it; says whether it did."""
        state = WATCH_STEPS.get((self.state, name))
        if state is None:
            return False
        self.state = state
        return True
