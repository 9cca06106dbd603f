"""The agent's microphone, and keys that she has sent to the other side. The switch fires no event of either: its +OK is
what is told."""

from switchctl.contract import facts, refusals
from switchctl.model import effects as do
from switchctl.model.aside import SPEAKING
from switchctl.model.call import TALKED, Call, Offer
from switchctl.model.machine import Refused
from switchctl.policy.turn import Turn


def mute(turn: Turn, call: Call, offer: Offer, on: bool, command_id: str) -> None:
    """Raises Refused where it is so already."""
    if offer.muted == on:
        raise Refused(refusals.MUTED_ALREADY if on else refusals.NOT_MUTED)
    turn.do(do.Mute(offer.node, offer.id, on, f"mute|{offer.id}|{int(on)}|{command_id}"))


def send(turn: Turn, call: Call, offer: Offer, keys: str, command_id: str) -> None:
    """To whom she talks with."""
    aside = call.aside
    if offer.consult:
        other = call.offer.id if call.offer is not None else call.id
    else:
        other = aside.leg.id if aside is not None and aside.state == SPEAKING else call.id
    turn.do(do.SendKeys(call.node, other, keys, f"keys|{offer.id}|{command_id}"))


def muted(turn: Turn, offer_id: str, on: str, command_id: str) -> None:
    """The switch did it."""
    offer = turn.world.offers.get(offer_id)
    call = turn.world.calls.get(offer.call_id) if offer is not None else None
    if offer is None or call is None or offer.state != TALKED or offer.muted == (on == "1"):
        return
    offer.muted = on == "1"
    kind = facts.MuteStarted if offer.muted else facts.MuteEnded
    turn.tell(kind, call, offer=offer.id, agent=offer.agent, command_id=command_id)


def sent(turn: Turn, offer_id: str, command_id: str) -> None:
    """The keys are on their way."""
    offer = turn.world.offers.get(offer_id)
    call = turn.world.calls.get(offer.call_id) if offer is not None else None
    if offer is not None and call is not None:
        turn.tell(facts.KeysSent, call, offer=offer.id, agent=offer.agent, command_id=command_id)
