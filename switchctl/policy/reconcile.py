"""Comparing the switch's list of channels with the world, and repairing the difference by ordinary steps.

Theory of operation. The list and the events race, so nothing is believed before two listings, a moment apart, have
shown it: a leg that we know and the list lacks is lost (its end was not seen), a leg that the list has and we do not
know is a stray (it arrived or was moved on while we were away). A lost leg goes through the same steps as a hangup. A
stray is looked at (``uuid_dump``) and then taken back with ``uuid_transfer``, adopted if it talks, or ended if it is
the half-built leg of an offer that nobody knows. A call that waits without an outbound socket is taken back too:
that is how callers return from the fail-safe queue after a restart, unless that queue has found them an agent. Each
repair is a fact with its reason.

A node is *in step* when all strays of the first listing are accounted for. Until then nothing is offered and the
fail-safe queue is told nothing: callers return in any order, and an agent may be in a call that we do not know.
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
    OVER,
    RINGING,
    TALKED,
    TALKING,
    WAITING,
    Call,
    Offer,
)
from switchctl.model.seen import Seen
from switchctl.model.world import Node
from switchctl.policy import acd, events, failsafe, foreign, inbound, nodes, offers, phones, relays, talks
from switchctl.policy.turn import SECOND, Turn

EVERY_S = 5.0
AGAIN_S = 1.0
"""Between the two listings that prove a difference."""
SOON_S = 0.6
"""The same after a link came up or we took over: callers wait in the fail-safe queue."""
DOUBT_US = SECOND // 2
"""Two listings that were under way at once prove no more than one."""
TAKE_BACK = 250
"""Callers taken back at one listing, the longest waiting first: thousands at once would all come late."""
GREETINGS = 50
"""Greetings asked at one listing whether they are over, the oldest first; the listing itself does not show it."""
OVER_S = 0.5
"""How long the news of a greeting that was found over may still take."""
PATIENCE = 4
"""Listings for which a taken-back call may be on its way before it is asked for again."""
FAIL_SAFE = "callcenter"
"""Who runs this application is in the fail-safe queue: the one stray of which a single listing leaves no doubt."""
LAST = 5
"""The listing after which nobody is waited for any more."""
JOINED = {"CS_SOFT_EXECUTE", "CS_EXCHANGE_MEDIA", "CS_HIBERNATE"}
"""States of a channel that is in a bridge; in CS_RESET or CS_PARK it is with nobody."""
HUNG_UP = {"CS_HANGUP", "CS_REPORTING", "CS_DESTROY"}
"""States of a channel that has ended. It is listed until its last outbound socket is closed, for a dead one long."""
Row = dict[str, Any]


def link_up(turn: Turn, name: str, core: str) -> None:
    """Both links of a node are up."""
    node = turn.world.node(name)
    crashed = bool(node.core) and node.core != core
    node.up, node.core, node.listed, node.ending = True, core, False, False
    node.in_step, node.listings = False, 0
    node.strays.clear()
    node.returning.clear()
    turn.tell(facts.LinkChanged, node=name, up=True, core=core, reason="new switch process" if crashed else "")
    if crashed:
        for call in [c for c in turn.world.calls.values() if c.node == name]:
            lose(turn, call, "switch_crash", "the switch was restarted")
        relays.node_gone(turn, name, "the switch of her phone was restarted")
    turn.sleep_on(f"gone|{name}")
    phones.ask(turn, name)
    nodes.ask(turn, node)
    turn.do(do.ListChannels(name))
    turn.wake(f"reconcile|{name}", EVERY_S)


def link_down(turn: Turn, name: str, reason: str) -> None:
    """A node cannot be reached; its calls go on without us, and nothing is offered."""
    node = turn.world.node(name)
    if node.up:
        node.up = node.listed = node.in_step = False
        turn.tell(facts.LinkChanged, node=name, up=False, reason=reason, core=node.core)
        turn.wake(f"gone|{name}", turn.world.gone_s)
        acd.serve_all(turn)  # perhaps it was this node's channels that all were waiting for
    turn.sleep_on(f"reconcile|{name}")
    turn.sleep_on(f"phones|{name}")


def gone(turn: Turn, name: str) -> None:
    """A node did not come back in time: its calls are over, its phones are not there any more.

    Unless no other is in touch: then it may be we who are away, and nobody would be served sooner.
    """
    world = turn.world
    if world.node(name).up:
        return
    if not any(node.in_touch for node in world.nodes.values()):
        turn.wake(f"gone|{name}", world.gone_s)
    else:
        for call in [c for c in turn.world.calls.values() if c.node == name]:
            lose(turn, call, "lost", "its switch did not come back")
        nodes.gone(turn, name)


def compare(turn: Turn, name: str, rows: list[Row]) -> None:
    """One listing of a node's channels has come."""
    node = turn.world.node(name)
    if not node.up:
        return
    seen = {row["uuid"]: row for row in rows if row.get("state") not in HUNG_UP}
    first, node.listed = not node.listed, True
    node.listings += 1
    foreign.listed(turn, name, set(seen))
    doubts = _calls(turn, name, seen, first) + _legs(turn, name, seen)
    _greetings(turn, name, seen)
    doubts += relays.compare(turn, name, seen) + _strays(turn, name, seen)
    if first:
        alive = [call.id for call in turn.world.calls.values() if call.node == name]
        turn.tell(facts.WorldStated, node=name, calls=alive, reason="link up")
        acd.serve_all(turn)
    nodes.counted(turn, name, len(rows))
    if not _in_step(turn, node) or doubts:
        turn.wake(f"reconcile|{name}", SOON_S if first else AGAIN_S)


