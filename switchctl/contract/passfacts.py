"""Facts of a customer who is passed on: to an agent, to a queue, to a number outside."""

from switchctl.contract.envelope import Fact


class CallTransferred(Fact, frozen=True, tag=True):
    """A customer was passed on. ``how``: ``blind`` (nobody spoke to the target before), ``attended`` (the agent asked
    there first; who was asked has her now, or is still being rung), ``number`` (by nobody: the number that she dialled
    leads there), ``redirected`` (while the agent's phone rang), or ``returned`` (who was meant did not take her: back
    to who passed her on, else to the head of a queue)."""

    offer: str
    """The talk out of which she was passed on, or the ringing that was ended for it; empty: of none."""
    agent: str
    """Whose that was."""
    how: str
    what: str
    """agent, queue or number; empty: there was nowhere to return to, and she was told so."""
    to: str = ""
    """A login, a queue's id, or the number: E.164, an extension or a short code."""
    by: str = ""
    """Who ordered it, if it was somebody else than the agent."""


class PartyCalled(Fact, frozen=True, tag=True):
    """A number to which the customer was passed on is being called."""

    offer: str
    """UUID of the leg to it."""
    outside: str
    """The number."""
    agent: str = ""
    """Who passed her on."""
    trunk: str = ""
    shows: str = ""
    """The number that is shown there."""
    ring_s: int = 0
    aside: bool = False
    """Asked beside the call (ConsultStarted): the customer waits."""
    via: str = ""
    """The node where that phone is registered, if it is another one, and the UUID of the leg to the phone there."""
    via_leg: str = ""


class PartyJoined(Fact, frozen=True, tag=True):
    """The customer and that number are joined."""

    offer: str
    outside: str


class PartyLeft(Fact, frozen=True, tag=True):
    """The leg to that number is over. ``result``: as of DialEnded."""

    offer: str
    outside: str
    result: str
    cause: str = ""
    ring_ms: int = 0
    talk_ms: int = 0
