"""Legs that are not in our hands: what a listing shows and the world does not know, and what became of each.

A stray is seen twice before it is touched. It is looked at (``uuid_dump``) and then taken back with ``uuid_transfer``,
adopted if it talks, or ended if it is the half-built leg of an offer that nobody knows. A call of ours that waits
without an outbound socket is taken back too: that is how callers return from the fail-safe queue after a restart,
unless that queue has found them an agent. Each repair is a fact with its reason.
"""

from typing import Any

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.call import (
    ARRIVED,
    ENDED,
    FLOW,
    HANGING,
    JOINING,
    LEAVING,
    OUTBOUND,
    TALKED,
    TALKING,
    WAITING,
    Call,
    Offer,
)
from switchctl.model.seen import Seen
from switchctl.policy import consult, foreign, gathering, inbound, instep, offers, relays, talks
from switchctl.policy.turn import SECOND, Turn

TAKE_BACK = 250
"""Callers taken back at one listing, the longest waiting first: thousands at once would all come late."""
PATIENCE = 4
"""Listings for which a taken-back call may be on its way before it is asked for again."""
OVER_S = 0.5
"""How long the news of a greeting that was found over may still take."""
FAIL_SAFE = "callcenter"
"""Who runs this application is in the fail-safe queue: the one stray of which a single listing leaves no doubt."""
ALONE_S = 30
"""So long after the pick-up an agent's leg that is with nobody is ended. The switch's own queue rang her for a caller
who was taken back in that moment: she would hear silence, and be offered nothing."""
JOINED = {"CS_SOFT_EXECUTE", "CS_EXCHANGE_MEDIA", "CS_HIBERNATE"}
"""States of a channel that is in a bridge; in CS_RESET or CS_PARK it is with nobody."""
Row = dict[str, Any]
"""A channel as ``show channels`` lists it."""


def compare(turn: Turn, name: str, seen: dict[str, Row]) -> int:
    """Legs that are not in our hands: unknown ones, and calls of ours without an outbound socket."""
    world, node = turn.world, turn.world.node(name)
    strays = node.strays
    talks_with = {row.get("call_uuid") for row in seen.values() if row.get("call_uuid") != row["uuid"]}
    found = [leg for leg, row in seen.items() if _astray(turn, row, leg in talks_with) and not _relayed(row)]
    for leg in [leg for leg in strays if leg not in found and not _relayed(seen.get(leg, {}))]:
        del strays[leg]
    node.returning = set(found) if node.listings == 1 else node.returning.intersection(found)
    doubts, room = 0, TAKE_BACK
    # Who comes back first is served first; one that was not in a queue yet (order 0) comes after all who were. Of an
    # unknown pair the caller is looked at first, for her call is what the agent's leg is adopted into.
    # Of a pair that an agent dialled it is the customer's leg, which names hers as its call.
    found.sort(key=lambda leg: (_place(turn, leg), *_whose(seen[leg])))
    for leg in found:
        strays[leg] = times = strays.get(leg, 0) + 1
        sure = times == 1 and _in_line(seen[leg]) and not _held(turn, leg)
        if times <= 1 and not sure:
            doubts += 1
            talks_or_rings = seen[leg].get("state") in JOINED or seen[leg].get("direction") == "outbound"
            if times == 1 and leg not in world.calls and talks_or_rings:
                turn.do(do.Inspect(name, leg))  # somebody is busy already; looking harms nobody
        elif leg in world.calls:
            doubts += 1
            if room:
                room -= 1
                turn.tell(facts.CallRepaired, world.calls[leg], leg=leg, reason="taken back")
                _take_back(turn, name, leg)
        elif times & (times - 1) == 0:  # the 2nd, 4th, 8th …: an answer may be lost, a foreign leg stays foreign
            turn.do(do.Inspect(name, leg))
    return doubts


def _in_line(row: Row) -> bool:
    """In the fail-safe queue, and not about to be joined: a transfer would tear the two apart."""
    return row.get("application") == FAIL_SAFE and row.get("state") not in JOINED