def came_back(turn: Turn, name: str, leg: str) -> None:
    """A leg is accounted for; perhaps it was the last."""
    node = turn.world.node(name)
    node.returning.discard(leg)
    _in_step(turn, node)


def _in_step(turn: Turn, node: Node) -> bool:
    """Whether nobody is waited for; when that begins to be so, everything starts."""
    if not node.in_step and node.listed and (not node.returning or node.listings >= LAST):
        node.in_step = True
        failsafe.begin(turn, node)
        acd.serve_all(turn)
    return node.in_step


def _calls(turn: Turn, name: str, seen: dict[str, Row], first: bool) -> int:
    doubts = 0
    for call in [c for c in turn.world.calls.values() if c.node == name]:
        row = seen.get(call.id)
        if call.stage == HANGING:
            continue  # its end was begun before us, and a timer of its own ends it where the last word stays out
        if row is None:
            if call.missing and _long_since(turn, call.missing):
                lose(turn, call, "lost", "the switch no longer has its leg")
            else:
                call.missing = call.missing or turn.now
                doubts += 1
            continue
        doubted, call.missing = call.missing, 0
        if doubted and call.stage == WAITING:
            turn.world.queues[call.queue].join(call)
            acd.serve_call(turn, call)
        if not call.answered and row.get("callstate") == "ACTIVE":
            call.answered = True
            turn.tell(facts.CallAnswered, call)
        elif first and not call.answered and call.leases and call.stage in (FLOW, WAITING):
            inbound.say_again(turn, call)
        inbound.leave_closed(turn, call)
    return doubts


def _long_since(turn: Turn, missing: int) -> bool:
    """Whether the listing that missed it first was another than this one; the clock may have been put back since."""
    return abs(turn.now - missing) >= DOUBT_US


def _greetings(turn: Turn, name: str, seen: dict[str, Row]) -> None:
    calls = [c for c in turn.world.calls.values() if c.node == name and c.stage == FLOW and c.leases]
    for call in sorted(calls, key=lambda call: call.arrived)[:GREETINGS]:
        # The column tells the newest application, running or over. Before the greeting began a look would find the end
        # of an older one.
        if seen.get(call.id, {}).get("application") == "playback":
            turn.do(do.Inspect(name, call.id))


def _greeting_seen(turn: Turn, call: Call, ev: Seen) -> None:
    """A greeting whose end we were not told (its event was lost with a link) must not leave her in silence."""
    if call.stage == FLOW and ev.last_response:
        turn.wake(f"greeting|{call.id}", OVER_S)


def forget_node(turn: Turn, name: str) -> None:
    """A switch that is no longer ours: whatever becomes of its calls, nobody will tell us."""
    for call in [c for c in turn.world.calls.values() if c.node == name]:
        lose(turn, call, "lost", "its switch is not among ours any more")


def lose(turn: Turn, call: Call, cause: str, why: str) -> None:
    turn.tell(facts.CallRepaired, call, leg=call.id, reason=why)
    inbound.end(turn, call, cause, "system", "inferred", reason=why)


