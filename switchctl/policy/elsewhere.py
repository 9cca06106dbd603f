"""Where a queue's call rings for an agent: at her phone, or where she has her calls forwarded if the queue wants that.

It is her offer all the same: her state, her misses, her talk. What calls to her extension meet does not hold here:
whether she is busy her state tells, so of itself only the forwarding of all calls counts, and the others when her phone
has not taken the offer.
"""

from typing import NamedTuple

from switchctl.contract.dialling import classify
from switchctl.contract.directory import ALWAYS
from switchctl.model.agent import Agent
from switchctl.model.call import Call, Offer
from switchctl.model.machine import Refused
from switchctl.policy import dialling, forwarding, trunks
from switchctl.policy.forwarding import HOWS, Step
from switchctl.policy.turn import Turn

REFUSED = "CALL_REJECTED"


class Place(NamedTuple):
    """``phone``: an extension, or with a ``gateway`` a number outside; ``shows``: variables of the number shown there,
    if it is not the caller's."""

    phone: str
    gateway: str = ""
    steps: tuple[Step, ...] = ()
    shows: dict[str, str] = {}


def at_home(agent: Agent) -> Place:
    """Her own phone."""
    return Place(agent.profile.extension)


def place(turn: Turn, call: Call, agent: Agent, how: str = ALWAYS) -> Place:
    """Where the next offer of this call rings for her. What may not be called, or cannot, is not."""
    world, queue = turn.world, turn.world.queues.get(call.queue)
    if queue is None or not queue.profile.forwards or agent.profile.extension not in world.forwards:
        return at_home(agent)
    try:
        steps = forwarding.where(world, agent.profile.extension, turn.now, how=how)
        target = classify(steps[-1].to, world.directory.home, world.rows) if steps else None
        if target is None:
            return at_home(agent)
        dialling.undisturbed(world, target)
        gateway = trunks.choose(world, target, call.node)
    except Refused:
        return at_home(agent)
    if not target.outside:
        reached = world.way(target.number, call.node) is not None
        return Place(target.number, steps=steps) if reached else at_home(agent)
    number = dialling.shown_number(world, agent, target)
    shows = {"origination_caller_id_number": number, "origination_caller_id_name": number}
    return Place(target.number, gateway, steps, shows)


def told(turn: Turn, call: Call, where: Place) -> None:
    """It rings there now; whose phone that is has a call."""
    if where.steps:
        call.forwarded = []
        forwarding.tell(turn, call, where.steps)
        forwarding.hold(turn.world, call, call.rings_at)


def asked(turn: Turn, offer: Offer, cause: str) -> str:
    """Which forwarding an offer asks for that her phone did not take; "": none. Who has rejected it wants none."""
    how = HOWS.get(cause, "") if cause != REFUSED else ""
    call, agent = turn.world.calls.get(offer.call_id), turn.world.agents.get(offer.agent)
    if not how or not offer.visit or offer.fetched or offer.onward or call is None or agent is None:
        return ""
    return how if call.offer is offer and place(turn, call, agent, how).steps else ""
