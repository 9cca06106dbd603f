"""Who is asked beside a call is called: an agent, a number, or somebody else who takes her calls."""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.aside import CALLING, Aside
from switchctl.model.call import AGENT, NUMBER, Call, Goal, Offer
from switchctl.model.machine import Refused
from switchctl.policy import acd, forwarding, parties, states, transfers
from switchctl.policy.turn import SECOND, Turn


def leg_to(turn: Turn, call: Call, goal: Goal) -> Offer:
    """A new leg to who is asked."""
    leg = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent=goal.to if goal.what == AGENT else "", queue="", visit="",
        node=call.node, made=turn.at, consult=True, outside="" if goal.what == AGENT else goal.to,
    )  # fmt: skip
    other = turn.world.agents.get(leg.agent)
    if other is not None:
        leg.via = turn.world.way(other.profile.extension, call.node) or ""
        leg.via_leg = turn.new_id("relay") if leg.via else ""
    turn.world.add_offer(leg)
    return leg


def tell(turn: Turn, call: Call, offer: Offer, goal: Goal, leg: Offer, command_id: str) -> None:
    """That it begins, or begins with somebody else."""
    turn.tell(
        facts.ConsultStarted, call, offer=offer.id, agent=offer.agent, aside=leg.id, what=goal.what, to=goal.to,
        via=leg.via, via_leg=leg.via_leg, command_id=command_id,
    )  # fmt: skip


def ring(turn: Turn, call: Call, agent: Agent, leg: Offer) -> None:
    """Call whom the leg is to."""
    other = turn.world.agents.get(leg.agent)
    if other is not None:
        _ring(turn, call, agent, other, leg)
    else:
        parties.ring(turn, call, leg, agent)


def goes_on(turn: Turn, call: Call, aside: Aside, cause: str) -> bool:
    """Who was asked has not answered, and has her calls forwarded then; says whether somebody else is called."""
    offer, former, how = call.offer, aside.leg, forwarding.HOWS.get(cause, "")
    agent = turn.world.agents.get(offer.agent) if offer is not None else None
    if offer is None or agent is None or not how or aside.state != CALLING or aside.result != "unreached":
        return False
    asked = Goal(AGENT, former.agent) if former.agent else Goal(NUMBER, former.outside)
    try:
        goal = transfers.goes_on(turn, call, asked, how)
    except Refused:
        return False
    if goal == asked:
        return False
    turn.tell(
        facts.ConsultEnded, call, offer=offer.id, agent=offer.agent, aside=former.id, result="forwarded"
    )  # fmt: skip
    aside.leg, aside.result = leg_to(turn, call, goal), ""
    tell(turn, call, offer, goal, aside.leg, "")
    ring(turn, call, agent, aside.leg)
    return True


def _ring(turn: Turn, call: Call, agent: Agent, other: Agent, leg: Offer) -> None:
    ring = other.profile.ring_s
    until = turn.now + ring * SECOND
    states.change(turn, other, "offer", offer=leg.id, call_id=call.id, node=call.node, until=until)
    turn.tell(
        facts.OfferMade, call, offer=leg.id, agent=other.id, queue="", visit="", ring_s=ring, waited_ms=0,
        reason=f"consult:from={agent.id}", via=leg.via, via_leg=leg.via_leg, aside=True,
    )  # fmt: skip
    variables = acd.variables(turn, call, leg)
    turn.do(do.Originate(call.node, leg.id, other.profile.extension, ring, variables, leg.via))
    turn.wake(f"ring|{leg.id}", ring + acd.ANSWER_SLACK_S)
