"""A call, the offers made for it, and the stages it goes through."""

import msgspec

from switchctl.model.machine import Table

ARRIVED, FLOW, WAITING, OFFERED = "arrived", "flow", "waiting", "offered"
TALKING, LEAVING, HANGING, ENDED = "talking", "leaving", "hanging", "ended"
RECALLED, DIALLING = "recalled", "dialling"
INBOUND, OUTBOUND = "inbound", "outbound"

UP = (ARRIVED, FLOW, WAITING, OFFERED, DIALLING, TALKING, RECALLED, LEAVING)

STEPS: Table = {
    (ARRIVED, "greet"): FLOW,
    (ARRIVED, "queue"): WAITING,
    (ARRIVED, "turn_away"): LEAVING,
    (FLOW, "queue"): WAITING,
    (FLOW, "turn_away"): LEAVING,
    (WAITING, "turn_away"): LEAVING,  # its queue was taken out of the directory
    (WAITING, "offer"): OFFERED,
    (OFFERED, "missed"): WAITING,
    (OFFERED, "talk"): TALKING,
    (ARRIVED, "dial"): DIALLING,
    (DIALLING, "talk"): TALKING,
    **{(stage, "adopt"): TALKING for stage in (ARRIVED, FLOW, WAITING, LEAVING)},
    **{(stage, "agent_left"): LEAVING for stage in (ARRIVED, FLOW, WAITING, TALKING)},
    (TALKING, "queue"): WAITING,  # the switch tore the talk down
    (TALKING, "turn_away"): LEAVING,
    (TALKING, "recall"): RECALLED,  # the switch of her phone died: back into the queue
    (RECALLED, "queue"): WAITING,
    (RECALLED, "turn_away"): LEAVING,
    **{(stage, "hang"): HANGING for stage in UP},
    **{(stage, "end"): ENDED for stage in (*UP, HANGING)},
}
"""The stages of a call on the daemon's side."""

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


class Call(msgspec.Struct, kw_only=True):
    """One customer's conversation with the centre; ``id`` is the UUID of the customer's leg."""

    id: str
    node: str
    number: str = ""
    name: str = ""
    dialled: str = ""
    direction: str = INBOUND
    stage: str = ARRIVED
    arrived: int = 0
    answered: bool = False
    leases: int = 0
    """Outbound sockets that the switch holds open for it; without one it is not in our hands."""
    flow: str = ""
    flow_visit: str = ""
    queue: str = ""
    visit: str = ""
    entered: int = 0
    """From when the wait counts."""
    order: int = 0
    """``entered`` less the head start: the key of its place in every queue."""
    token: str = ""
    """Application-UUID of the prompt whose end moves the call on."""
    music: str = ""
    """Application-UUID of the music that plays while it waits."""
    keys: str = ""
    """What the caller pressed in greeting and queue."""
    keyed: int = 0
    """The switch's time of the newest of them; an event that comes twice is no second key."""
    offer: Offer | None = None
    ended_by: str = ""
    left_by: str = ""
    """Of a dialled call: who ended it, unless the customer's leg says with its last word that she did."""
    cause: str = ""
    left: int = 0
    """When its leg began to hang up."""
    missing: int = 0
    """Since when there is doubt whether the switch still has its leg; 0 = there is none."""
    found: str = ""
    """Leg of an agent with whom the switch's own queue has joined it; it is about to be adopted."""
    campaign: str = ""
    """Of a dialled call: for which."""
    hold_music: str = ""
    """What the customer hears on hold; empty = the usual."""
    parted: int = 0
    """When we last ended the leg of an agent with whom the switch may have been joining it."""

    @property
    def dials(self) -> bool:
        """Whether an agent dialled it: then no outbound socket holds it, the switch itself ends either leg with the
        other."""
        return self.direction == OUTBOUND

    def step(self, name: str) -> bool:
        """Take a step if the table has it; says whether it did."""
        stage = STEPS.get((self.stage, name))
        if stage is None:
            return False
        self.stage = stage
        return True
