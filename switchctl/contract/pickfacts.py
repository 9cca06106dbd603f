"""Facts of a call that rings at one agent's phone and is picked up by another."""

from switchctl.contract.envelope import Fact


class PickUpStarted(Fact, frozen=True, tag=True):
    """An agent wants the call that rings at a colleague's phone: her own is rung beside it (OfferMade). What comes of
    that tells OfferEnded: answered, or cancelled because somebody else was quicker or the caller left."""

    offer: str
    agent: str
    of: str
    """At whose phone it rings."""


class CallPickedUp(Fact, frozen=True, tag=True):
    """Her phone is answered: the call is hers, the colleague's phone stops ringing (OfferEnded, cancelled; no miss)."""

    offer: str
    agent: str
    of: str
    """At whose phone it rang last; empty: at nobody's any more."""
    visit: str = ""
    via: str = ""
    via_leg: str = ""
