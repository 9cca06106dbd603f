"""Parked customers: out of a talk into a slot, out of the slot into a talk.

Theory of operation. A slot is a goal that asks nobody: the customer is passed on to it (``transfers``) and is there as
soon as she is with us and hears music. Whoever retrieves her is rung for her as for any call, and the slot stays hers
until the two talk; a phone that is not picked up leaves her where she is. After ``LONGEST_S`` she returns as one who
was passed on in vain: to who parked her, else to the head of her queue. Slot and time stand in the live view, so a
daemon that begins in the middle takes her back as any caller who waits.
"""

from collections.abc import Container

from switchctl.contract import facts, refusals
from switchctl.model.agent import PAUSED, READY, WRAPUP, Agent
from switchctl.model.call import PARK, PASSED, TALKED, TALKING, Call, Goal, Offer
from switchctl.model.machine import Refused
from switchctl.model.world import World
from switchctl.policy import acd, talks, transfers
from switchctl.policy.turn import SECOND, Turn

SLOTS = tuple(f"{number:02}" for number in range(1, 100))
LONGEST_S = 120


def parked(world: World) -> dict[str, Call]:
    """Slot → the customer in it, or on her way into or out of it."""
    return {call.goal.to: call for call in world.calls.values() if call.goal is not None and call.goal.what == PARK}


def first_free(taken: Container[str]) -> str:
    """Empty where there is none."""
    return next((slot for slot in SLOTS if slot not in taken), "")


def park(turn: Turn, call: Call, offer: Offer, by: str, command_id: str) -> None:
    """The first slot that is free. Raises Refused, and then nobody has moved."""
    if call.goal is not None:
        raise Refused(refusals.TRANSFERRED_ALREADY)
    if call.stage != TALKING or offer.state != TALKED:
        raise Refused(refusals.NOT_TALKING)
    slot = first_free(parked(turn.world))
    if not slot:
        raise Refused(refusals.NO_FREE_SLOT)
    transfers.bound_for(call, offer, Goal(PARK, slot), command_id)
    call.parked_until = turn.now + LONGEST_S * SECOND
    turn.tell(
        facts.CallParked, call, offer=offer.id, agent=offer.agent, slot=slot, until=call.parked_until,
        by=by if by != offer.agent else "", command_id=command_id,
    )  # fmt: skip
    turn.wake(f"park|{call.id}", LONGEST_S)
    transfers.depart(turn, call)


def retrieve(turn: Turn, agent: Agent, slot: str, command_id: str) -> None:
    """Ring her own phone for whoever is in the slot. Raises Refused."""
    call = parked(turn.world).get(slot)
    if call is None or call.stage != PASSED or not call.leases:
        raise Refused(refusals.SLOT_EMPTY, slot=slot)
    can_fetch(turn, agent, call)
    talks.wrap_up_over(turn, agent, "agent", command_id)
    acd.ring(turn, call, agent, f"retrieved:slot={slot}", step="take_back", fetched=True)
    assert call.offer is not None
    turn.tell(
        facts.CallRetrieved, call, offer=call.offer.id, agent=agent.id, slot=slot, command_id=command_id
    )  # fmt: skip


def can_fetch(turn: Turn, agent: Agent, call: Call) -> None:
    """Raises Refused unless her phone can be rung now for a call that she asks for."""
    world, phone = turn.world, agent.profile.extension
    if agent.state not in (READY, PAUSED, WRAPUP):
        agent.next("take_back")
    agent.hands_free()
    if world.devices.get(phone) == "":
        raise Refused(refusals.PHONE_AWAY)
    if not world.node(call.node).in_touch:
        raise Refused(refusals.SWITCH_AWAY)
    if world.way(phone, call.node) is None:
        raise Refused(refusals.UNREACHED_FROM_HERE)


def time_over(turn: Turn, call: Call) -> None:
    """Nobody took her in time. Whoever is being rung for her may still do."""
    if call.stage == PASSED and call.goal is not None and call.goal.what == PARK and call.parked_until <= turn.now:
        transfers.returned(turn, call)


def restored(turn: Turn, call: Call) -> None:
    """A daemon begins while she is parked."""
    if call.parked_until:
        turn.wake(f"park|{call.id}", max(0.0, (call.parked_until - turn.now) / SECOND))
