"""A supervisor sends the caller elsewhere for whom an agent's phone rings.

The goal is settled and told before anything moves, as of a transfer (``transfers``), and from then on it is one: the
caller is in our hands and hears music already, so it is tried at once. Whoever does not take her there gives her back
to the agent at whose phone she rang, if that one is free, else to the head of the queue.
"""

from switchctl.contract import commands as c
from switchctl.contract import refusals
from switchctl.model.agent import OFFERED, Agent
from switchctl.model.call import OFFERED as RINGS
from switchctl.model.call import RINGING, Call, Goal, Offer
from switchctl.model.machine import Refused
from switchctl.policy import inbound, offers, transfers
from switchctl.policy.turn import Turn


def redirect(turn: Turn, agent: Agent, command: c.Redirect) -> None:
    """Raises Refused, and then her phone goes on ringing."""
    call, offer = _rings(turn, agent)
    goal = transfers.settled(turn, call, Goal(command.what, command.to), turn.world.agents.get(command.by) or agent)
    inbound.leave_queue(turn, call, "overflow")
    call.goal, call.passed_by, call.passed_from = goal, agent.id, offer.id
    transfers.tell(turn, call, "redirected", by=command.by if command.by != agent.id else "", command_id=command.id)
    if call.pick is not None:  # a colleague who wanted to pick it up comes too late
        offers.withdraw(turn, call.pick)
    offers.withdraw(turn, offer)
    turn.sleep_on(f"return|{call.id}")
    if call.leases:
        transfers.attempt(turn, call)
    else:
        transfers.move(turn, call)


def _rings(turn: Turn, agent: Agent) -> tuple[Call, Offer]:
    """The caller for whom her phone rings, if it may be taken from her."""
    world = turn.world
    if agent.dialled_by:  # her extension rings, whatever state she is in
        call = world.calls.get(agent.dialled_by)
        offer = call.offer if call is not None else None
        if call is not None and call.dials:
            raise Refused(refusals.COLLEAGUE_RINGS)
    else:
        offer = world.offers.get(agent.offer) if agent.state == OFFERED else None
        call = world.calls.get(offer.call_id) if offer is not None else None
    if offer is None or call is None or offer.state != RINGING or offer.ending:
        raise Refused(refusals.NO_CALLER_RINGS)
    if offer.fetched:
        raise Refused(refusals.FETCHED)
    if call.offer is not offer:
        raise Refused(refusals.CONSULTED if offer.consult else refusals.NO_CALLER_RINGS)
    if call.stage != RINGS:
        raise Refused(refusals.NO_CALLER_RINGS)
    if not world.node(offer.node).up:
        raise Refused(refusals.SWITCH_AWAY)
    return call, offer
