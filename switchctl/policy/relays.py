"""A call whose caller is on one node and whose agent's phone is registered at another.

Theory of operation. The caller's node owns the call: the leg of the offer is originated there, and leads by SIP to
the other node, whose dialplan rings the phone with a leg whose id we chose (``via_leg``). Of that leg we hear the
phone's own hold, and command only its picking up. How it ends is heard from the leg on the caller's node, which ends
with it, unless the other node dies: then no word comes, and the caller would talk to nobody.
"""

from typing import Any

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.call import OVER, RECALLED, TALKED, Call, Offer
from switchctl.policy import offers, outbound, parting, talks
from switchctl.policy.turn import Turn, long_since

ELSEWHERE_S = 4.0
RECALL_S = 3.0
"""After so long a caller who was not handed back is asked for again."""
CONTEXT = "relay"
"""Context of the dialplan in which another node's calls arrive."""
ORPHAN = 4
"""Listings in a row with a leg of an offer that nobody knows, until it is ended."""


def cut(turn: Turn, offer: Offer, why: str) -> None:
    """Her phone cannot be reached any more: the caller goes back to the head of the queue, she is free."""
    call = turn.world.calls.get(offer.call_id)
    _repaired(turn, offer, why)
    if offer.via:
        turn.do(do.Kill(offer.via, offer.via_leg))
    if call is not None and call.aside is not None:
        turn.do(do.Kill(offer.node, offer.id))
        parting.leg_gone(turn, offer, call, "lost")
    elif offer.dials:
        turn.do(do.Kill(offer.node, offer.id))
        outbound.own_leg_gone(turn, offer, "lost", "system")
    elif offer.state != TALKED:
        turn.do(do.Kill(offer.node, offer.id, "ORIGINATOR_CANCEL"))
        offers.end(turn, offer, "cancelled", "lost")
    elif call is not None:
        talks.end(turn, call, offer, "system")
        if call.step("recall"):
            recall(turn, call)


def _repaired(turn: Turn, offer: Offer, why: str) -> None:
    call = turn.world.calls.get(offer.call_id)
    turn.tell(facts.CallRepaired, call, node=offer.node, call_id=offer.call_id, leg=offer.id, reason=why)


def recall(turn: Turn, call: Call) -> None:
    """Out of the talk with nobody; the leg to her node ends with it."""
    if call.stage == RECALLED:
        turn.do(do.Transfer(call.node, call.id, "wait"))
        turn.wake(f"recall|{call.id}", RECALL_S)


def node_gone(turn: Turn, node: str, why: str) -> None:
    """A node died: talks with its phones are over."""
    for offer in [offer for offer in turn.world.relays.values() if offer.via == node]:
        cut(turn, offer, why)


def registered(turn: Turn, offer: Offer, at: str) -> None:
    """Her phone registered while she has a call. If a node that the call needs is away, look again in a moment: the
    phone may be at home at several nodes, and a link may drop for a second while people talk on."""
    if at not in (offer.node, offer.via) or offer.via not in ("", at):
        turn.wake(f"elsewhere|{offer.id}|{at}", ELSEWHERE_S)


def elsewhere(turn: Turn, offer: Offer, at: str) -> None:
    """Her phone is registered at another node while one that her call needs is still away: the call is over for her."""
    world = turn.world
    if offer.state == OVER or not world.node(at).up:
        return
    if offer.via and offer.via != at and not world.node(offer.via).up:
        cut(turn, offer, "her phone left its switch")
    elif at not in (offer.node, offer.via) and not world.node(offer.node).up:
        call = world.calls.get(offer.call_id)
        _repaired(turn, offer, "her phone left its switch")
        if offer.dials:
            outbound.own_leg_gone(turn, offer, "lost", "system")
        elif offer.state == TALKED and call is not None:
            talks.end(turn, call, offer, "system")
            call.step("recall")
        else:
            offers.end(turn, offer, "cancelled", "lost")


def compare(turn: Turn, node: str, seen: dict[str, dict[str, Any]]) -> int:
    """One listing of a node: legs to phones that it lacks, and such legs that nobody knows. Returns the doubts."""
    doubts = 0
    for offer in [o for o in turn.world.relays.values() if o.via == node and o.state == TALKED]:
        if offer.via_leg in seen:
            offer.via_missing = 0
        elif offer.via_missing and long_since(turn, offer.via_missing):
            cut(turn, offer, "the leg to her phone is lost")
        else:
            offer.via_missing = offer.via_missing or turn.now
            doubts += 1
    strays = turn.world.node(node).strays
    for leg, row in seen.items():
        if row.get("context") != CONTEXT or row.get("direction") != "outbound":
            continue
        known = turn.world.relays.get(leg)
        if known is not None:
            if known.state == OVER:
                turn.do(do.Kill(node, leg))  # the caller's node died, or our wish to end it was lost
            continue
        if any(watch.via_leg == leg for watch in turn.world.watches.values()):
            continue
        strays[leg] = strays.get(leg, 0) + 1
        if strays[leg] >= ORPHAN:
            turn.tell(facts.CallRepaired, node=node, leg=leg, reason="orphan leg of another switch ended")
            turn.do(do.Kill(node, leg))
    return doubts