def _legs(turn: Turn, name: str, seen: dict[str, Row]) -> int:
    doubts = 0
    for offer in [o for o in turn.world.offers.values() if o.node == name]:
        row = seen.get(offer.id)
        if row is not None:
            offer.missing = 0
            _leg_seen(turn, offer, row, seen)
        elif offer.state == OVER:
            continue
        elif offer.ending == "restored" or (offer.missing and _long_since(turn, offer.missing)):
            _leg_lost(turn, offer)
        else:
            offer.missing = offer.missing or turn.now
            doubts += 1
    return doubts


def _leg_seen(turn: Turn, offer: Offer, row: Row, seen: dict[str, Row]) -> None:
    call = turn.world.calls.get(offer.call_id)
    if offer.state == OVER:
        turn.do(do.Kill(offer.node, offer.id, "ORIGINATOR_CANCEL"))  # our wish to end it was lost
    elif offer.state == TALKED or call is None:
        return
    elif row.get("call_uuid") == call.id and row.get("state") in JOINED:
        talks.start(turn, call, offer)
    elif offer.ending == "restored":
        turn.tell(facts.CallRepaired, call, leg=offer.id, reason="half-built offer")
        offers.part(turn, offer, "restart")
    elif offer.state == RINGING and row.get("callstate") == "ACTIVE":
        taken = [leg for leg, other in seen.items() if _talks_with(other, call) and leg not in turn.world.offers]
        if taken:  # while we were away the switch's own queue was quicker; a bridge would tear the two apart
            foreign.joined(turn, call, taken[0])
        else:
            offers.answered(turn, offer)


def _talks_with(row: Row, call: Call) -> bool:
    return row["uuid"] != call.id and row.get("call_uuid") == call.id and row.get("state") in JOINED


def _leg_lost(turn: Turn, offer: Offer) -> None:
    call = turn.world.calls.get(offer.call_id)
    turn.tell(facts.CallRepaired, call, node=offer.node, call_id=offer.call_id, leg=offer.id, reason="agent leg lost")
    if offer.state == TALKED:
        events.leg_gone(turn, offer.id, "lost", "system")
    else:
        offers.end(turn, offer, "cancelled", "lost")


def _strays(turn: Turn, name: str, seen: dict[str, Row]) -> int:
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
    found.sort(key=lambda leg: (_place(turn, leg), seen[leg].get("direction") == "outbound"))
    for leg in found:
        strays[leg] = times = strays.get(leg, 0) + 1
        sure = times == 1 and seen[leg].get("application") == FAIL_SAFE and not _held(turn, leg)
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


def _place(turn: Turn, leg: str) -> int:
    call = turn.world.calls.get(leg)
    return (call.order or turn.now) if call else 0


def _take_back(turn: Turn, name: str, leg: str) -> None:
    turn.do(do.Transfer(name, leg, "wait"))
    turn.world.node(name).strays[leg] = -PATIENCE


def _relayed(row: Row) -> bool:
    return bool(row.get("context") == relays.CONTEXT)


def _astray(turn: Turn, row: Row, talks: bool) -> bool:
    leg = row["uuid"]
    call = turn.world.calls.get(leg)
    if call is None:
        return leg not in turn.world.offers and leg not in turn.world.ended
    # One that talks was found an agent by the fail-safe queue; that agent's leg is the stray to be adopted.
    if call.stage in (TALKING, HANGING, ENDED) or talks:
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
    elif leg in world.ended:
        return
    elif ev.direction == "outbound":
        if _stray_agent(turn, name, leg, ev):
            came_back(turn, name, leg)
    elif ev.context in ("public", "stages"):
        call = inbound.arrive(turn, name, ev)
        talking = ev.channel_state in JOINED
        turn.tell(facts.CallRepaired, call, leg=leg, reason="adopted while talking" if talking else "adopted")
        if inbound.resume(turn, call, ev) or (not talking and inbound.resume_from_fail_safe(turn, call, ev)):
            inbound.tell_entered(turn, call)
            world.queues[call.queue].join(call)
        if talking:
            came_back(turn, name, leg)
        else:
            _take_back(turn, name, leg)
    else:
        came_back(turn, name, leg)


def _joining_agent(turn: Turn, offer: Offer, ev: Seen) -> None:
    call = turn.world.calls.get(offer.call_id)
    if offer.state != JOINING or call is None:
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
    else:
        return not foreign.rings(turn, name, ev)
    return True
