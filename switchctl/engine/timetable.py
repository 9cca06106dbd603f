"""What the ringing of a timer means: one table from the first part of its key to what follows."""

from collections.abc import Callable

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.call import FLOW, JOINING, LEAVING, OVER, RINGING
from switchctl.policy import (
    consult,
    dialler,
    entrance,
    events,
    failsafe,
    inbound,
    numbered,
    offers,
    outbound,
    parking,
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


def _join_time_over(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None and not _out_of_touch(turn, offer.node, f"join|{offer_id}"):
        offers.look(turn, offer)


def _say_time_over(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None and not _out_of_touch(turn, offer.node, f"say|{offer_id}"):
        offers.said_or_not(turn, offer)


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


def _move(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and not _out_of_touch(turn, call.node, f"move|{call_id}"):
        transfers.again(turn, call)


def _onward(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and not _out_of_touch(turn, call.node, f"onward|{call_id}"):
        numbered.go_on(turn, call)


def _return(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and not _out_of_touch(turn, call.node, f"return|{call_id}"):
        transfers.returned(turn, call)


def _park(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and not _out_of_touch(turn, call.node, f"park|{call_id}"):
        parking.time_over(turn, call)


def _typing(turn: Turn, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None:
        starcodes.complete(turn, offer)


def _refer(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and not _out_of_touch(turn, call.node, f"refer|{call_id}"):
        referred.time_over(turn, call)


def _wish(turn: Turn, wish_id: str) -> None:
    wish = turn.world.wishes.get(wish_id)
    if wish is not None:
        wishes.look(turn, wish)


def _aside(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None and not _out_of_touch(turn, call.node, f"aside|{call_id}"):
        consult.again(turn, call)


def _elsewhere(turn: Turn, offer_id: str, at: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None:
        relays.elsewhere(turn, offer, at)


def _reconcile(turn: Turn, node: str) -> None:
    if turn.world.node(node).up:
        turn.do(do.ListChannels(node))
        turn.wake(f"reconcile|{node}", reconcile.EVERY_S)


def _watch_time_over(turn: Turn, watch_id: str) -> None:
    made = turn.world.watches.get(watch_id)
    if made is not None and not _out_of_touch(turn, made.node, f"watch|{watch_id}"):
        watching.time_over(turn, made)


def _member_time_over(turn: Turn, leg: str) -> None:
    member = turn.world.members.get(leg)
    if member is not None and not _out_of_touch(turn, member.node, f"member|{leg}"):
        roomlife.time_over(turn, member)


def _pin_time_over(turn: Turn, call_id: str) -> None:
    call = turn.world.calls.get(call_id)
    if call is not None:
        entrance.checked(turn, call)


TIMERS: dict[str, Callable[..., None]] = {
    "ring": _ring_time_over,
    "dial": _dial_time_over,
    "say": _say_time_over,
    "join": _join_time_over,
    "forget": _forget,
    "wrap": _wrap_up_over,
    "greeting": _greeting_over,
    "farewell": _farewell_over,
    "final": _final,
    "reconcile": _reconcile,
    "failsafe": failsafe.done,
    "recall": _recall,
    "move": _move,
    "onward": _onward,
    "return": _return,
    "park": _park,
    "wish": _wish,
    "aside": _aside,
    "refer": _refer,
    "typing": _typing,
    "elsewhere": _elsewhere,
    "phones": phones.ask_again,
    "trunks": trunks.ask_again,
    "gone": reconcile.gone,
    "dialler": dialler.each_second,
    "watch": _watch_time_over,
    "member": _member_time_over,
    "pin": _pin_time_over,
}
"""First part of a timer's key → what its ringing means."""
