"""One ringing for a call, and what comes of it."""

import msgspec

from switchctl.model.machine import Table

RINGING, JOINING, TALKED, OVER = "ringing", "joining", "talking", "over"

OFFER_STEPS: Table = {
    (RINGING, "answer"): JOINING,
    (RINGING, "join"): TALKED,
    (JOINING, "join"): TALKED,
    (RINGING, "end"): OVER,
    (JOINING, "end"): OVER,
    (TALKED, "end"): OVER,
}
"""An offer: the phone rings, was answered and is being joined, talks, is over."""


class Offer(msgspec.Struct, kw_only=True):
    """One ringing of one agent for one call; ``id`` is the UUID of her leg."""

    id: str
    call_id: str
    agent: str
    queue: str
    visit: str
    node: str
    """The caller's: all legs that we command are there, but the one to a phone of another node."""
    via: str = ""
    """The node where her phone is registered, if it is not the caller's."""
    via_leg: str = ""
    """UUID of the leg from there to her phone."""
    via_missing: int = 0
    """Since when the listings of that node lack it; 0 = they have it."""
    state: str = RINGING
    made: int = 0
    talk_since: int = 0
    hold_since: int = 0
    hold_ms: int = 0
    ending: str = ""
    """Who asked for the end that is under way: ``agent`` (hang-up), ``reject``, or nobody yet."""
    command_id: str = ""
    missing: int = 0
    """Since when the listings lack its leg; 0 = they have it."""
    picked_up: int = 0
    """When her phone was; from then on the two are being joined."""
    apart: int = 0
    """How often a look at her leg showed it joined with nobody."""
    dials: bool = False
    """It is no offer but the leg of an agent who dials: ringing while her own phone rings, joining while the customer's
    does. The switch joins the two by itself."""
    joined: bool = False
    """Of one that dials: the switch has joined the two before the answer, so that she hears what the network says."""
    dial_s: int = 0
    """Of one that dials: how long the customer's phone may ring."""
    muted: bool = False
    """The other side does not hear her."""
    typing: str = ""
    """Code of the number that she types on her phone (``contract.codes``), and what of it has come."""
    typed: str = ""
    consult: bool = False
    """It is the leg to whom an agent asks beside the call (``Call.aside``)."""
    saying: list[str] = msgspec.field(default_factory=list)
    """Tokens of what is being said to the two before they are joined."""
    fetched: bool = False
    """Whom it rings has asked for the call."""
    onward: bool = False
    """It does not ring at her own phone but at where she has that forwarded."""
    outside: str = ""
    """It is the leg to this number, to which the customer was passed on: there is no agent."""
    trunk: str = ""
    """The gateway over which somebody outside is called for it."""
    tried: tuple[str, ...] = ()
    """Gateways that failed before it, in the same call to that number."""
    shown: bool = False
    """The switch has told of its leg: from then on only the leg itself tells whether anything rang."""

    @property
    def phone_leg(self) -> tuple[str, str]:
        """Node and UUID of the leg at whose other end her phone is."""
        return (self.via, self.via_leg) if self.via else (self.node, self.id)

    def step(self, name: str) -> bool:
        """Take a step if the table has it; says whether it did (a repeat or a late event does not)."""
        state = OFFER_STEPS.get((self.state, name))
        if state is None:
            return False
        self.state = state
        return True
