"""Picking up the call that rings at a colleague's phone.

Theory of operation (recording 29c; never ``intercept``, which can take more than what rings). Whoever wants the call
has her own phone rung for it, beside the colleague's: ``Call.pick``. As soon as it is answered the colleague's leg is
ended as PICKED_OFF, which is no miss of hers, and the two are joined as after any offer. Until then the call goes its
way: if the colleague answers, or the caller leaves, the second phone stops ringing; if it comes to ring elsewhere
meanwhile, it is taken from there. A daemon that dies in between leaves no trace of the wish but a leg without a call,
which its successor ends.
"""

from switchctl.contract import facts, refusals
from switchctl.model import effects as do
from switchctl.model.agent import OFFERED, Agent
from switchctl.model.call import OFFERED as RINGS
from switchctl.model.call import PASSED, RINGING, WAITING, Call, Offer
from switchctl.model.machine import Refused
from switchctl.policy import acd, offers, parking, privacy, states, talks
from switchctl.policy.turn import SECOND, Turn, ms


def near(agent: Agent, other: Agent) -> bool:
    """Whether the two may pick up each other's calls: of one department, or serving a queue in common."""
    together = agent.profile.department and agent.profile.department == other.profile.department
    return bool(together or set(agent.queues) & set(other.queues))


def ringing(turn: Turn, other: Agent) -> Offer | None:
    """The offer with which her phone rings for a customer, if it may be taken from her."""
    offer = turn.world.offers.get(other.offer) if other.state == OFFERED else None
    if offer is None or offer.state != RINGING or offer.dials or offer.consult or offer.fetched:
        return None
    call = turn.world.calls.get(offer.call_id)
    return offer if call is not None and call.offer is offer and call.pick is None else None


def start(turn: Turn, agent: Agent, of: str, command_id: str) -> None:
    """Ring her own phone for the call that rings at a colleague's; ``of`` is empty: for the one that rings longest of
    those that she may take. Raises Refused."""
    agents = turn.world.agents
    if of and of in agents and not near(agent, agents[of]):
        raise Refused(refusals.NOT_NEAR)
    if of in agents:
        privacy.respected(turn, agent, agents[of])
    others = [agents[of]] if of in agents else [] if of else agents.values()
    found = [
        offer for other in others if other is not agent and near(agent, other)
        and privacy.open_to(turn, agent, other) and (offer := ringing(turn, other)) is not None
    ]  # fmt: skip
    if not found:
        raise Refused(refusals.NOTHING_RINGS)
    rings = min(found, key=lambda offer: (offer.made, offer.id))
    call = turn.world.calls[rings.call_id]
    parking.can_fetch(turn, agent, call)
    talks.wrap_up_over(turn, agent, "agent", command_id)
    ring = agent.profile.ring_s
    made = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent=agent.id, queue=rings.queue, visit=call.visit, node=call.node,
        made=turn.at, via=turn.world.way(agent.profile.extension, call.node) or "", fetched=True,
    )  # fmt: skip
    made.via_leg = turn.new_id("relay") if made.via else ""
    call.pick = made
    turn.world.add_offer(made)
    states.change(
        turn, agent, "take_back", reason=agent.reason, offer=made.id, call_id=call.id, node=call.node,
        until=turn.now + ring * SECOND,
    )  # fmt: skip
    turn.tell(
        facts.OfferMade, call, offer=made.id, agent=agent.id, queue=made.queue, visit=made.visit, ring_s=ring,
        waited_ms=ms(call.entered, turn.at) if call.visit else 0, reason=f"picks_up:from={rings.agent}",
        via=made.via, via_leg=made.via_leg, aside=True,
    )  # fmt: skip
    turn.tell(
        facts.PickUpStarted, call, offer=made.id, agent=agent.id, of=rings.agent, command_id=command_id
    )  # fmt: skip
    variables = acd.variables(turn, call, made)
    turn.do(do.Originate(call.node, made.id, agent.profile.extension, ring, variables, made.via))
    turn.wake(f"ring|{made.id}", ring + acd.ANSWER_SLACK_S)


def answered(turn: Turn, call: Call, mine: Offer) -> None:
    """Her own phone is picked up: the call is hers, if nobody was quicker."""
    former = call.offer
    if call.stage not in (RINGS, WAITING, PASSED) or (former is not None and former.state != RINGING):
        offers.withdraw(turn, mine)
        return
    if former is not None:
        turn.do(do.Kill(former.node, former.id, "PICKED_OFF"))
        offers.end(turn, former, "cancelled", "PICKED_OFF", serve=False)
    queue = turn.world.queues.get(call.queue)
    if queue is not None:
        queue.leave(call)
    turn.sleep_on(f"return|{call.id}")
    call.step("offer")
    call.offer, call.pick = mine, None
    mine.visit = call.visit
    mine.queue = call.queue if call.visit else ""
    turn.tell(
        facts.CallPickedUp, call, offer=mine.id, agent=mine.agent, of=former.agent if former is not None else "",
        visit=mine.visit, via=mine.via, via_leg=mine.via_leg,
    )  # fmt: skip
    offers.answered(turn, mine)
    colleague = turn.world.agents.get(former.agent) if former is not None else None
    if colleague is not None:
        acd.serve_agent(turn, colleague)
