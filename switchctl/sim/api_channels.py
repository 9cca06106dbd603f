"""Commands on one channel: variables, digits, sounds, hold, phone words, recording. Errors worded as measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gevent

from .api import NO_CHANNEL, NO_SESSION, OK, command
from .channel import Execute
from .events import Event as SwitchEvent
from .events import Headers, json_bytes, plain_headers
from .holding import hold, unhold
from .phones import FarEnd
from .recording import start_recording, stop_recording

if TYPE_CHECKING:
    from .switch import Switch


@command("uuid_exists")
def _uuid_exists(switch: Switch, argument: str) -> str:
    return "true" if switch.live(argument) is not None else "false"


@command("uuid_setvar")
def _uuid_setvar(switch: Switch, argument: str) -> str:
    words = argument.split(" ", 2)
    ch = switch.live(words[0])
    if ch is None:
        return NO_CHANNEL
    if len(words) < 2:
        return "-USAGE: <uuid> <var> [value]\n"
    ch.put(words[1], words[2] if len(words) > 2 else None)
    return OK


@command("uuid_setvar_multi")
def _uuid_setvar_multi(switch: Switch, argument: str) -> str:
    uuid, _, pairs = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return NO_CHANNEL + "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"
    for pair in filter(None, pairs.split(";")):
        name, _, value = pair.partition("=")
        ch.put(name, value)
    return OK


@command("uuid_getvar")
def _uuid_getvar(switch: Switch, argument: str) -> str:
    uuid, _, name = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return NO_CHANNEL
    value = ch.variables.get(name.strip())
    if value is None:
        return "_undef_"
    return value if isinstance(value, str) else "ARRAY::" + "|:".join(value)


@command("uuid_dump")
def _uuid_dump(switch: Switch, argument: str) -> str:
    uuid, _, form = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return NO_CHANNEL
    head: Headers = switch.bus.stamp.headers("CHANNEL_DATA")
    head.update(ch.full())
    if form.strip() == "json":
        return json_bytes(SwitchEvent("CHANNEL_DATA", head)).decode("utf-8", "surrogateescape")
    return plain_headers(head)


@command("uuid_recv_dtmf")
def _uuid_recv_dtmf(switch: Switch, argument: str) -> str:
    uuid, _, digits = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return NO_SESSION
    pressed = digits.split("@")[0].strip()
    ch.press(pressed)
    return f"+OK {uuid} received DTMF {pressed}.\n"


@command("uuid_send_dtmf")
def _uuid_send_dtmf(switch: Switch, argument: str) -> str:
    """Sent to the far end: no DTMF event here, as measured."""
    uuid, _, _digits = argument.partition(" ")
    return NO_SESSION if switch.live(uuid) is None else OK


@command("uuid_audio")
def _uuid_audio(switch: Switch, argument: str) -> str:
    """`<uuid> start|stop …`: there is no sound here that could be muted."""
    uuid, _, _how = argument.partition(" ")
    return NO_SESSION if switch.live(uuid) is None else OK


@command("uuid_broadcast")
def _uuid_broadcast(switch: Switch, argument: str) -> str:
    """`<uuid> <path | app::data> [aleg|bleg|both]`."""
    words = argument.rsplit(" ", 1)
    where = words[1] if len(words) == 2 and words[1] in ("aleg", "bleg", "both") else "aleg"
    uuid, _, what = (words[0] if where != "aleg" or argument.endswith(" aleg") else argument).partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return "-ERR invalid uuid\n"
    app, separator, data = what.strip().partition("::")
    for leg in ([ch] if where in ("aleg", "both") else []) + ([ch.peer] if where in ("bleg", "both") else []):
        if leg is not None:
            leg.execute(Execute(app=app if separator else "playback", data=data if separator else what.strip()))
    return "+OK Message sent\n"


@command("uuid_break")
def _uuid_break(switch: Switch, argument: str) -> str:
    """Ends the innermost playback, with `all` every one of the nest."""
    uuid, _, how = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return NO_CHANNEL
    ch.breaks = ch.plays if how.strip() == "all" else min(1, ch.plays)
    ch.wake.set()
    return OK


@command("uuid_displace")
def _uuid_displace(switch: Switch, argument: str) -> str:
    words = argument.split()
    ch = switch.live(words[0]) if words else None
    if ch is None or len(words) < 3:
        return NO_SESSION
    kind = "MEDIA_BUG_START" if words[1] == "start" else "MEDIA_BUG_STOP"
    ch.fire(kind, Media_Bug_Function="displace", Media_Bug_Target=words[2])
    seconds = switch.sounds.seconds(words[2])
    if words[1] == "start" and seconds is not None:
        gevent.spawn_later(
            max(0.0, seconds), ch.fire, "MEDIA_BUG_STOP", "", Media_Bug_Function="displace", Media_Bug_Target=words[2]
        )
    return "+OK Success\n"


@command("uuid_record")
def _uuid_record(switch: Switch, argument: str) -> str:
    """`<uuid> start|stop|mask|unmask <path>`; no sound is written."""
    words = argument.split()
    ch = switch.live(words[0]) if words else None
    if ch is None or len(words) < 3:
        return NO_SESSION
    if words[1] == "start":
        start_recording(ch, words[2])
    elif words[1] == "stop" and not stop_recording(ch, words[2]):
        return "-ERR Cannot stop record session!\n"
    return "+OK Success\n"


@command("uuid_phone_event")
def _uuid_phone_event(switch: Switch, argument: str) -> str:
    """`<uuid> talk`: the phone is told to answer; `hold` is taken with no effect."""
    uuid, _, word = argument.partition(" ")
    ch = switch.live(uuid)
    if ch is None:
        return "-ERR Cannot Locate Session!\n"
    if word.strip() in ("", "talk") and isinstance(ch.far, FarEnd):
        gevent.spawn(ch.far.answer_by_word)
    return OK


@command("uuid_hold")
def _uuid_hold(switch: Switch, argument: str) -> str:
    """`[off|toggle] <uuid>`. An unknown uuid says `+OK Success`, as measured."""
    words = argument.split()
    how = words.pop(0) if words and words[0] in ("off", "toggle") else ""
    ch = switch.live(words[0]) if words else None
    if ch is None:
        return "+OK Success\n"
    off = how == "off" or (how == "toggle" and ch.held)
    if ch.held is not off:
        return "-ERR Operation failed\n"
    (unhold if off else hold)(ch)
    return "+OK Success\n"
