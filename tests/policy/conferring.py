"""What the little switch does for a conference: who comes in, who leaves, and what ends it."""

from collections import deque
from typing import Any

from switchctl.model import effects as do
from tests.policy.leg import Leg
from tests.policy.voice import REPLIES

CONFERENCE = "conference::maintenance"


class Conferring:
    """The part of ``Exchange`` that has conferences."""

    legs: dict[str, Leg]
    hang_up: Any
    _say: Any
    _close_leases: Any
    _reply: Any
    _line: Any

    def _come_in(self, leg: Leg, extension: str) -> None:
        kind, _, name = extension.partition("-")
        self._close_leases(leg)
        leg.stage, leg.playing, leg.room = "room", [], f"three-{name}" if kind == "customer" else extension
        leg.application = "conference"
        leg.seat = str(max((int(one.seat or 0) for one in self.legs.values()), default=0) + 1)
        self._confers(leg, "add-member")

    def _confers(self, leg: Leg, action: str) -> None:
        self._say(leg, "CUSTOM", subclass=CONFERENCE, action=action, conference=leg.room, member=leg.seat)

    def _go_out(self, leg: Leg) -> None:
        """However it leaves: with the customer it is over for all who are still in."""
        if not leg.room:
            return
        self._confers(leg, "del-member")
        name, leg.room, leg.application = leg.room, "", ""
        if leg.uuid == name.removeprefix("three-"):
            for other in [other for other in self.legs.values() if other.room == name]:
                self.hang_up(other.uuid, "NORMAL_CLEARING", "send_bye")

    def _confer(self, wish: do.Confer) -> None:
        inside = [leg for leg in self.legs.values() if leg.room == f"room-{wish.room}"]
        if not inside:
            self._reply(wish.ref, False, f"-ERR Conference room-{wish.room} not found")
            return
        self._reply(wish.ref, True, "+OK")
        for leg in [leg for leg in inside if wish.verb == "hup" or leg.seat == wish.seat]:
            self._confers(leg, f"{wish.verb}-member")
            if wish.verb in ("kick", "hup"):
                self.hang_up(leg.uuid, "NORMAL_CLEARING", "send_bye")
            leg.flags[wish.verb.removeprefix("un")] = not wish.verb.startswith("un")
        if wish.verb in ("lock", "unlock"):
            self._say(inside[0], "CUSTOM", subclass=CONFERENCE, action=wish.verb, conference=f"room-{wish.room}")

    def _list_rooms(self, _wish: do.ListRooms) -> None:
        names = {leg.room for leg in self.legs.values() if leg.room}
        found = [{"conference_name": name, "members": [_row(leg) for leg in self._in(name)]} for name in sorted(names)]
        line: deque[tuple[str, Any]] = self._line(REPLIES)
        line.append(("rooms_listed", (found,)))

    def _in(self, name: str) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.room == name]

    def inside(self, name: str) -> set[str]:
        """Whose legs are in a conference."""
        return {leg.uuid for leg in self._in(name)}


def _row(leg: Leg) -> dict[str, Any]:
    flags = {"can_speak": not leg.flags.get("mute"), "can_hear": not leg.flags.get("deaf")}
    return {"uuid": leg.uuid, "id": int(leg.seat), "caller_id_number": leg.number, "flags": flags}
