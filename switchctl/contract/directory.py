"""The directory: all that the CRM configures for the daemon, as one versioned snapshot.

The CRM writes it whole on commit; the daemon swaps it whole and keeps a copy on disk, so it starts with the CRM down.
"""

import hashlib

import msgspec

from switchctl.contract.dialling import Home

QUEUE, EXTENSION, ROOM = "queue", "extension", "room"
"""What a number leads to."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who takes calls. ``id`` is the user's login name."""

    id: str
    name: str
    extension: str
    department: str = ""
    wrap_up_s: int = 30
    wrap_up_extend_s: int = 60
    """By how much one extension of the after-call work lengthens it."""
    wrap_up_extensions: int = 2
    """How often she may extend it for one call."""
    ring_s: int = 20
    max_misses: int = 3
    """Misses in a row after which she is paused with the reason ``missed-calls``."""
    work_number: str = ""
    """What callers are told of her, where the queue says so; empty = nothing."""
    caller_number: str = ""
    """What those whom she dials see; empty = the centre's."""
    dialling: str = "none"
    """What she may dial: none, internal, local, national, international, list (``contract.dialling``)."""
    allowed: tuple[str, ...] = ()
    """Of ``list``: numbers, or beginnings with a ``*`` at the end."""
    opens_private: bool = False
    """Whether she may join calls at private extensions, and pick up what rings there."""


ALWAYS, NO_ANSWER, BUSY = "always", "no_answer", "busy"
"""When an extension's calls are forwarded: all of them; whom nobody answers within the ring time, or whose phone is
not there; while its owner has a call, wraps one up, pauses or does not want to be disturbed."""


class Forward(msgspec.Struct, frozen=True, kw_only=True):
    """Calls to an extension go on to another number. The hours are those of ``Directory.zone``."""

    how: str
    to: str
    """An extension, or a number outside in any form."""
    days: tuple[int, ...] = ()
    """On which days of the week it begins, 1 is Monday; none: on every day."""
    since: int = 0
    """From which minute of the day, and until which: before ``since`` means of the next day; both the same: all day."""
    until: int = 0


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """A number inside that a phone may register as. What it proves itself by is no part of the directory
    (``contract.secrets``)."""

    number: str
    """3 to 6 digits; older centres have 2, 7 and 8 too."""
    name: str = ""
    kind: str = "phone"
    """phone, browser."""
    user: str = ""
    """Login of whose seat it is; empty: of nobody, a phone in the hall."""
    forwards: tuple[Forward, ...] = ()
    """At most one of each kind."""
    private: bool = False
    """Nobody joins its calls or picks them up but who ``opens_private``."""


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """An agent serves a queue. Lower tiers are asked first."""

    agent: str
    tier: int = 1


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting line. ``id`` is a short word, safe in the switch's commands."""

    id: str
    name: str
    members: tuple[Membership, ...] = ()
    service_level_s: int = 15
    short_abandon_s: int = 5
    head_start_s: int = 0
    music: str = "local_stream://moh"
    whisper: str = ""
    """Sound that the agent hears before she is joined with a caller of this queue, such as its name; empty = none."""
    tells_work_number: bool = False
    """Whether the caller hears the agent's work number before that."""
    forwards: bool = False
    """Whether its calls follow the forwarding of an agent's extension; else they ring at her phone alone."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialled number leads to: a greeting, then a queue, an extension or a room."""

    number: str
    queue: str = ""
    """Of an extension: where a caller goes whom nobody answers there; empty = she is told so, and it ends."""
    target: str = QUEUE
    to: str = ""
    """The extension, or the room's id; empty for a queue."""
    flow: str = "greeting"
    greeting: str = "ivr/greeting.wav"
    """Sound file below the switch's sound folder; empty = none."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A conference room. ``id`` is a short word, safe in the switch's commands."""

    id: str
    name: str
    number: str = ""
    """Who dials it inside comes in; empty: only by a page, by invitation, or from outside."""
    pin: str = ""
    """What who comes from outside must key in, as ``pin_digest`` has it; empty = nothing."""
    most: int = 40
    """So many legs at most."""


def pin_digest(room: str, pin: str) -> str:
    """A pin as the directory holds it: not as digits, for the snapshot lies in Redis and on disk."""
    return hashlib.sha256(f"{room}:{pin}".encode()).hexdigest()


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A way to the outside: a gateway of that name in every switch. It is given E.164 numbers with their ``+``, and the
    country's short codes as they are. Its password is no part of the directory (``contract.secrets``)."""

    gateway: str
    proxy: str = ""
    """Where its calls are sent, ``host`` or ``host:port``; empty: the switch's own configuration has the gateway."""
    transport: str = "udp"
    """udp, tcp or tls."""
    user: str = ""
    """Of the account; empty: the carrier knows us by our address alone."""
    realm: str = ""
    """Of the account, where it is not ``proxy``."""
    register: bool = False
    """Whether the switch registers there, as who is known by no address must."""
    pings: bool = True
    """Whether it is asked by OPTIONS whether it lives; not where the carrier answers none."""
    prefixes: tuple[str, ...] = ()
    """Beginnings of the numbers that it takes, in the forms of ``dialling.beginning``; none: every number."""
    channels: int = 0
    """Calls at most that are dialled over it at a time; 0: as many as come."""
    networks: tuple[str, ...] = ()
    """From where its calls come in (CIDR)."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign that dials by itself (progressive), while it runs. Its leads lie in its hopper
    (``contract.hopper``)."""

    id: str
    members: tuple[str, ...] = ()
    """Ids of its agents."""
    priority: int = 0
    lines: int = 0
    """Calls at most that it has out at a time; 0 = one for each agent."""
    blending: bool = False
    """Whether it takes agents of queues: only while nobody waits in any of hers and ``keep_ready`` others stay ready
    for each. Without it, only agents who serve no queue."""
    keep_ready: int = 1


class SpeedDial(msgspec.Struct, frozen=True, kw_only=True):
    """A short code for a number."""

    code: str
    """Two digits, ``00`` to ``99``; dialled as ``*0`` and these."""
    number: str
    """An extension, or a number outside in any form."""
    owner: str = ""
    """Login of whose code it is; empty: the centre's, for all."""


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """One whole configuration. ``version`` rises with each change."""

    version: int = 0
    agents: tuple[Agent, ...] = ()
    queues: tuple[Queue, ...] = ()
    routes: tuple[Route, ...] = ()
    thanks: str = "ivr/thanks.wav"
    sorry: str = "ivr/sorry.wav"
    trunks: tuple[Trunk, ...] = ()
    """In the order in which they are tried; without any nothing outside is dialled."""
    home: Home = Home()
    caller_number: str = ""
    """The centre's own number, which those who are dialled see."""
    dial_s: int = 60
    """How long a dialled phone rings."""
    campaigns: tuple[Campaign, ...] = ()
    extensions: tuple[Extension, ...] = ()
    rooms: tuple[Room, ...] = ()
    speed_dials: tuple[SpeedDial, ...] = ()
    zone: str = "UTC"
    """In which hours of forwarding are meant, such as ``Asia/Shanghai``."""


def encode(directory: Directory) -> bytes:
    """JSON."""
    return msgspec.json.encode(directory)


def decode(raw: bytes) -> Directory:
    """Raises msgspec.ValidationError on a snapshot that does not fit."""
    return msgspec.json.decode(raw, type=Directory)
