"""Facts: what happened, told once by the daemon and kept for ever.

Delivery is at least once; ``id`` is unique and a repeat changes nothing. Times are microseconds since the
epoch (UTC) taken from the switch's clock where an event brought the fact about. Fields are only ever added.
"""

import msgspec

from switchctl.contract.asidefacts import (
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultStarted,
    ConsultSwapped,
)
from switchctl.contract.envelope import Fact
from switchctl.contract.forwardfacts import CallForwarded
from switchctl.contract.keyfacts import KeysSent, MuteEnded, MuteStarted
from switchctl.contract.parkfacts import CallParked, CallRetrieved
from switchctl.contract.passfacts import CallTransferred, PartyCalled, PartyJoined, PartyLeft
from switchctl.contract.pickfacts import CallPickedUp, PickUpStarted
from switchctl.contract.roomfacts import (
    MemberCalled,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    RoomClosed,
    RoomLocked,
    RoomOpened,
)
from switchctl.contract.statefacts import (
    AgentStateChanged,
    CommandRefused,
    DeviceChanged,
    DisturbChanged,
    LinkChanged,
    NodeStateChanged,
    PausePlanned,
    SignOutOrdered,
)
from switchctl.contract.talkfacts import (
    CustomerMarked,
    HoldEnded,
    HoldStarted,
    TalkEnded,
    TalkStarted,
    WrapUpEnded,
    WrapUpExtended,
)
from switchctl.contract.trunkfacts import TrunkChanged
from switchctl.contract.watchfacts import CallTaken, WatchChanged, WatchEnded, WatchStarted
from switchctl.contract.wishfacts import CallBackOver, CallBackWished

__all__ = [
    "AgentStateChanged", "AnyFact", "CallAnswered", "CallArrived", "CallBackOver", "CallBackWished", "CallEnded",
    "CallForwarded", "CallParked", "CallPickedUp", "CallRefused", "CallRepaired", "CallRetrieved", "CallStated",
    "CallTaken", "CallTransferred", "CommandRefused", "ConferenceStarted", "ConsultAnswered", "ConsultEnded",
    "ConsultStarted", "ConsultSwapped", "CustomerMarked", "DeviceChanged", "DialEnded", "DialProceeded", "DialStarted",
    "DisturbChanged",
    "Fact", "FlowEntered", "FlowLeft", "HoldEnded", "HoldStarted", "KINDS", "KeysPressed", "KeysSent", "LinkChanged",
    "MemberCalled", "MemberChanged", "MemberJoined", "MemberLeft", "MuteEnded", "MuteStarted", "NodeStateChanged",
    "OfferEnded", "OfferMade", "PartyCalled", "PartyJoined", "PartyLeft", "PausePlanned", "PickUpStarted",
    "QueueEntered", "QueueLeft", "RoomClosed", "RoomLocked", "RoomOpened", "SignOutOrdered", "TalkEnded", "TalkStarted",
    "TrunkChanged", "WatchChanged", "WatchEnded", "WatchStarted", "WorldStated", "WrapUpEnded", "WrapUpExtended",
    "decode", "encode",
]  # fmt: skip


class CallArrived(Fact, frozen=True, tag=True):
    """A call reached us, or an agent dialled one (``direction`` outbound). ``number`` is the other party's: as the
    trunk sent it, empty when withheld; or the one that is dialled, as E.164 or an extension."""

    number: str = ""
    name: str = ""
    dialled: str = ""
    direction: str = "inbound"
    trunk: str = ""
    stage: str = "entry"
    """Of the dialplan, where the daemon met it: entry, standby, wait, failsafe …; ``refused``: by a list of numbers."""
    campaign: str = ""
    """Of a dialled call: for which campaign; and what its customer hears on hold (empty = the usual)."""
    music: str = ""


class CallAnswered(Fact, frozen=True, tag=True):
    """The switch answered the caller; from here the call costs money."""


