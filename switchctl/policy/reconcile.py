"""Comparing the switch's list of channels with the world, and repairing the difference by ordinary steps.

Theory of operation. The list and the events race, so nothing is believed before it was seen in two listings in a
row: a leg that we know and the list lacks is lost (its end was not seen), a leg that the list has and we do not know
is a stray (it arrived or was moved on while we were away). A lost leg goes through the same steps as a hangup. A
stray is looked at (``uuid_dump``) and then taken back with ``uuid_transfer``, adopted if it talks, or ended if it is
the half-built leg of an offer that nobody knows. A call that waits without an outbound socket is taken back too:
that is how callers return from the fail-safe queue after a restart. Each repair is a fact with its reason.
"""

from typing import Any

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.call import (
    ARRIVED,
    FLOW,
    LEAVING,
    OFFERED,
    OVER,
    TALKED,
    TALKING,
    WAITING,
    Call,
    Offer,
)
from switchctl.model.seen import Seen
from switchctl.policy import acd, events, inbound, offers, talks
from switchctl.policy.turn import Turn

EVERY_S = 5.0
AGAIN_S = 1.0
"""Between the two listings that prove a difference."""
Row = dict[str, Any]


def link_up(turn: Turn, name: str, core: str) -> None:
    """Both links of a node are up."""
    node = turn.world.node(name)
    crashed = bool(node.core) and node.core != core
    node.up, node.core, node.listed = True, core, False
    turn.tell(facts.LinkChanged, node=name, up=True, core=core, reason="new switch process" if crashed else "")
    if crashed:
        for call in [c for c in turn.world.calls.values() if c.node == name]:
            _lose(turn, call, "switch_crash", "the switch was restarted")
    turn.do(do.ListChannels(name))
    turn.wake(f"reconcile|{name}", EVERY_S)


def link_down(turn: Turn, name: str, reason: str) -> None:
    """A node cannot be reached; its calls go on without us, and nothing is offered."""
    node = turn.world.node(name)
    if node.up:
        node.up = node.listed = False
        turn.tell(facts.LinkChanged, node=name, up=False, reason=reason, core=node.core)
    turn.sleep_on(f"reconcile|{name}")


def compare(turn: Turn, name: str, rows: list[Row]) -> None:
    """One listing of a node's channels has come."""
    node = turn.world.node(name)
    seen = {row["uuid"]: row for row in rows}
    doubts = _missing_calls(turn, name, seen) + _missing_legs(turn, name, seen)
    doubts += _unleased(turn, name, seen) + _strays(turn, name, seen)
    if not node.listed:
        node.listed = True
        alive = [call.id for call in turn.world.calls.values() if call.node == name]
        turn.tell(facts.WorldStated, node=name, calls=alive, reason="link up")
        acd.serve_node(turn, name)
    if doubts:
        turn.wake(f"reconcile|{name}", AGAIN_S)


def _missing_calls(turn: Turn, name: str, seen: dict[str, Row]) -> int:
    doubts = 0
    for call in [c for c in turn.world.calls.values() if c.node == name]:
        if call.id in seen:
            if call.missing and call.stage == WAITING:
                turn.world.queues[call.queue].join(call)
                call.missing = 0
                acd.serve_call(turn, call)
            call.missing = 0
        elif call.missing >= 1:
            _lose(turn, call, "lost", "the switch no longer has its leg")
        else:
            call.missing += 1
            doubts += 1
    return doubts


def _lose(turn: Turn, call: Call, cause: str, why: str) -> None:
    turn.tell(facts.CallRepaired, call, leg=call.id, reason=why)
    inbound.end(turn, call, cause, "system", "inferred", reason=why)


def _missing_legs(turn: Turn, name: str, seen: dict[str, Row]) -> int:
    doubts = 0
    for offer in [o for o in turn.world.offers.values() if o.node == name and o.state != OVER]:
        call = turn.world.calls.get(offer.call_id)
        row = seen.get(offer.id)
        if row is not None:
            offer.missing = 0
            if offer.state != TALKED and call is not None and _joined(row, call.id):
                talks.start(turn, call, offer)
            elif offer.ending == "restored":
                _drop_restored(turn, offer, call)
        elif offer.missing >= 1 or offer.ending == "restored":
            turn.tell(facts.CallRepaired, call, node=name, call_id=offer.call_id, leg=offer.id, reason="agent leg lost")
            if offer.state == TALKED:
                events.leg_gone(turn, offer.id, "lost", "system")
            else:
                offers.end(turn, offer, "cancelled", "lost")
        else:
            offer.missing += 1
            doubts += 1
    return doubts


