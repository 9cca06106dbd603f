"""Facts of conference rooms: who is in, who may be heard and hear, how each left."""

from switchctl.contract.envelope import Fact


class RoomOpened(Fact, frozen=True, tag=True):
    """The first is in it, or being called for it; from here to RoomClosed the room is on this node."""

    room: str


class MemberCalled(Fact, frozen=True, tag=True):
    """Somebody's phone is rung, to be taken into a room."""

    room: str
    member: str
    """UUID of the leg."""
    number: str
    """E.164, a short code, or an extension."""
    agent: str = ""
    """Whose phone that is, if it is a colleague's."""
    by: str = ""
    """Login of who wished it."""
    trunk: str = ""
    shows: str = ""
    ring_s: int = 0
    via: str = ""
    via_leg: str = ""
    """As of OfferMade."""


class MemberJoined(Fact, frozen=True, tag=True):
    """Somebody is in a room. Of a caller from outside ``call_id`` is the call, and ``member`` the same."""

    room: str
    member: str
    seat: str
    """The switch's number of this member."""
    number: str = ""
    agent: str = ""
    muted: bool = False
    deaf: bool = False


class MemberChanged(Fact, frozen=True, tag=True):
    """From now on she is heard by the others (not ``muted``) and hears them (not ``deaf``), as the switch said."""

    room: str
    member: str
    muted: bool
    deaf: bool


class MemberLeft(Fact, frozen=True, tag=True):
    """She is out, or never came in. ``result``: left, kicked, ended (the room was), lost (found gone); who was called:
    busy, no_answer, invalid, refused, absent, failed, cancelled."""

    room: str
    member: str
    result: str
    number: str = ""
    agent: str = ""
    cause: str = ""
    stayed_ms: int = 0


class RoomLocked(Fact, frozen=True, tag=True):
    """Nobody else comes in; or again."""

    room: str
    locked: bool


class RoomClosed(Fact, frozen=True, tag=True):
    """The last one left."""

    room: str
    lasted_ms: int = 0