class CallRefused(Fact, frozen=True, tag=True):
    """A caller was refused before the answer, because a list (black) names her number."""

    list: str
    entry: int
    """Id of the line that decided."""
    by: str = ""
    """What that line names: number, prefix, range, or the number of somebody who was erased."""


class KeysPressed(Fact, frozen=True, tag=True):
    """The caller pressed keys in the greeting or in a queue. What she presses while she talks is told by nobody."""

    keys: str
    """In their order: digits, ``*``, ``#``, A to D."""
    number: str = ""
    """The caller's, as of CallArrived: what comes late of an erased person's call is known by it."""


class FlowEntered(Fact, frozen=True, tag=True):
    """The caller entered a flow (greeting, menu)."""

    flow: str
    flow_visit: str


class FlowLeft(Fact, frozen=True, tag=True):
    """The caller left a flow. ``exit``: completed, hangup, error."""

    flow: str
    flow_visit: str
    exit: str


class QueueEntered(Fact, frozen=True, tag=True):
    """A queue visit began. The thresholds are copied so that a later change never rewrites history."""

    queue: str
    visit: str
    entered: int
    """Microseconds; the time from which the wait counts (kept through misses, restarts and take-backs)."""
    head_start_s: int = 0
    service_level_s: int = 15
    short_abandon_s: int = 5
    reason: str = ""
    linked_from: str = ""
    """The talk (its offer) out of which the customer was passed on; such a visit is no further call."""


class QueueLeft(Fact, frozen=True, tag=True):
    """A queue visit ended. ``exit``: answered, abandoned, system_failure, overflow (she was sent elsewhere)."""

    queue: str
    visit: str
    exit: str
    wait_ms: int


class OfferMade(Fact, frozen=True, tag=True):
    """One agent's phone is being rung for one call; ``reason`` says why this agent and this caller."""

    offer: str
    """Also the UUID of the agent's leg."""
    agent: str
    queue: str
    visit: str
    ring_s: int
    waited_ms: int
    reason: str
    via: str = ""
    """The node where the agent's phone is registered, if it is not the call's."""
    via_leg: str = ""
    """UUID of the leg from that node to the phone."""
    aside: bool = False
    """It rings beside the call's own: a colleague asks her (ConsultStarted), or she wants to pick the call up
    (PickUpStarted)."""


class OfferEnded(Fact, frozen=True, tag=True):
    """The ringing ended. ``result``: answered, rna, rejected, busy_device, unregistered, cancelled, failed."""

    offer: str
    agent: str
    visit: str
    result: str
    cause: str = ""
    ring_ms: int = 0
    misses: int = 0
    """Misses in a row of this agent, this one included."""


class DialStarted(Fact, frozen=True, tag=True):
    """An agent dials: her own phone is called first. From here on the number counts as dialled, whatever happens."""

    offer: str
    """UUID of the leg to her phone."""
    agent: str
    dials: str
    """Class of the number: internal, local, national, international, emergency."""
    shows: str = ""
    """The number that the customer sees."""
    trunk: str = ""
    ring_s: int = 20
    """How long her own phone rings."""
    via: str = ""
    via_leg: str = ""
    """As of OfferMade, if her phone is registered at another node."""
    campaign: str = ""


class DialProceeded(Fact, frozen=True, tag=True):
    """Her own phone was picked up; now the customer's is called."""

    offer: str
    agent: str


class DialEnded(Fact, frozen=True, tag=True):
    """It came to its end. ``result``: answered, busy, no_answer, invalid, refused, absent, failed, cancelled (by the
    agent), own_phone (hers was not picked up)."""

    offer: str
    agent: str
    result: str
    cause: str = ""
    q850: str = ""
    sip_status: str = ""
    ring_ms: int = 0
    """From the order to this end."""