def _joined(row: Row, call_id: str) -> bool:
    return row.get("call_uuid") == call_id and row.get("state") == "CS_EXCHANGE_MEDIA"


def _drop_restored(turn: Turn, offer: Offer, call: Call | None) -> None:
    turn.tell(facts.CallRepaired, call, node=offer.node, call_id=offer.call_id, leg=offer.id, reason="half-built offer")
    turn.do(do.Kill(offer.node, offer.id, "ORIGINATOR_CANCEL"))
    offers.end(turn, offer, "cancelled", "restart")


def _unleased(turn: Turn, name: str, seen: dict[str, Row]) -> int:
    doubts = 0
    world = turn.world
    for call in [c for c in world.calls.values() if c.node == name and c.leases == 0 and c.id in seen]:
        if call.stage not in (ARRIVED, FLOW, WAITING, LEAVING, OFFERED):
            continue
        if world.strays.get(call.id, 0) >= 1:
            world.strays.pop(call.id)
            turn.tell(facts.CallRepaired, call, leg=call.id, reason="taken back")
            turn.do(do.Transfer(name, call.id, "wait"))
        else:
            world.strays[call.id] = 1
            doubts += 1
    return doubts


def _strays(turn: Turn, name: str, seen: dict[str, Row]) -> int:
    world, doubts = turn.world, 0
    unknown = [leg for leg in seen if leg not in world.calls and leg not in world.offers]
    for leg in [leg for leg in world.strays if leg not in seen]:
        del world.strays[leg]
    for leg in unknown:
        if world.strays.get(leg, 0) == 1:
            turn.do(do.Inspect(name, leg))
        elif leg not in world.strays:
            doubts += 1
        world.strays[leg] = world.strays.get(leg, 0) + 1
    return doubts


def inspected(turn: Turn, name: str, leg: str, ev: Seen) -> None:
    """A stray leg was looked at."""
    world = turn.world
    if leg in world.calls or leg in world.offers:
        return
    if ev.direction == "outbound":
        _stray_agent(turn, name, leg, ev)
    elif ev.context in ("public", "stages"):
        call = inbound.arrive(turn, name, ev)
        talking = ev.cc_stage in ("entry", "standby", "wait", "failsafe") and ev.channel_state != "CS_EXECUTE"
        resumed = inbound.resume(turn, call, ev)
        turn.tell(facts.CallRepaired, call, leg=leg, reason="adopted while talking" if talking else "adopted")
        if talking:
            call.answered, call.stage = True, TALKING
        else:
            if resumed:
                _enter_quietly(turn, call)
            turn.do(do.Transfer(name, leg, "wait"))


def _enter_quietly(turn: Turn, call: Call) -> None:
    queue = turn.world.queues[call.queue]
    turn.tell(
        facts.QueueEntered, call, queue=queue.id, visit=call.visit, entered=call.entered,
        head_start_s=queue.profile.head_start_s, service_level_s=queue.profile.service_level_s,
        short_abandon_s=queue.profile.short_abandon_s, reason=acd.why_waiting(turn, queue),
    )  # fmt: skip
    queue.join(call)


def _stray_agent(turn: Turn, name: str, leg: str, ev: Seen) -> None:
    extension = ev.cc_agent.partition("@")[0]
    agent_id = ev.cc_agent if ev.cc_agent in turn.world.agents else turn.world.extensions.get(extension, "")
    call = turn.world.calls.get(ev.call_uuid)
    if call is not None and call.stage in (TALKING, WAITING) and call.offer is None and agent_id:
        if call.queue in turn.world.queues:
            turn.world.queues[call.queue].leave(call)
        offer = Offer(
            id=leg, call_id=call.id, agent=agent_id, queue=call.queue, visit=call.visit, node=name, made=turn.at
        )
        call.offer = offer
        turn.world.offers[leg] = offer
        turn.tell(facts.CallRepaired, call, leg=leg, reason="adopted agent leg")
        talks.start(turn, call, offer)
    elif ev.cc_offer and ev.call_uuid in ("", leg):
        turn.tell(facts.CallRepaired, node=name, call_id=ev.cc_call_id, leg=leg, reason="orphan agent leg ended")
        turn.do(do.Kill(name, leg, "ORIGINATOR_CANCEL"))