def _place(turn: Turn, leg: str) -> int:
    call = turn.world.calls.get(leg)
    return (call.order or turn.now) if call else 0


def _whose(row: Row) -> tuple[bool, bool]:
    return row.get("direction") == "outbound", row.get("call_uuid") == row["uuid"]


def _take_back(turn: Turn, name: str, leg: str) -> None:
    turn.do(do.Transfer(name, leg, "wait"))
    turn.world.node(name).strays[leg] = -PATIENCE


def _relayed(row: Row) -> bool:
    return bool(row.get("context") == relays.CONTEXT)


def _astray(turn: Turn, row: Row, talks: bool) -> bool:
    if row.get("application") == gathering.APPLICATION:
        return False  # whoever is in a conference talks, and goes on without us
    leg = row["uuid"]
    call = turn.world.calls.get(leg)
    if call is None:
        known = leg in turn.world.offers or leg in turn.world.watches or leg in turn.world.members
        return not known and leg not in turn.world.ended
    # One that talks was found an agent by the fail-safe queue; that agent's leg is the stray to be adopted.
    if call.dials or call.stage in (TALKING, HANGING, ENDED) or talks:
        return False
    # A socket of hers that is closed late, by a daemon that hung, moves her on although she has another: ours.
    return not _held(turn, leg) or (call.stage == WAITING and row.get("application") == FAIL_SAFE)


def _held(turn: Turn, leg: str) -> bool:
    """Whether the switch has an outbound socket of a leg open to us."""
    call = turn.world.calls.get(leg)
    return call is not None and call.leases > 0


def inspected(turn: Turn, name: str, leg: str, ev: Seen) -> None:
    """A leg was looked at: an agent's who is being joined, a caller's in the greeting, or a stray."""
    world = turn.world
    if leg in world.offers:
        _joining_agent(turn, world.offers[leg], ev)
    elif leg in world.calls:
        _greeting_seen(turn, world.calls[leg], ev)
    elif leg in world.ended or leg in world.node(name).left_alone:
        return
    elif ev.direction == "outbound" and ev.cc_call_id == leg and ev.cc_offer:
        _stray_customer(turn, name, leg, ev)
    elif ev.direction == "outbound":
        if _stray_agent(turn, name, leg, ev):
            instep.came_back(turn, name, leg)
    elif ev.context in ("public", "stages"):
        call = inbound.arrive(turn, name, ev)
        talking = ev.channel_state in JOINED
        turn.tell(facts.CallRepaired, call, leg=leg, reason="adopted while talking" if talking else "adopted")
        if inbound.resume(turn, call, ev) or (not talking and inbound.resume_from_fail_safe(turn, call, ev)):
            inbound.tell_entered(turn, call)
            world.queues[call.queue].join(call)
        if talking:
            instep.came_back(turn, name, leg)
        else:
            _take_back(turn, name, leg)
    else:
        instep.came_back(turn, name, leg)


def _joining_agent(turn: Turn, offer: Offer, ev: Seen) -> None:
    call = turn.world.calls.get(offer.call_id)
    if call is not None and call.aside is not None:
        consult.looked_at(turn, call, offer.id, ev.call_uuid if ev.channel_state in JOINED else "")
        return
    if offer.state != JOINING or offer.dials or offer.consult or call is None:
        return
    if ev.call_uuid == call.id and ev.channel_state in JOINED:
        talks.start(turn, call, offer)
    else:
        offers.found_apart(turn, offer)


def _talks_already(turn: Turn, agent_id: str) -> bool:
    agent = turn.world.agents.get(agent_id)
    offer = turn.world.offers.get(agent.offer) if agent is not None else None
    return offer is not None and offer.state == TALKED


