"""What the little switch does for a conference: who comes in, who leaves, and what ends it."""

from typing import Any

from tests.policy.leg import Leg


class Conferring:
    """The part of ``Exchange`` that has conferences."""

    legs: dict[str, Leg]
    hang_up: Any
    _say: Any
    _close_leases: Any

    def _come_in(self, leg: Leg, extension: str) -> None:
        kind, _, name = extension.partition("-")
        self._close_leases(leg)
        leg.stage, leg.playing, leg.room = "room", [], f"three-{name}" if kind == "customer" else extension
        leg.application = "conference"
        self._say(leg, "CUSTOM", subclass="conference::maintenance", action="add-member", conference=leg.room)

    def _go_out(self, leg: Leg) -> None:
        """However it leaves: with the customer it is over for all who are still in."""
        if not leg.room:
            return
        self._say(leg, "CUSTOM", subclass="conference::maintenance", action="del-member", conference=leg.room)
        name, leg.room, leg.application = leg.room, "", ""
        if leg.uuid == name.removeprefix("three-"):
            for other in [other for other in self.legs.values() if other.room == name]:
                self.hang_up(other.uuid, "NORMAL_CLEARING", "send_bye")

    def inside(self, name: str) -> set[str]:
        """Whose legs are in a conference."""
        return {leg.uuid for leg in self.legs.values() if leg.room == name}
