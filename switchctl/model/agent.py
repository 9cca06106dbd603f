"""The agent's state machine. Everything that decides which state may follow which stands in ``STEPS``."""

import msgspec

from switchctl.contract.directory import Agent as Profile
from switchctl.model.machine import Refused, Table, refuse_for

OFFLINE, READY, OFFERED, TALKING = "offline", "ready", "offered", "talking"
WRAPUP, PAUSED, UNREACHABLE = "wrapup", "paused", "unreachable"

STEPS: Table = {
    (OFFLINE, "sign_in"): PAUSED,
    (PAUSED, "become_ready"): READY,
    (WRAPUP, "become_ready"): READY,
    (UNREACHABLE, "become_ready"): READY,
    (READY, "pause"): PAUSED,
    (WRAPUP, "pause"): PAUSED,
    (PAUSED, "pause"): PAUSED,
    (UNREACHABLE, "pause"): PAUSED,
    (READY, "sign_out"): OFFLINE,
    (PAUSED, "sign_out"): OFFLINE,
    (WRAPUP, "sign_out"): OFFLINE,
    (UNREACHABLE, "sign_out"): OFFLINE,
    (READY, "offer"): OFFERED,
    (OFFERED, "talk"): TALKING,
    (OFFERED, "let_go"): READY,  # the caller left, or the offer was missed
    (OFFERED, "missed_too_often"): PAUSED,
    (OFFERED, "device_away"): UNREACHABLE,
    (READY, "device_away"): UNREACHABLE,
    (UNREACHABLE, "device_back"): READY,
    (TALKING, "wrap_up"): WRAPUP,
    (TALKING, "no_wrap_up"): READY,
    (WRAPUP, "wrap_up_over"): READY,
    **{(state, "adopt"): TALKING for state in (OFFLINE, READY, OFFERED, TALKING, WRAPUP, PAUSED, UNREACHABLE)},
}


class Agent(msgspec.Struct, kw_only=True):
    """One agent as the daemon knows her. Times are µs since the epoch."""

    profile: Profile
    state: str = OFFLINE
    reason: str = ""
    since: int = 0
    idle_since: int = 0
    """Since when she has had no call while signed in; a missed or withdrawn offer does not reset it, a talk does."""
    until: int = 0
    misses: int = 0
    offer: str = ""
    call_id: str = ""
    rung: str = ""
    """Leg with which the switch's own queue rings her; as long as it lives she is offered nothing."""
    rung_on: str = ""
    """The node of that leg."""
    queues: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def free(self) -> bool:
        """Whether she may be offered a call."""
        return self.state == READY and not self.rung

    def may(self, step: str) -> bool:
        """Whether the table has this step from here."""
        return (self.state, step) in STEPS

    def next(self, step: str) -> str:
        """The state that ``step`` leads to; raises Refused with a sentence for her screen."""
        state = STEPS.get((self.state, step))
        if state is None:
            raise Refused(refuse_for(self.state))
        return state
