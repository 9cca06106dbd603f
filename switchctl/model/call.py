"""A call and the stages it goes through."""

import msgspec

from switchctl.model.aside import Aside
from switchctl.model.machine import Table
from switchctl.model.offer import JOINING, OFFER_STEPS, OVER, RINGING, TALKED, Offer

__all__ = ["JOINING", "OFFER_STEPS", "OVER", "RINGING", "TALKED", "Offer"]

ARRIVED, FLOW, WAITING, OFFERED = "arrived", "flow", "waiting", "offered"
TALKING, LEAVING, HANGING, ENDED = "talking", "leaving", "hanging", "ended"
RECALLED, DIALLING, PASSED, CONSULTING, INROOM = "recalled", "dialling", "passed", "consulting", "room"
INBOUND, OUTBOUND = "inbound", "outbound"

UP = (ARRIVED, FLOW, WAITING, OFFERED, DIALLING, TALKING, RECALLED, PASSED, CONSULTING, INROOM, LEAVING)

STEPS: Table = {
    (ARRIVED, "greet"): FLOW,
    (ARRIVED, "queue"): WAITING,
    (ARRIVED, "turn_away"): LEAVING,
    (ARRIVED, "come_in"): INROOM,
    (FLOW, "queue"): WAITING,
    (FLOW, "turn_away"): LEAVING,
    **{(stage, "pass_on"): PASSED for stage in (ARRIVED, FLOW)},  # her number leads to an extension
    (WAITING, "turn_away"): LEAVING,  # its queue was taken out of the directory
    (WAITING, "offer"): OFFERED,
    (OFFERED, "missed"): WAITING,
    (OFFERED, "talk"): TALKING,
    (ARRIVED, "dial"): DIALLING,
    (DIALLING, "talk"): TALKING,
    **{(stage, "adopt"): TALKING for stage in (ARRIVED, FLOW, WAITING, PASSED, LEAVING)},
    **{(stage, "agent_left"): LEAVING for stage in (ARRIVED, FLOW, WAITING, TALKING)},
    (TALKING, "queue"): WAITING,  # the switch tore the talk down
    (TALKING, "turn_away"): LEAVING,
    (TALKING, "recall"): RECALLED,  # the switch of her phone died: back into the queue
    (RECALLED, "queue"): WAITING,
    (RECALLED, "turn_away"): LEAVING,
    (TALKING, "pass_on"): PASSED,  # her agent let go of her; she is on her way to somebody else, with music
    (TALKING, "consult"): CONSULTING,  # she waits with music, or talks while somebody else waits
    (CONSULTING, "consulted"): TALKING,
    (CONSULTING, "talk"): TALKING,  # with whom was asked
    (CONSULTING, "ring_on"): OFFERED,  # her agent left while the other's phone rings
    (CONSULTING, "pass_on"): PASSED,
    (PASSED, "offer"): OFFERED,
    (OFFERED, "unreached"): PASSED,  # who was meant did not take her
    (PASSED, "queue"): WAITING,
    (PASSED, "turn_away"): LEAVING,
    **{(stage, "hang"): HANGING for stage in UP},
    **{(stage, "end"): ENDED for stage in (*UP, HANGING)},
}
"""The stages of a call on the daemon's side."""

AGENT, QUEUE, NUMBER, PARK = "agent", "queue", "number", "park"


class Goal(msgspec.Struct, frozen=True):
    """Where a call is to go. ``what``: agent, queue, number, park; ``to``: a login, a queue's id, digits or a slot."""

    what: str
    to: str


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
    named: bool = False
    """Its leg says by itself which call it is: the dialplan wrote it, and nobody has to."""
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
    pick: Offer | None = None
    """With which an agent's phone rings who wants to pick it up from the colleague at whose phone it rings."""
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
    aside: Aside | None = None
    """Whom her agent asks meanwhile."""
    room: str = ""
    """The conference room that she is in, or on the way to: then her keys are its pin, and nobody is told of them."""
    pin_asked: bool = False
    """It is being keyed in, be the question over or not."""
    pin: str = ""
    wrong_pins: int = 0
    goal: Goal | None = None
    """Where she was passed on to, until somebody takes her."""
    parked_until: int = 0
    """Of a parked one: when she goes back to who parked her; 0 = she is not parked."""
    passed_by: str = ""
    """The agent who passed her on."""
    passed_from: str = ""
    """The newest talk (offer) out of which she was passed on."""
    marked: bool = False
    """An agent marked the customer."""
    taken: bool = False
    """Of a dialled call: it was passed on, and is in our hands since then as any other."""
    forwarded: list[str] = msgspec.field(default_factory=list)
    """Extensions that have sent it on to another number; none does so twice."""
    rings_at: str = ""
    """The extension to which it was sent on."""
    missed: str = ""
    """Of one that is passed on: which forwarding its last ringing asks for (``directory.NO_ANSWER``, ``BUSY``)."""
    onward: str = ""
    """Of a dialled call: nobody answered, and it is sent on to this number as soon as her own leg is in our hands and
    the other is gone (``awaits``)."""
    awaits: set[str] = msgspec.field(default_factory=set)
    parted: int = 0
    """When we last ended the leg of an agent with whom the switch may have been joining it."""

    @property
    def dials(self) -> bool:
        """Whether an agent dialled it and still has it: then no outbound socket holds it, the switch itself ends either
        leg with the other."""
        return self.direction == OUTBOUND and not self.taken

    def step(self, name: str) -> bool:
        """Take a step if the table has it; says whether it did."""
        stage = STEPS.get((self.stage, name))
        if stage is None:
            return False
        self.stage = stage
        return True