class CallEnded(Fact, frozen=True, tag=True):
    """The customer's leg is gone: the one final fact of a call."""

    cause: str
    """Hangup cause of FreeSWITCH, or ``switch_crash``, ``lost`` (ended unseen)."""
    ended_by: str
    """customer, agent, supervisor or system."""
    source: str = "esl"
    """``esl`` (seen to end) or ``inferred`` (found missing); the CDR's import adds ``cdr`` to the record."""
    sip_status: str = ""
    q850: str = ""
    reason: str = ""


class CallRepaired(Fact, frozen=True, tag=True):
    """Reconciling with the switch changed what we believed of a call or leg; ``reason`` says what and why."""

    leg: str
    reason: str


class CallStated(Fact, frozen=True, tag=True):
    """A term of leadership begins: so each call that is believed alive stands. The fields are the live view's."""

    number: str
    name: str
    dialled: str
    stage: str
    since: int
    arrived: int
    answered: bool
    flow: str
    flow_visit: str
    queue: str
    visit: str
    entered: int
    offer: str
    agent: str
    talk_since: int
    hold_since: int
    hold_ms: int
    via: str
    via_leg: str
    why: str
    direction: str = "inbound"
    picked_up: int = 0
    keys: str = ""
    passed: list[tuple[str, int]] = []
    campaign: str = ""
    music: str = ""
    goal: str = ""
    parked_until: int = 0
    pick: str = ""
    pick_agent: str = ""
    passed_by: str = ""
    passed_from: str = ""
    taken: bool = False
    outside: str = ""
    trunk: str = ""
    muted: bool = False
    marked: bool = False
    aside: str = ""
    aside_state: str = ""
    aside_agent: str = ""
    aside_outside: str = ""
    aside_via: str = ""
    aside_via_leg: str = ""
    forwarded: list[str] = []
    forward_to: str = ""
    room: str = ""


class WorldStated(Fact, frozen=True, tag=True):
    """After a start or a reconcile: these calls are alive. Others that were open on ``node`` are over."""

    calls: list[str]
    reason: str


AnyFact = (
    CallArrived
    | CallAnswered
    | CallRefused
    | KeysPressed
    | FlowEntered
    | FlowLeft
    | QueueEntered
    | QueueLeft
    | OfferMade
    | OfferEnded
    | DialStarted
    | DialProceeded
    | DialEnded
    | TalkStarted
    | HoldStarted
    | HoldEnded
    | CustomerMarked
    | TalkEnded
    | ConsultStarted
    | ConsultAnswered
    | ConsultSwapped
    | ConferenceStarted
    | ConsultEnded
    | MuteStarted
    | MuteEnded
    | KeysSent
    | CallTransferred
    | CallForwarded
    | CallParked
    | CallRetrieved
    | PickUpStarted
    | CallPickedUp
    | CallBackWished
    | CallBackOver
    | TrunkChanged
    | PartyCalled
    | PartyJoined
    | PartyLeft
    | WrapUpExtended
    | WrapUpEnded
    | CallEnded
    | CallRepaired
    | AgentStateChanged
    | PausePlanned
    | SignOutOrdered
    | DisturbChanged
    | DeviceChanged
    | LinkChanged
    | NodeStateChanged
    | CommandRefused
    | WatchStarted
    | WatchChanged
    | WatchEnded
    | CallTaken
    | RoomOpened
    | MemberCalled
    | MemberJoined
    | MemberChanged
    | MemberLeft
    | RoomLocked
    | RoomClosed
    | CallStated
    | WorldStated
)
KINDS: tuple[type[Fact], ...] = AnyFact.__args__

_encoder = msgspec.json.Encoder()
_decoder: "msgspec.json.Decoder[AnyFact]" = msgspec.json.Decoder(AnyFact)


def encode(fact: Fact) -> bytes:
    """JSON, one object, no line break inside."""
    return _encoder.encode(fact)


def decode(raw: bytes) -> AnyFact:
    """Raises msgspec.ValidationError on an unknown kind or a wrong type; unknown fields are ignored."""
    return _decoder.decode(raw)
