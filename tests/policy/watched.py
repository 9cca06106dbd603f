"""What the little switch does for a supervisor: a leg that hears another, keys, and a caller who is given to her."""

from typing import Any

from switchctl.model import effects as do
from tests.policy.leg import Leg


class Watched:
    """The part of ``Exchange`` that eavesdrops."""

    legs: dict[str, Leg]
    unregistered: set[str]
    peers: dict[str, Any]
    hang_up: Any
    press: Any
    _say: Any
    _job: Any
    _reply: Any

    def _eavesdrop(self, wish: do.Eavesdrop) -> None:
        if wish.phone in self.unregistered and not wish.via:
            self._job(wish.leg, "-ERR USER_NOT_REGISTERED\n")
            return
        leg = self.legs[wish.leg] = Leg(wish.leg, agent=wish.phone)
        leg.variables, leg.spies = dict(wish.variables), wish.spied
        leg.watches = True
        self._say(leg, "CHANNEL_CREATE")
        if wish.via:
            self.peers[wish.via].brought(self, leg)

    def _press(self, wish: do.Press) -> None:
        if wish.leg in self.legs:
            self.press(wish.leg, wish.key)
            self._reply(wish.ref, True, "+OK")
        else:
            self._reply(wish.ref, False, "-ERR Invalid session")

    def _spies(self, leg: Leg) -> None:
        """Picked up: she hears, if there is still something to hear."""
        if leg.spies in self.legs:
            self._say(leg, "CHANNEL_EXECUTE", app_uuid=f"eavesdrop-{leg.uuid}")
        else:
            self.hang_up(leg.uuid, "NORMAL_CLEARING", "send_bye")

    def _spied_gone(self, leg: Leg) -> None:
        """Who hears a leg that ends ends with it, once she has picked up."""
        for spy in [spy for spy in self.legs.values() if spy.spies == leg.uuid and spy.up]:
            self.hang_up(spy.uuid, "NORMAL_CLEARING", "send_bye")

    def _depose(self, caller: Leg, leg: Leg) -> None:
        """A caller who talks is given to a supervisor: the agent's leg ends first."""
        assert leg.watches, "a caller who talks was bridged again: the first agent would be lost"
        leg.spies = ""
        old = self.legs[caller.partner]
        caller.partner = old.partner = ""
        old.dials, caller.dialled_by = None, ""
        self.hang_up(old.uuid, "NORMAL_CLEARING", "send_bye")
