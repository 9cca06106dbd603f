"""Facts of a customer who is parked: she waits with music in a slot until somebody takes her out of it."""

from switchctl.contract.envelope import Fact


class CallParked(Fact, frozen=True, tag=True):
    """A customer was parked; who parked her is free."""

    offer: str
    """The talk out of which she was."""
    agent: str
    """Whose talk that was."""
    slot: str
    """01 to 99; hers until she talks again or is over."""
    until: int
    """Microseconds at which she goes back to who parked her (CallTransferred, returned), if nobody has her by then."""
    by: str = ""
    """Who ordered it, if it was somebody else than the agent."""


class CallRetrieved(Fact, frozen=True, tag=True):
    """An agent takes a customer out of her slot: the agent's own phone is rung for that (OfferMade). If it is not
    picked up the customer stays parked."""

    offer: str
    agent: str
    slot: str
