"""What the ringing of a timer means: one table from the first part of its key to what follows."""

from collections.abc import Callable
from typing import Any

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.call import FLOW, JOINING, LEAVING, OVER, RINGING
from switchctl.policy import (
    dialler,
    entrance,
    events,
    failsafe,
    inbound,
    leaving,
    numbered,
    offers,
    outbound,
    parking,
    parting,
    phones,
    reconcile,
    referred,
    relays,
    roomlife,
    starcodes,
    talks,
    transfers,
    trunks,
    watching,
    wishes,
)
from switchctl.policy.turn import Turn

AGAIN_S = 2.0
"""While a node is out of touch its timers decide nothing: what they wait for may have happened unseen."""


def _out_of_touch(turn: Turn, node: str, key: str) -> bool:
    if turn.world.node(node).in_touch:
        return False
    turn.wake(key, AGAIN_S)
    return True


def _in_touch(kind: str, book: str, act: Callable[[Turn, Any], None]) -> Callable[[Turn, str], None]:
    """What a timer of this kind does that is about something which the world has in ``book``: nothing if it is gone,
    and later if its node is out of touch."""

    def rung(turn: Turn, key: str) -> None:
        found = getattr(turn.world, book).get(key)
        if found is not None and not _out_of_touch(turn, found.node, f"{kind}|{key}"):
            act(turn, found)

    return rung


def _ring_time_over(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is None or offer.state != RINGING or _out_of_touch(turn, offer.node, f"ring|{offer_id}"):
        return
    if offer.dials:
        outbound.ring_time_over(turn, offer)
        return
    turn.do(do.Kill(offer.node, offer.id, "NO_ANSWER"))
    events.leg_gone(turn, offer.id, "NO_ANSWER", "system")


def _dial_time_over(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None and offer.state == JOINING and not _out_of_touch(turn, offer.node, f"dial|{offer_id}"):
        outbound.ring_time_over(turn, offer)


def _forget(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None and offer.state == OVER:
        turn.world.drop_offer(offer)


def _wrap_up_over(turn: Turn, agent_id: str, offer_id: str) -> None:
    agent = turn.world.agents.get(agent_id)
    if agent is not None:
        talks.wrap_up_expired(turn, agent, offer_id)


def _greeting_over(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is None or call.stage != FLOW or _out_of_touch(turn, call.node, f"greeting|{call_id}"):
        return
    turn.tell(facts.CallRepaired, call, leg=call.id, reason="the end of the greeting was not seen")
    inbound.greeted(turn, call)


def _farewell_over(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and call.stage == LEAVING:
        inbound.farewell(turn, call, "")


def _final(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None:
        inbound.end(turn, call, call.cause, "customer", "esl", reason="no CHANNEL_HANGUP_COMPLETE")


def _recall(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None:
        relays.recall(turn, call)


def _typing(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None:
        starcodes.complete(turn, offer)


def _wish(turn: Turn, wish_id: str) -> None:
    wish = turn.world.wishes.get(wish_id)
    if wish is not None:
        wishes.look(turn, wish)


def _elsewhere(turn: Turn, offer_id: str, at: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None:
        relays.elsewhere(turn, offer, at)


def _reconcile(turn: Turn, node: str) -> None:
    if turn.world.node(node).up:
        turn.do(do.ListChannels(node))
        turn.wake(f"reconcile|{node}", reconcile.EVERY_S)


def _pin_time_over(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None:
        entrance.checked(turn, call)


TIMERS: dict[str, Callable[..., None]] = {
    "ring": _ring_time_over,
    "dial": _dial_time_over,
    "say": _in_touch("say", "offers", offers.said_or_not),
    "join": _in_touch("join", "offers", offers.look),
    "forget": _forget,
    "wrap": _wrap_up_over,
    "greeting": _greeting_over,
    "farewell": _farewell_over,
    "final": _final,
    "reconcile": _reconcile,
    "failsafe": failsafe.done,
    "recall": _recall,
    "move": _in_touch("move", "calls", transfers.again),
    "onward": _in_touch("onward", "calls", numbered.go_on),
    "return": _in_touch("return", "calls", transfers.returned),
    "park": _in_touch("park", "calls", parking.time_over),
    "wish": _wish,
    "aside": _in_touch("aside", "calls", parting.again),
    "refer": _in_touch("refer", "calls", referred.time_over),
    "typing": _typing,
    "elsewhere": _elsewhere,
    "phones": phones.ask_again,
    "trunks": trunks.ask_again,
    "gone": reconcile.gone,
    "dialler": dialler.each_second,
    "watch": _in_touch("watch", "watches", watching.time_over),
    "leave": leaving.again,
    "member": _in_touch("member", "members", roomlife.time_over),
    "pin": _pin_time_over,
}
"""First part of a timer's key → what its ringing means."""
