"""A number is called over another trunk, for the first one failed before anything rang there.

Only a failure of the trunk itself counts, and only while no phone can have rung: no word of progress came from the
network. Whoever is busy, does not answer or does not exist is so over every trunk, and nobody's phone rings twice.
Each trunk is tried once at most; each try is a leg and a pair of facts of its own (``PartyCalled``, ``PartyLeft``), and
of somebody who is asked beside a call a consult of its own. What an agent or a campaign dials is never tried again: its
customer's leg is the call (``outbound``), and an attempt that was journaled counts as dialled.
"""

from switchctl.contract import facts
from switchctl.contract.dialling import classify
from switchctl.model.aside import CALLING, Aside
from switchctl.model.call import NUMBER, RINGING, Call, Offer
from switchctl.policy import attempts, offers, parties, trunks
from switchctl.policy.turn import Turn

TRUNK_FAILED = {
    "NORMAL_TEMPORARY_FAILURE", "NETWORK_OUT_OF_ORDER", "GATEWAY_DOWN", "INVALID_GATEWAY", "RECOVERY_ON_TIMER_EXPIRE",
    "SWITCH_CONGESTION", "NORMAL_CIRCUIT_CONGESTION",
}  # fmt: skip
"""Causes that say nothing of who is called: 500, 503, 504 and 408, no gateway, no line free there."""


def next_way(turn: Turn, leg: Offer, cause: str) -> str:
    """The gateway over which the number would be called next, if nothing rang; "" if it would not be."""
    world = turn.world
    call = world.calls.get(leg.call_id)
    if not leg.outside or not leg.trunk or leg.state != RINGING or leg.ending or cause not in TRUNK_FAILED:
        return ""
    if call is None or not (call.offer is leg or _asked(call, leg)):
        return ""
    target = classify(leg.outside, world.directory.home, world.rows)
    return trunks.another(world, target, call.node, (*leg.tried, leg.trunk)) if target is not None else ""


def elsewhere(turn: Turn, leg: Offer, cause: str) -> bool:
    """The leg is gone, and nothing rang. Calls the number over the next trunk; says whether it does."""
    world = turn.world
    call, gateway = world.calls.get(leg.call_id), next_way(turn, leg, cause)
    if call is None or not gateway:
        return False
    agent = world.agents.get(call.offer.agent if leg.consult and call.offer is not None else call.passed_by)
    other = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent="", queue="", visit="", node=call.node, made=turn.at,
        consult=leg.consult, outside=leg.outside, tried=(*leg.tried, leg.trunk),
    )  # fmt: skip
    _over(turn, call, leg, cause)
    world.add_offer(other)
    if leg.consult:
        _asks_again(turn, call, other)
    else:
        call.offer = other
    parties.ring(turn, call, other, agent, gateway)
    return True


def _asked(call: Call, leg: Offer) -> bool:
    """Whether she waits beside a call for this one to answer, and nobody has changed her mind since."""
    aside = call.aside
    return aside is not None and aside.leg is leg and aside.state == CALLING and not (aside.want or aside.result)


def _over(turn: Turn, call: Call, leg: Offer, cause: str) -> None:
    leg.step("end")
    turn.tell(
        facts.PartyLeft, call, offer=leg.id, outside=leg.outside, result=attempts.result(cause), cause=cause,
    )  # fmt: skip
    turn.sleep_on(f"ring|{leg.id}")
    turn.wake(f"forget|{leg.id}", offers.FORGET_S)


def _asks_again(turn: Turn, call: Call, other: Offer) -> None:
    aside, mine = call.aside, call.offer
    assert aside is not None and mine is not None
    both = {"offer": mine.id, "agent": mine.agent}
    turn.tell(facts.ConsultEnded, call, aside=aside.leg.id, result="unreached", **both)
    call.aside = Aside(leg=other, ready=aside.ready, parked=aside.parked)
    turn.tell(facts.ConsultStarted, call, aside=other.id, what=NUMBER, to=other.outside, **both)
