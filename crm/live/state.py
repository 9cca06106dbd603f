"""The live view as it lies in Redis, so that every web process reads the same."""

import msgspec
import redis

from crm import bus
from switchctl.contract.live import LiveView
from switchctl.contract.names import MAIN, Names

START = "0-0"
"""The stream from its first entry."""


class Saved(msgspec.Struct, kw_only=True):
    """The view and the place in the stream up to which it is true.

    ``feeder`` names one life of the feeder: messages of another life do not follow this snapshot. ``revision``
    counts the stream entries that went in; it is the cursor that pages compare.
    """

    feeder: str = ""
    cursor: str = START
    revision: int = 0
    view: LiveView = msgspec.field(default_factory=LiveView)


_decoder = msgspec.json.Decoder(Saved)


def encode(saved: Saved) -> bytes:
    """JSON."""
    return msgspec.json.encode(saved)


def decode(raw: bytes | None) -> Saved | None:
    """None when nothing is saved, or when it was saved in another form: then the stream is read anew."""
    if not raw:
        return None
    try:
        return _decoder.decode(raw)
    except msgspec.DecodeError:
        return None


def live_state(*, names: Names = MAIN) -> Saved:
    """What is true now; empty when Redis is away or no feeder ever ran."""
    try:
        return decode(bus.client().get(names.live)) or Saved()
    except redis.RedisError:
        return Saved()
