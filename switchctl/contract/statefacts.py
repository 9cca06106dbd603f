"""Facts of agents, phones and switches, and orders that were not carried out."""

from switchctl.contract.envelope import Fact


class AgentStateChanged(Fact, frozen=True, tag=True):
    """An agent is in another state from ``at`` on."""

    agent: str
    state: str
    """offline, ready, offered, dialling, talking, wrapup, paused, unreachable."""
    previous: str
    reason: str = ""
    """Of a pause: its code. Of unreachable: why. Of dialling, and the talk and wrap-up that follow: the code of the
    pause in which she dialled, which goes on afterwards; empty = she was ready. ``signed-out``: she took a call over
    without being signed in, and is not so afterwards either."""
    source: str = "agent"
    """agent, system or supervisor."""
    offer: str = ""
    until: int = 0
    """Microseconds at which the system will act by itself; 0 = it will not."""
    misses: int = 0
    plan: str = ""
    """Code of the pause that follows the call in hand, if one is planned."""
    extended: int = 0
    """How often the wrap-up was extended; more than 0 only where a term of leadership begins in one."""


class DisturbChanged(Fact, frozen=True, tag=True):
    """Whether an agent may be disturbed by what colleagues dial or pass on, and by calls to her extension. Calls of
    queues have nothing to do with it."""

    agent: str
    on: bool
    """She does not want to be."""


class PausePlanned(Fact, frozen=True, tag=True):
    """An agent will pause when the call in hand and its wrap-up are over."""

    agent: str
    reason: str = ""
    """Code of the pause; empty = the plan was taken back."""


class SignOutOrdered(Fact, frozen=True, tag=True):
    """An agent is signed out in the middle of a call: it is being ended, and with its end she is out."""

    agent: str
    source: str = "supervisor"
    """supervisor or agent."""
    by: str = ""
    """Login of whoever ordered it."""


class DeviceChanged(Fact, frozen=True, tag=True):
    """An agent's phone registered (at ``node``, which may be another than before) or went away."""

    extension: str
    registered: bool
    reason: str = ""


class LinkChanged(Fact, frozen=True, tag=True):
    """The daemon's links to a node came up or went down."""

    up: bool
    reason: str = ""
    core: str = ""


class NodeStateChanged(Fact, frozen=True, tag=True):
    """A switch takes new calls, takes none, or has none left. ``state``: serving, draining, drained."""

    state: str
    previous: str
    reason: str = ""
    """ordered, forced, empty (its last call ended), busy (it has calls again), or switch (it was paused by hand)."""
    by: str = ""
    """Login of whoever ordered it."""


PHONE_DIALS, PHONE_TRANSFERS = "PhoneDial", "PhoneTransfer"
BY_PHONE = (PHONE_DIALS, PHONE_TRANSFERS)
"""``CommandRefused.command`` of what an agent wanted by her phone and no page asked for; its id is that of a leg."""


class CommandRefused(Fact, frozen=True, tag=True):
    """A command was not carried out. ``reason`` is one of contract.refusals, filled by ``params``."""

    agent: str
    command: str
    reason: str
    params: dict[str, str] = {}
