"""What is said to the switch about the sound of a talk."""

import re

from switchctl.esl.commands import _api
from switchctl.esl.values import UUID, check

KEYS = re.compile(r"[0-9*#A-D]{1,32}")


def mute(uuid: str, on: bool) -> bytes:
    """What the phone behind a leg says is heard by nobody; it hears on. Measured (1.10.12): it outlives hold music,
    a park and another bridge; keys that the phone sends pass."""
    return _api(f"uuid_audio {check(UUID, uuid, 'uuid')} {'start read mute 1' if on else 'stop'}")


def send_keys(uuid: str, keys: str) -> bytes:
    """Play keys (RFC 2833) to the far end of a leg."""
    return _api(f"uuid_send_dtmf {check(UUID, uuid, 'uuid')} {check(KEYS, keys, 'keys')}")
