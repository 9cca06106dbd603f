"""The leg to a number to which a customer was passed on: an offer without an agent, with facts of its own."""

from switchctl.contract import facts
from switchctl.contract.dialling import classify
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.call import Call, Offer
from switchctl.policy import attempts, dialling
from switchctl.policy.turn import Turn, ms

SLACK_S = 5
"""How long after the ring time the switch may take to say that nobody answered."""


def call_number(turn: Turn, call: Call, number: str) -> None:
    """Ring it for a customer who is passed on."""
    leg = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent="", queue="", visit="", node=call.node, made=turn.at,
        outside=number,
    )  # fmt: skip
    call.step("offer")
    call.offer = leg
    turn.world.add_offer(leg)
    ring(turn, call, leg, turn.world.agents.get(call.passed_by))


def ring(turn: Turn, call: Call, leg: Offer, agent: Agent | None) -> None:
    """Call its number. Whether it may be dialled was asked a moment ago, in the name of this agent."""
    world, number = turn.world, leg.outside
    target = classify(number, world.directory.home, world.extensions)
    outside = target is None or target.outside
    gateway = world.directory.trunks[0].gateway if outside and world.directory.trunks else ""
    shows = dialling.shown_number(world, agent, target) if agent is not None and target is not None else ""
    ring_s = world.directory.dial_s
    turn.tell(
        facts.PartyCalled, call, offer=leg.id, outside=number, agent=agent.id if agent is not None else "",
        trunk=gateway, shows=shows, ring_s=ring_s, aside=leg.consult,
    )  # fmt: skip
    variables = {
        "cc_call_id": call.id, "cc_offer": leg.id, "cc_epoch": str(turn.epoch), "hangup_after_bridge": "true",
        **({"origination_caller_id_number": shows, "origination_caller_id_name": shows} if shows else {}),
    }  # fmt: skip
    turn.do(do.Originate(call.node, leg.id, number, ring_s, variables, "", gateway))
    turn.wake(f"ring|{leg.id}", ring_s + SLACK_S)


def joined(turn: Turn, call: Call, leg: Offer) -> None:
    turn.tell(facts.PartyJoined, call, offer=leg.id, outside=leg.outside)


def unreached(turn: Turn, call: Call | None, leg: Offer, cause: str) -> None:
    """It came to no talk."""
    turn.tell(
        facts.PartyLeft, call, node=leg.node, call_id=leg.call_id, offer=leg.id, outside=leg.outside,
        result=attempts.result(cause), cause=cause, ring_ms=ms(leg.made, turn.at),
    )  # fmt: skip


def left(turn: Turn, call: Call, leg: Offer) -> None:
    """The two are apart."""
    turn.tell(
        facts.PartyLeft, call, offer=leg.id, outside=leg.outside, result="answered",
        ring_ms=ms(leg.made, leg.talk_since), talk_ms=ms(leg.talk_since, turn.at),
    )  # fmt: skip
