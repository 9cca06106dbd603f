"""What the little switch does when phones act by themselves: they dial, and they pass their partner on."""

from typing import Any

from switchctl.contract.codes import NUMBERS
from switchctl.model import effects as do
from tests.policy.leg import Leg


class Handsets:
    """The part of ``Exchange`` that phones call."""

    legs: dict[str, Leg]
    name: str
    clock: Any
    _enter: Any
    _say: Any
    _let_go: Any
    _close_leases: Any
    _call_customer: Any

    def phone_dials(self, uuid: str, extension: str, digits: str) -> str:
        """A registered phone dials."""
        leg = self.legs[uuid] = Leg(uuid, extension, digits, agent=extension)
        leg.by_itself, leg.context, leg.variables = True, "phones", {"auth_user": extension}
        self._say(leg, "CHANNEL_CREATE")
        self._enter(leg, "phone")
        return uuid

    def _sent_on(self, leg: Leg, wish: do.Transfer) -> None:
        """The dialplan behind the daemon's word."""
        leg.context, leg.stage = wish.context, wish.extension
        self._close_leases(leg)
        if wish.context == "rooms":
            self._come_in(leg, wish.extension)
        elif wish.extension.startswith("dial-"):
            names = ("cc_call_id", "cc_offer", "cc_agent", "cc_epoch")
            told = leg.variables
            leg.dials = do.Dial(
                self.name, leg.uuid, leg.agent, 0, told, "", told["cc_customer"], told["cc_number"],
                told["cc_gateway"], int(told["cc_dial_s"]), {name: told[name] for name in names},
            )  # fmt: skip
            leg.answered_us = self.clock()
            self._call_customer(leg)

    def _hear_codes(self, wish: do.HearCodes) -> None:
        if wish.leg in self.legs:
            self.legs[wish.leg].typing = False

    def code(self, uuid: str, code: str) -> None:
        """The phone behind a leg presses a code that the switch looks out for, or a digit of a number after it."""
        leg = self.legs[uuid]
        leg.typing = (leg.typing or code in NUMBERS) and code not in ("#", "F" if leg.typing else "")
        self._say(leg, "CHANNEL_EXECUTE", app="event", matched=code)

    def refer(self, uuid: str, digits: str) -> None:
        """The phone behind a leg passes its partner on: he comes to one place, and the leg ends."""
        leg = self.legs.pop(uuid)
        partner = self.legs[leg.partner]
        for name in ("CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE"):
            self._say(
                leg, name, hangup_cause="NORMAL_CLEARING", disposition="BLIND_TRANSFER", sip_disposition="send_bye"
            )
        self._let_go(partner)
        partner.partner, partner.dialled, partner.context = "", digits, "referred"
        self._enter(partner, "refer")
