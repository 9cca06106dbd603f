"""Hold: by the api, or by the phone itself. The other party hears music only if the held leg has some for it."""

import gevent

from .channel import Channel, Execute
from .profile import now_us

MUSIC_AFTER = 0.16  # from the hold to the music on the other leg
PROFILE_MUSIC = "local_stream://moh"


def hold(ch: Channel, by_phone: bool = False) -> None:
    """By the api the music is the leg's variable `hold_music`, and silence without it; a phone that holds by
    re-INVITE gets the profile's music for the other party (both measured)."""
    ch.held = True
    ch.times.last_hold = now_us()
    ch.to_callstate("HELD")
    ch.fire("CHANNEL_HOLD")
    music = ch.get("hold_music") or (PROFILE_MUSIC if by_phone else "")
    if music and ch.peer is not None:
        gevent.spawn_later(MUSIC_AFTER, _music, ch, ch.peer, music)


def _music(ch: Channel, other: Channel, music: str) -> None:
    if ch.held and ch.peer is other:
        other.execute(Execute(app="playback", data=music))


def unhold(ch: Channel) -> None:
    """Music ends; HELD, UNHELD, ACTIVE is the way of the call state."""
    ch.held = False
    ch.times.hold_accum += now_us() - ch.times.last_hold
    if ch.peer is not None and ch.peer.plays:
        ch.peer.breaks = ch.peer.plays
        ch.peer.wake.set()
    ch.to_callstate("UNHELD")
    ch.fire("CHANNEL_UNHOLD")
    ch.to_callstate("ACTIVE")
