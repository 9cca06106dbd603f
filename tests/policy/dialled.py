"""What the little switch does with calls that agents dial: one order, and the rest by itself."""

from collections import Counter
from typing import Any

from switchctl.model import effects as do
from tests.policy.leg import Leg


class Dialling:
    """The part of ``Exchange`` that dials."""

    legs: dict[str, Leg]
    peers: dict[str, Any]
    unregistered: set[str]
    hang_up: Any
    _say: Any
    _enter: Any
    _job: Any

    def __init__(self) -> None:
        self.dialled: Counter[str] = Counter()
        """Customer's leg → how often it was called."""
        self.no_way: dict[str, str] = {}
        """Number → cause with which the switch gives up before anybody is called."""

    def _dial(self, wish: do.Dial) -> None:
        if wish.phone in self.unregistered and not wish.via:
            self._job(wish.leg, "-ERR USER_NOT_REGISTERED\n")
            return
        leg = self.legs[wish.leg] = Leg(wish.leg, agent=wish.phone)
        leg.variables, leg.dials = dict(wish.variables), wish
        self._say(leg, "CHANNEL_CREATE")
        if wish.via:
            self.peers[wish.via].brought(self, leg)

    def _call_customer(self, hers: Leg) -> None:
        """She has picked up: the switch itself goes on."""
        wish: do.Dial = hers.dials
        if wish.number in self.no_way:
            self.hang_up(hers.uuid, self.no_way[wish.number], "send_bye")
            return
        self.dialled[wish.customer] += 1
        leg = self.legs[wish.customer] = Leg(wish.customer, "", wish.number)
        leg.context, leg.dialled_by, leg.variables = "default", hers.uuid, dict(wish.customer_variables)
        self._say(leg, "CHANNEL_CREATE")

    def early_media(self, uuid: str) -> None:
        """The network says something to her who dials, before anybody answers: the two are bridged."""
        leg = self.legs[uuid]
        hers = self.legs[leg.dialled_by]
        hers.partner, leg.partner = leg.uuid, hers.uuid
        self._say(hers, "CHANNEL_BRIDGE", bridge_a=hers.uuid, bridge_b=leg.uuid)

    def _answered(self, leg: Leg) -> bool:
        """Her own phone: the customer's is called. The customer's: the two are joined, and that was all; with a prompt
        only when it is over (``early_media``)."""
        if leg.dials:
            self._call_customer(leg)
        elif leg.dialled_by and not leg.partner and not self.legs[leg.dialled_by].dials.prompt:
            self.early_media(leg.uuid)
        return bool(leg.dialled_by)

    def _let_go(self, leg: Leg) -> None:
        """A dialled customer is sent elsewhere: the application on the agent's leg is over."""
        hers = self.legs.get(leg.dialled_by)
        if hers is not None:
            hers.dials, leg.dialled_by, leg.was_dialled = None, "", True

    def _follow(self, leg: Leg, cause: str) -> None:
        """Each of the two ends with the other."""
        hers = self.legs.get(leg.dialled_by)
        if hers is not None and not leg.partner and hers.variables.get("transfer_on_fail"):
            hers.dials = None
            self._enter(hers, hers.variables["transfer_on_fail"].split()[1])
        elif hers is not None:
            self.hang_up(leg.dialled_by, "NORMAL_CLEARING" if leg.partner else cause, "send_bye")
        if leg.dials and leg.dials.customer in self.legs:
            other = self.legs[leg.dials.customer]
            how = ("NORMAL_CLEARING", "send_bye") if other.up else ("ORIGINATOR_CANCEL", "send_cancel")
            self.hang_up(other.uuid, *how)
