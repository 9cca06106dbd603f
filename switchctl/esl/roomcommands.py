"""Event-socket text of conference rooms; as in ``commands``, every value is checked and none repaired."""

import re

from switchctl.esl.commands import _api
from switchctl.esl.values import check

ROOM = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
SEAT = re.compile(r"[1-9][0-9]{0,9}")
OF_ONE = ("mute", "unmute", "deaf", "undeaf", "kick")
OF_ALL = ("lock", "unlock")


def order(room: str, verb: str, seat: str = "") -> bytes:
    """One member is muted …, or the room locked; or all are out (``hup``). A room that nobody is in answers -ERR, a
    seat that nobody has ``Non-Existant ID``."""
    name = f"room-{check(ROOM, room, 'room')}"
    if verb == "hup":
        return _api(f"conference {name} hup all")
    if verb in OF_ALL:
        return _api(f"conference {name} {verb}")
    word = check(re.compile("|".join(OF_ONE)), verb, "order")
    return _api(f"conference {name} {word} {check(SEAT, seat, 'seat')}")


def conferences() -> bytes:
    """All of them with their members, as JSON; in words where there is none."""
    return _api("conference json_list")
