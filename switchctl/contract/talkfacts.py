"""Facts of a talk: joined, held, ended, and the wrap-up behind it."""

from switchctl.contract.envelope import Fact


class TalkStarted(Fact, frozen=True, tag=True):
    """Customer and agent are joined."""

    offer: str
    agent: str
    queue: str = ""


class HoldStarted(Fact, frozen=True, tag=True):
    """The agent put the caller on hold."""

    offer: str
    agent: str


class HoldEnded(Fact, frozen=True, tag=True):
    """The caller is off hold again."""

    offer: str
    agent: str
    held_ms: int


class CustomerMarked(Fact, frozen=True, tag=True):
    """The agent marked the customer with whom she talks; told once in a call."""

    offer: str
    agent: str
    how: str
    """phone (a code on its keys) or order (the page, a program)."""


class TalkEnded(Fact, frozen=True, tag=True):
    """Customer and agent are apart. talk + hold = end − start exactly."""

    offer: str
    agent: str
    talk_ms: int
    hold_ms: int
    ended_by: str
    """customer, agent, supervisor (who ended or took the call) or system; transfer: the agent passed her on."""


class WrapUpExtended(Fact, frozen=True, tag=True):
    """The agent has more time for her after-call work."""

    offer: str
    agent: str
    until: int
    """Microseconds at which it ends by itself now."""
    times: int
    """How often it was extended for this call."""


class WrapUpEnded(Fact, frozen=True, tag=True):
    """The agent finished after-call work. ``by``: agent, time, or system."""

    offer: str
    agent: str
    wrap_ms: int
    by: str