def _stray_agent(turn: Turn, name: str, leg: str, ev: Seen) -> bool:
    """Adopt the leg, or end it; returns False for one that rings an agent or whose caller is not known yet."""
    extension = ev.cc_agent.partition("@")[0]
    agent_id = ev.cc_agent if ev.cc_agent in turn.world.agents else turn.world.extensions.get(extension, "")
    call = turn.world.calls.get(ev.call_uuid)
    if call is not None and call.offer is not None and ev.cc_member == call.id and ev.channel_state in JOINED:
        foreign.joined(turn, call, leg)
    if ev.channel_state in JOINED and _talks_already(turn, agent_id):
        return True  # her phone moved to another switch and talks there; of these two the end is all that we will see
    if call is not None and call.stage in (ARRIVED, FLOW, WAITING, LEAVING) and call.offer is None and agent_id:
        if call.queue in turn.world.queues:
            turn.world.queues[call.queue].leave(call)
        inbound.leave_flow(turn, call, "completed")
        offer = Offer(
            id=leg, call_id=call.id, agent=agent_id, queue=call.queue, visit=call.visit, node=name, made=turn.at,
            via=ev.cc_via if ev.cc_via_leg else "", via_leg=ev.cc_via_leg,
        )  # fmt: skip
        call.offer = offer
        turn.world.add_offer(offer)
        turn.tell(facts.CallRepaired, call, leg=leg, reason="adopted agent leg")
        foreign.adopted(turn, call, leg)
        talks.start(turn, call, offer)
    elif ev.cc_offer and ev.call_uuid in ("", leg):
        turn.tell(facts.CallRepaired, node=name, call_id=ev.cc_call_id, leg=leg, reason="orphan agent leg ended")
        turn.do(do.Kill(name, leg, "ORIGINATOR_CANCEL"))
    elif agent_id and _with_nobody(turn, ev):
        turn.tell(facts.CallRepaired, node=name, call_id=ev.cc_member, leg=leg, reason="agent leg with nobody ended")
        turn.do(do.Kill(name, leg, "NORMAL_CLEARING"))
    elif foreign.rings(turn, name, ev):
        _in_both_lines(turn, ev.cc_member)
        return False
    return True


def _with_nobody(turn: Turn, ev: Seen) -> bool:
    """Picked up long ago, and in no bridge."""
    alone = ev.channel_state not in JOINED and ev.call_uuid in ("", ev.uuid)
    return alone and 0 < ev.answered_us < turn.at - ALONE_S * SECOND


def _in_both_lines(turn: Turn, call_id: str) -> None:
    """A phone is rung for a caller who waits with us as well: a socket of hers that was closed late moved her on.

    Our music, played within the switch's own queue, is what the listings show of her. Let go of, she is taken back.
    """
    call = turn.world.calls.get(call_id)
    if call is not None and call.stage == WAITING:
        call.leases = 0


def _stray_customer(turn: Turn, name: str, leg: str, ev: Seen) -> None:
    """Somebody whom an agent dialled. A talk is adopted with her leg; a phone that still rings ends with it."""
    if not ev.answered_us or ev.channel_state not in JOINED:
        return
    if ev.cc_agent in turn.world.agents and not _talks_already(turn, ev.cc_agent):
        call = Call(id=leg, node=name, number=ev.destination, direction=OUTBOUND, arrived=ev.created_us or turn.at)
        call.answered = True
        offer = Offer(
            id=ev.cc_offer, call_id=leg, agent=ev.cc_agent, queue="", visit="", node=name, made=call.arrived,
            dials=True,
        )  # fmt: skip
        call.offer = offer
        turn.world.calls[leg] = call
        turn.world.add_offer(offer)
        turn.tell(facts.CallArrived, call, at=call.arrived, number=call.number, direction=OUTBOUND, stage="dialled")
        turn.tell(facts.CallAnswered, call, at=ev.answered_us)
        turn.tell(facts.CallRepaired, call, leg=leg, reason="adopted while talking")
        talks.start(turn, call, offer)
    else:
        turn.world.node(name).left_alone.add(ev.cc_offer)
    instep.came_back(turn, name, ev.cc_offer)
    instep.came_back(turn, name, leg)


def _greeting_seen(turn: Turn, call: Call, ev: Seen) -> None:
    """A greeting whose end we were not told (its event was lost with a link) must not leave her in silence."""
    if call.stage == FLOW and ev.last_response:
        turn.wake(f"greeting|{call.id}", OVER_S)
