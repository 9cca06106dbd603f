"""The hopper: what a campaign may dial next, handed from the CRM to the daemon; and what came of the handing over.

Theory of operation. An attempt is a committed row before it lies in a hopper; its id is the call's and the UUID of the
customer's leg. The daemon takes a lead out of the list when one of the campaign's agents is free, asks hours, lists and
age again, tells CallArrived and DialStarted (so journals them) and only then dials. What it took and did not dial it
puts back, or forgets when it dies.

When an attempt has not been told by the time it expires, the CRM may use the lead again only when it is sure that it
was not dialled. ``Settled`` makes sure: the leader says of which term it is, that nothing which expired before
``until`` will be begun any more, and up to which of its facts that was told. When the rows of those facts are committed
(``Names.committed``) and the attempt was handed over in a term of the same daemon from ``since`` to ``epoch``, what has
no row was not dialled (ask for the rows after this). Else it counts as dialled, and its outcome is not known until a
channel or a CDR tells it.
"""

import msgspec

LIFE_S = 60
"""How long an entry may be dialled."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt that may be dialled."""

    id: str
    campaign: str
    number: str
    """E.164."""
    expires: int
    """Microseconds since the epoch; afterwards it is never dialled."""
    until: int = 0
    """Microseconds: end of the hours in which she may be called; 0 = they do not end."""
    shows: str = ""
    ring_s: int = 0
    auto_answer: bool = False
    music: str = ""
    prompt: str = ""
    """A file below the switch's sound folder that she hears when she has answered, before she is joined."""
    agent: str = ""
    """Only this agent may have it; empty = any of the campaign."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Renewed by the leader each second. Written only after facts up to ``seq`` are in its journal on disk."""

    journal: str
    epoch: int
    since: int = 0
    """The first of its terms since which no other daemon led and none of its facts can have been lost."""
    seq: int
    """Newest fact of the journal."""
    until: int
    """Microseconds: of what expires (or has its deadline) before, nothing will be begun any more."""


def encode(what: Entry | Settled) -> bytes:
    """JSON."""
    return msgspec.json.encode(what)


def decode_entry(raw: bytes) -> Entry:
    """Raises msgspec.DecodeError."""
    return msgspec.json.decode(raw, type=Entry)


def decode_settled(raw: bytes) -> Settled:
    """Raises msgspec.DecodeError."""
    return msgspec.json.decode(raw, type=Settled)
