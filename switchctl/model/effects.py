"""Effects: what the pure core wants done. ``engine.perform`` does them, in order.

``node`` is a node's name, ``leg`` a channel's UUID. ``ref`` names the wish: when the switch refuses it, the
refusal comes back as ``Brain.replied(node, ref, ok, text)``; an empty ref is never answered.
"""

import msgspec

from switchctl.contract.facts import Fact
from switchctl.contract.hopper import Entry


class Effect(msgspec.Struct, frozen=True, gc=False):
    """Something to be done outside the core."""


class Tell(Effect, frozen=True, gc=False):
    """Journal the fact and send it on; the journal gives it its id and sequence."""

    fact: Fact


class Answer(Effect, frozen=True, gc=False):
    """Answer an inbound leg (app ``answer`` by sendmsg)."""

    node: str
    leg: str


class Play(Effect, frozen=True, gc=False):
    """Run ``playback`` on a leg; ``token`` comes back as Application-UUID when it ends."""

    node: str
    leg: str
    sound: str
    token: str


class SetVars(Effect, frozen=True, gc=False):
    """Set channel variables (uuid_setvar_multi)."""

    node: str
    leg: str
    variables: dict[str, str]


class Originate(Effect, frozen=True, gc=False):
    """Ring a phone: bgapi originate to ``&park()``; ``leg`` is both origination_uuid and Job-UUID.

    ``via`` names the node where the phone is registered, if it is not ``node``.
    """

    node: str
    leg: str
    phone: str
    ring_s: int
    variables: dict[str, str]
    via: str = ""
    gateway: str = ""
    """Named: ``phone`` is a number outside, and this leads there."""


class Dial(Effect, frozen=True, gc=False):
    """Ring an agent's phone, and a customer's as soon as she has picked up: bgapi originate to ``&bridge(…)``.

    One command, so that a death of ours between the two leaves nobody with nobody. ``leg`` is hers (and the
    Job-UUID), ``customer`` the other; ``gateway`` empty: ``number`` is an extension. The other fields as of Originate.
    """

    node: str
    leg: str
    phone: str
    ring_s: int
    variables: dict[str, str]
    via: str
    customer: str
    number: str
    gateway: str
    dial_s: int
    customer_variables: dict[str, str]
    sure: bool = False
    """Only if what was told of it is on disk: after a death nobody else would know of it."""
    prompt: str = ""
    """A sound that the customer hears when she has answered; only then are the two joined."""


class TakeLead(Effect, frozen=True, gc=False):
    """Take the first lead that fits out of a campaign's hopper; comes back as ``Brain.lead_taken(number, campaign,
    entry)``, with None where there is none or nobody can be asked."""

    campaign: str
    agent: str
    number: int
    """Of the question."""


class PutLead(Effect, frozen=True, gc=False):
    """Put back what was taken out and not dialled, as the next one."""

    entry: Entry


class Bridge(Effect, frozen=True, gc=False):
    """Join two answered legs (uuid_bridge)."""

    node: str
    caller: str
    leg: str
    ref: str


class Kill(Effect, frozen=True, gc=False):
    """End a leg with a cause (uuid_kill)."""

    node: str
    leg: str
    cause: str = "NORMAL_CLEARING"


class Hold(Effect, frozen=True, gc=False):
    """Play ``music`` to a caller who talks, over the talk (``on``), or end it: neither party hears the other meanwhile.

    Not uuid_hold: a phone that answers its re-INVITE with recvonly makes the switch mute the caller's leg too.
    ``token`` comes back as Application-UUID when the music starts and when it ends.
    """

    node: str
    caller: str
    on: bool
    music: str
    token: str
    ref: str


class Eavesdrop(Effect, frozen=True, gc=False):
    """Ring a supervisor's phone: bgapi originate to ``&eavesdrop(<spied>)``, or to ``&park()`` where ``spied`` is
    empty. The other fields as of Originate."""

    node: str
    leg: str
    phone: str
    ring_s: int
    variables: dict[str, str]
    via: str
    spied: str


