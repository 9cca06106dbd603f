"""The leg to a number to which a customer was passed on: an offer without an agent, with facts of its own. It may be an
extension, of nobody's seat or of an agent who cannot be offered a call: she is offered none meanwhile."""

from switchctl.contract import facts
from switchctl.contract.dialling import classify
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.call import Call, Offer
from switchctl.policy import attempts, dialling, trunks
from switchctl.policy.turn import Turn, ms

SLACK_S = 5
"""How long after the ring time the switch may take to say that nobody answered."""


def call_number(turn: Turn, call: Call, number: str) -> None:
    """Ring it for a customer who is passed on."""
    leg = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent="", queue="", visit="", node=call.node, made=turn.at,
        outside=number, via=(turn.world.way(number, call.node) or "") if number in turn.world.rows else "",
    )  # fmt: skip
    if leg.via:
        leg.via_leg = turn.new_id("relay")
    call.step("offer")
    call.offer = leg
    turn.world.add_offer(leg)
    ring(turn, call, leg, turn.world.agents.get(call.passed_by))


def ring(turn: Turn, call: Call, leg: Offer, agent: Agent | None, over: str = "") -> None:
    """Call its number. Whether it may be dialled was asked a moment ago, in the name of this agent. ``over``: the
    gateway that it takes, if that was chosen already."""
    world, number = turn.world, leg.outside
    target = classify(number, world.directory.home, world.rows)
    outside = target is None or target.outside
    chosen = trunks.chosen(world, target, call.node) if outside and target is not None and not over else over
    gateway = leg.trunk = chosen
    if agent is not None and target is not None:
        shows = dialling.shown_number(world, agent, target)
    else:  # nobody passed her on: her own
        shows = "" if outside else "".join(sign for sign in call.number if sign in "+0123456789")[:32]
    ring_s = world.directory.dial_s
    turn.tell(
        facts.PartyCalled, call, offer=leg.id, outside=number, agent=agent.id if agent is not None else "",
        trunk=gateway, shows=shows, ring_s=ring_s, aside=leg.consult, via=leg.via, via_leg=leg.via_leg,
    )  # fmt: skip
    relay = {"Call": call.id, "Offer": leg.id, "Leg": leg.via_leg} if leg.via else {}
    variables = {
        **{f"sip_h_X-Switchdesk-{name}": value for name, value in relay.items()},
        **({"cc_via": leg.via, "cc_via_leg": leg.via_leg} if leg.via else {}),
        "cc_call_id": call.id, "cc_offer": leg.id, "cc_epoch": str(turn.epoch), "hangup_after_bridge": "true",
        **({"origination_caller_id_number": shows, "origination_caller_id_name": shows} if shows else {}),
    }  # fmt: skip
    turn.do(do.Originate(call.node, leg.id, number, ring_s, variables, leg.via, gateway))
    turn.wake(f"ring|{leg.id}", ring_s + SLACK_S)
    holds(turn, call)


def holds(turn: Turn, call: Call) -> None:
    """Whose phone is rung so, or who talks so, is offered nothing meanwhile."""
    owner = turn.world.agents.get(turn.world.extensions.get(call.offer.outside, "")) if call.offer else None
    if owner is not None:
        owner.dialled_by = call.id


def joined(turn: Turn, call: Call, leg: Offer) -> None:
    turn.tell(facts.PartyJoined, call, offer=leg.id, outside=leg.outside)


def unreached(turn: Turn, call: Call | None, leg: Offer, cause: str) -> None:
    """It came to no talk."""
    turn.tell(
        facts.PartyLeft, call, node=leg.node, call_id=leg.call_id, offer=leg.id, outside=leg.outside,
        result=attempts.result(cause), cause=cause, ring_ms=ms(leg.made, turn.at),
    )  # fmt: skip
    if call is not None:
        attempts.let_go(turn, call)


def left(turn: Turn, call: Call, leg: Offer) -> None:
    """The two are apart."""
    turn.tell(
        facts.PartyLeft, call, offer=leg.id, outside=leg.outside, result="answered",
        ring_ms=ms(leg.made, leg.talk_since), talk_ms=ms(leg.talk_since, turn.at),
    )  # fmt: skip
    attempts.let_go(turn, call)
