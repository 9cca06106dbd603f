"""The agent's state machine. Everything that decides which state may follow which stands in ``STEPS``."""

import msgspec

from switchctl.contract import refusals
from switchctl.contract.directory import Agent as Profile
from switchctl.model.machine import Refused, Table, refuse_for

OFFLINE, READY, OFFERED, TALKING = "offline", "ready", "offered", "talking"
DIALLING = "dialling"
WRAPUP, PAUSED, UNREACHABLE = "wrapup", "paused", "unreachable"

SIGNED_OUT = "signed-out"
"""Reason of the talk and wrap-up of somebody who was offline when she took a call over, and is so again afterwards."""

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
    **{(state, "take_back"): OFFERED for state in (READY, WRAPUP, PAUSED)},  # whom she passed on, or takes for herself
    (OFFERED, "let_go"): READY,  # the caller left, or the offer was missed
    (OFFERED, "missed_too_often"): PAUSED,
    (OFFERED, "device_away"): UNREACHABLE,
    (READY, "device_away"): UNREACHABLE,
    (UNREACHABLE, "device_back"): READY,
    (READY, "dial"): DIALLING,
    (PAUSED, "dial"): DIALLING,
    (DIALLING, "talk"): TALKING,
    (DIALLING, "let_go"): READY,  # nobody was reached
    (DIALLING, "device_away"): UNREACHABLE,
    (DIALLING, "missed_too_often"): PAUSED,  # of a campaign's calls, which she did not ask for
    **{(state, "back_to_pause"): PAUSED for state in (OFFERED, DIALLING, TALKING, WRAPUP)},  # she began it in a pause
    (TALKING, "wrap_up"): WRAPUP,
    (TALKING, "no_wrap_up"): READY,
    (WRAPUP, "wrap_up_over"): READY,
    **{(state, "force_out"): OFFLINE for state in (OFFERED, DIALLING, TALKING, WRAPUP)},
    **{(state, "plan"): state for state in (OFFERED, DIALLING, TALKING, WRAPUP)},
    **{(state, "planned_pause"): PAUSED for state in (OFFERED, DIALLING, TALKING, WRAPUP)},
    **{
        (state, "adopt"): TALKING for state in (OFFLINE, READY, OFFERED, DIALLING, TALKING, WRAPUP, PAUSED, UNREACHABLE)
    },
}

CALL_OVER = {"let_go", "no_wrap_up", "wrap_up_over", "back_to_pause", "device_away"}
"""Steps in whose place she takes ``planned_pause`` if she has planned one: the call in hand, or the offer, is over."""


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
    plan: str = ""
    """Reason of the pause that she has planned for after this call; only while the table has the step ``plan``."""
    extended: int = 0
    """How often the wrap-up under way was extended."""
    offer: str = ""
    call_id: str = ""
    rung: str = ""
    """Leg with which the switch's own queue rings her; as long as it lives she is offered nothing."""
    rung_on: str = ""
    """The node of that leg."""
    dialled_by: str = ""
    """Call in which a colleague dialled her; as long as it lives she is offered nothing."""
    watches: str = ""
    """Leg over which she hears an agent's talk; as long as it lives she is offered nothing."""
    confers: str = ""
    """Leg over which she is in a conference room, or called for one; likewise."""
    leaves: str = ""
    """Who has her signed out as soon as the call in hand is over: ``supervisor``."""
    dnd: bool = False
    """She does not want to be disturbed: what colleagues dial or pass on does not ring at her."""
    queues: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def free(self) -> bool:
        """Whether she may be offered a call."""
        return self.state == READY and not self.engaged

    @property
    def engaged(self) -> bool:
        """Whether her phone has a call that her state does not show."""
        return bool(self.rung or self.dialled_by or self.watches or self.confers)

    def hands_free(self) -> None:
        """Raises Refused, with a sentence for her screen, if it has."""
        if self.rung or self.dialled_by:
            raise Refused(refusals.RINGING)
        if self.watches:
            raise Refused(refusals.WATCHING)
        if self.confers:
            raise Refused(refusals.IN_ROOM_ALREADY)

    def may(self, step: str) -> bool:
        """Whether the table has this step from here."""
        return (self.state, step) in STEPS

    def next(self, step: str) -> str:
        """The state that ``step`` leads to; raises Refused with a sentence for her screen."""
        state = STEPS.get((self.state, step))
        if state is None:
            raise Refused(refuse_for(self.state))
        return state
