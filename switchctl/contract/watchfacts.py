"""Facts of supervision: somebody listens to an agent's talk, speaks into it, or takes the call over.

They are for supervisors and the record. What an agent's own page is told is made of other facts.
"""

from switchctl.contract.envelope import Fact


class WatchStarted(Fact, frozen=True, tag=True):
    """A supervisor asked to be let into a talk: her own phone is being rung for it. She hears nothing yet."""

    watch: str
    """Also the UUID of the leg to her phone."""
    agent: str
    """Whose talk it is."""
    by: str
    """Login of the supervisor."""
    mode: str
    """What she asked for: listen, whisper, barge; or take: she takes the call over."""
    offer: str
    """Leg of the agent."""
    via: str = ""
    via_leg: str = ""
    """As of OfferMade, if the supervisor's phone is registered at another node than the call's."""


class WatchChanged(Fact, frozen=True, tag=True):
    """From now on she hears (the first one), or is heard otherwise: the switch said so, whoever pressed the key."""

    watch: str
    agent: str
    by: str
    mode: str
    """listen (nobody hears her), whisper (the agent alone), customer (the customer alone), barge (both)."""


class WatchEnded(Fact, frozen=True, tag=True):
    """It is over, or came to nothing."""

    watch: str
    agent: str
    by: str
    result: str
    """left (she went), talk_over, unanswered (her phone), failed, taken (the call is hers now), lost (found gone)."""
    cause: str = ""
    watched_ms: int = 0
    """How long she heard."""


class CallTaken(Fact, frozen=True, tag=True):
    """A supervisor took a call over: its talk with ``agent`` ends, hers begins."""

    offer: str
    """Leg of the supervisor."""
    agent: str
    by: str
