"""playback, and the rules of its end: a terminator key, uuid_break, the end of the file, or the channel."""

from __future__ import annotations

from .causes import SHUTDOWN
from .channel import Channel
from .runner import app, run_order
from .waiting import OnDigit, pause


def play(ch: Channel, path: str, on_digit: OnDigit | None = None) -> str:
    """Play one sound to its end. Returns 'missing', 'time', 'gone', 'break' or 'digit'."""
    seconds = ch.switch.sounds.seconds(path)
    if seconds is not None and seconds < 0:
        return "missing"
    ch.fire("PLAYBACK_START", Playback_File_Path=path)
    ch.plays += 1
    try:
        end = pause(ch, seconds, run_order, on_digit, breakable=True)
    finally:
        ch.plays -= 1
    status = "break" if end in ("break", "digit") else "done"
    ch.fire("PLAYBACK_STOP", Playback_File_Path=path, Playback_Status=status)
    return end


def terminators(ch: Channel) -> str:
    """The keys that end a playback: `*` if nothing is set."""
    keys = ch.get("playback_terminators", "*")
    return {"none": "", "any": "1234567890*#"}.get(keys, keys)


@app("playback")
def _playback(ch: Channel, data: str) -> str:
    keys = terminators(ch)

    def ends(digit: str) -> bool:
        if digit in keys:
            ch.variables["playback_terminator_used"] = digit
            return True
        return False

    end = "missing"
    for path in data.split("!") or [data]:
        end = play(ch, path, ends)
        if end != "time":
            break
    if ch.cause == SHUTDOWN:
        return "FILE PLAYED"  # measured: the music itself came to its end
    return {"missing": "FILE NOT FOUND", "gone": "PLAYBACK ERROR"}.get(end, "FILE PLAYED")


@app("endless_playback")
def _endless_playback(ch: Channel, data: str) -> str:
    while play(ch, data) == "time":
        pass
    return "FILE PLAYED" if ch.ready else "PLAYBACK ERROR"


@app("displace_session")
def _displace(ch: Channel, data: str) -> None:
    ch.fire("MEDIA_BUG_START", Media_Bug_Function="displace", Media_Bug_Target=data)
