"""What is counted of a queue, an agent, a trunk in a time: whole numbers that add up. Averages are never added up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

GREATEST = frozenset({"max_wait_ms", "max_wait_answered_ms", "max_wait_abandoned_ms", "peak"})
"""Of these a sum is the greatest, not the total."""

SPEED = ("offered", "answered", "in_time", "abandoned", "short", "abandoned_in_time", "failed", "waiting")
"""Of a queue: all that a service level or a rate of abandoned ones is made of."""


@dataclass(frozen=True)
class Sums:
    """``a + b`` is what was counted in both times, or of both queues."""

    def __add__(self, other: Self) -> Self:
        mine, theirs = vars(self), vars(other)
        return type(self)(**{name: _merged(name, value, theirs[name]) for name, value in mine.items()})

    @classmethod
    def total(cls, many: Iterable[Self]) -> Self:
        """Of none: all zero."""
        return sum(many, cls())


def _merged(name: str, mine: Any, theirs: Any) -> Any:
    if name == "breaks":
        return dict(Counter(mine) + Counter(theirs)) if mine and theirs else mine or theirs
    return max(mine, theirs) if name in GREATEST else mine + theirs


@dataclass(frozen=True)
class QueueSums(Sums):
    """Visits of a queue and what came of them. Waits are milliseconds from entering the queue, ringing included.

    A visit belongs to the half-hour in which it began (offered time) or in which it ended (event time), with all that
    came of it: a call that began at 10:29 and was talked about until 10:40 is all in the half-hour of 10:00, or all in
    that of the answer. ``failed``: ended by a fault of ours; no rate counts them.
    """

    offered: int = 0
    """All that entered, also ``failed`` and ``waiting``."""
    first: int = 0
    """Of these: the first visit of its call. Over all queues that is the number of calls."""
    answered: int = 0
    in_time: int = 0
    """AT: answered within the visit's own service level."""
    abandoned: int = 0
    short: int = 0
    """BS: abandoned before the visit's own limit of short ones."""
    abandoned_in_time: int = 0
    """BT: abandoned within the service level."""
    callbacks: int = 0
    overflows: int = 0
    timeouts: int = 0
    voicemails: int = 0
    others: int = 0
    """Exits by any other name."""
    failed: int = 0
    waiting: int = 0
    queued: int = 0
    """Waited for a second or more before a phone rang for them, or none ever did."""
    withheld: int = 0
    """Without a number by which the caller could be known again."""

    wait_answered_ms: int = 0
    wait_abandoned_ms: int = 0
    wait_short_ms: int = 0
    wait_all_ms: int = 0
    """Of all that are over and did not fail."""
    max_wait_ms: int = 0
    max_wait_answered_ms: int = 0
    max_wait_abandoned_ms: int = 0

    alerts_answered: int = 0
    alerts_missed: int = 0
    """Ended as rna or rejected. Those that were cancelled or could not ring are in neither."""
    ring_ms: int = 0
    """Of the answered alerts."""
    handled: int = 0
    """Talks that are over."""
    held: int = 0
    """Of these: with a hold."""
    short_talks: int = 0
    """Of these: under 10 s of talk."""
    agent_hangups: int = 0
    """Of these: ended by the agent."""
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_ms: int = 0


@dataclass(frozen=True)
class AgentSums(Sums):
    """An agent's alerts, dials and talks, and how long she was in which state.

    An alert or a dial belongs to the half-hour in which it began (offered time) or in which it was answered or ended
    (event time), with its talk and wrap-up. States are split at the half-hour's ends.
    """

    offers: int = 0
    answered: int = 0
    rna: int = 0
    rejected: int = 0
    cancelled: int = 0
    unrung: int = 0
    """Her phone was busy, not registered, or failed."""
    ring_ms: int = 0
    """Of the answered alerts."""
    dials: int = 0
    dials_answered: int = 0
    handled: int = 0
    """Talks that are over, of calls in and out."""
    handled_out: int = 0
    held: int = 0
    short_talks: int = 0
    agent_hangups: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_ms: int = 0

    logged_in_ms: int = 0
    ready_ms: int = 0
    offered_ms: int = 0
    talking_ms: int = 0
    """Talk and hold."""
    wrapup_ms: int = 0
    dialling_ms: int = 0
    paused_ms: int = 0
    unreachable_ms: int = 0
    breaks: dict[str, int] = field(default_factory=dict)
    """Code of the pause → ms; together ``paused_ms``."""

    @property
    def alerts_answered(self) -> int:
        """As of a queue."""
        return self.answered

    @property
    def alerts_missed(self) -> int:
        """As of a queue."""
        return self.rna + self.rejected

    @property
    def busy_ms(self) -> int:
        """H: talking and wrapping up."""
        return self.talking_ms + self.wrapup_ms


@dataclass(frozen=True)
class TrunkSums(Sums):
    """Calls of a trunk by the time at which they arrived."""

    attempts: int = 0
    """Calls in, also those that were not let in."""
    blocked: int = 0
    """For want of capacity, before greeting and queue."""
    refused: int = 0
    """For another reason, before greeting and queue."""
    self_served: int = 0
    """Went through the greeting or menu to its end, and neither into a queue nor to an agent."""
    left_in_greeting: int = 0
    """Let in, and left by the caller before any queue or agent, not self-served."""
    failed: int = 0
    """Let in, and ended by a fault of ours before any queue or agent."""
    queued: int = 0
    """Reached a queue."""
    direct: int = 0
    """Reached an agent without a queue."""
    undecided: int = 0
    """None of these yet: the call is not over."""
    answered: int = 0
    """Spoke with an agent."""
    outbound: int = 0
    outbound_answered: int = 0
    inbound_ms: int = 0
    outbound_ms: int = 0
    """Time on the line of the calls that are over, split at the half-hour's ends."""
    peak: int = 0
    """Most calls at the same time; of several trunks together it is that of the busiest."""
