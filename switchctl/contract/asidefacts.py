"""Facts of a consult: an agent asks somebody while her customer waits with music."""

from switchctl.contract.envelope import Fact


class ConsultStarted(Fact, frozen=True, tag=True):
    """The customer is out of the talk with music; the other is called."""

    offer: str
    """The talk."""
    agent: str
    aside: str
    """UUID of the other's leg."""
    what: str
    """agent or number."""
    to: str
    via: str = ""
    via_leg: str = ""
    """As of OfferMade."""


class ConsultAnswered(Fact, frozen=True, tag=True):
    """The agent and the other speak."""

    offer: str
    agent: str
    aside: str


class ConsultSwapped(Fact, frozen=True, tag=True):
    """The agent speaks with the customer again and the other waits (``front``: customer), or the other way round
    (aside)."""

    offer: str
    agent: str
    aside: str
    front: str


class ConferenceStarted(Fact, frozen=True, tag=True):
    """Customer, agent and other all hear each other, until the consult ends."""

    offer: str
    agent: str
    aside: str


class ConsultEnded(Fact, frozen=True, tag=True):
    """It is over. ``result``: transferred (the customer is the other's), ringing (so, but the other's phone still
    rings), cancelled, unreached, left (the other hung up), customer_left."""

    offer: str
    agent: str
    aside: str
    result: str