class Press(Effect, frozen=True, gc=False):
    """Press one of eavesdrop's keys on a supervisor's leg (uuid_recv_dtmf)."""

    node: str
    leg: str
    key: str
    ref: str


class Mute(Effect, frozen=True, gc=False):
    """Let nobody hear what the phone behind a leg says (uuid_audio), or again; it hears on."""

    node: str
    leg: str
    on: bool
    ref: str


class HearCodes(Effect, frozen=True, gc=False):
    """Have the switch look out for codes on a leg again, where it took digits of a number (digit_action_set_realm)."""

    node: str
    leg: str


class SendKeys(Effect, frozen=True, gc=False):
    """Play keys to the far end of a leg (uuid_send_dtmf)."""

    node: str
    leg: str
    keys: str
    ref: str


class Confer(Effect, frozen=True, gc=False):
    """An order to a conference room: ``verb`` mute, unmute, deaf, undeaf or kick of one seat; lock, unlock; hup: all
    are out."""

    node: str
    room: str
    verb: str
    seat: str
    ref: str


class ListRooms(Effect, frozen=True, gc=False):
    """``conference json_list``; comes back as ``Brain.rooms_listed(node, conferences)``."""

    node: str


class PickUp(Effect, frozen=True, gc=False):
    """Tell a ringing phone to answer (uuid_phone_event talk)."""

    node: str
    leg: str
    ref: str


class Transfer(Effect, frozen=True, gc=False):
    """Send a leg to another stage of the dialplan (uuid_transfer)."""

    node: str
    leg: str
    extension: str
    context: str = "stages"


class Release(Effect, frozen=True, gc=False):
    """Give an outbound socket back (``exit``): its call is over."""

    leg: str


class ListChannels(Effect, frozen=True, gc=False):
    """``show channels as json``; the rows come back as ``Brain.channels(node, rows)``."""

    node: str


class ListPhones(Effect, frozen=True, gc=False):
    """``show registrations as json``; they come back as ``Brain.phones_listed(node, {extension: runs out, µs})``."""

    node: str


class ListTrunks(Effect, frozen=True, gc=False):
    """``sofia xmlstatus gateway``; they come back as ``Brain.trunks_listed(node, {gateway: registration/ping})``."""

    node: str


class Pause(Effect, frozen=True, gc=False):
    """Let the switch take no new call (``fsctl pause inbound``), or again (``on`` false); only a refusal comes back."""

    node: str
    on: bool
    ref: str


class AskPaused(Effect, frozen=True, gc=False):
    """Whether the switch takes no new call; comes back as ``Brain.paused(node, paused)``."""

    node: str


class Inspect(Effect, frozen=True, gc=False):
    """``uuid_dump <leg> json``; comes back as ``Brain.inspected(node, leg, event)``, or not at all if it is gone."""

    node: str
    leg: str


class FailSafe(Effect, frozen=True, gc=False):
    """One order to the fail-safe queue (callcenter_config, by bgapi); ``job`` is its Job-UUID."""

    node: str
    job: str
    words: tuple[str, ...]


class ListFailSafe(Effect, frozen=True, gc=False):
    """Who serves the fail-safe queue; their names come back as ``Brain.fail_safe_listed(node, agents)``."""

    node: str
    queue: str


class Settle(Effect, frozen=True, gc=False):
    """Say that nothing which expired before ``until`` (µs) will be begun any more (``contract.hopper.Settled``)."""

    until: int


class SetTimer(Effect, frozen=True, gc=False):
    """Call ``Brain.timer(key)`` at ``at`` (µs since the epoch); a timer of the same key is replaced."""

    key: str
    at: int


class CancelTimer(Effect, frozen=True, gc=False):
    """Forget a timer, if it still runs."""

    key: str
