"""A call that an agent dials.

Theory of operation. The attempt is told, and so journaled, before the one command that carries it out leaves: the
switch rings her own phone, and as soon as she has picked up it runs ``bridge`` to the customer on her leg. So a
customer never hears her phone ring, what the network says (ringing, announcements) is heard by her, and no death of
ours comes between the two. Nothing is ever dialled again: what was journaled counts as dialled, and a restart only
looks what became of it. The customer's leg bears the call's id, hers the offer's; neither is held by a socket, each
ends with the other. Where a bridge comes before the answer (early media), the talk begins with the answer.
"""

import msgspec

from switchctl.contract import commands as c
from switchctl.contract import facts, refusals
from switchctl.contract.codes import AGENT_KEYS
from switchctl.contract.dialling import INTERNAL, Target
from switchctl.contract.live import KEPT_US
from switchctl.contract.numberlists import BLACK, NO_CALL, OUT
from switchctl.model import effects as do
from switchctl.model.agent import PAUSED, Agent
from switchctl.model.call import HANGING, OUTBOUND, RINGING, TALKED, Call, Offer
from switchctl.model.machine import Refused
from switchctl.model.world import World
from switchctl.policy import attempts, dialling, forwarding, inbound, onward, states, talks, trunks
from switchctl.policy.forwarding import Step
from switchctl.policy.ringing import AUTO_ANSWER, RINGBACK
from switchctl.policy.turn import SECOND, Turn

SLACK_S = 5.0
"""How long after a ring time the switch may take to say that nobody answered."""
ANY_S = 3600
"""No phone rings so long."""
PROMPT_S = 60
"""No prompt is longer."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is to be dialled; ``id`` becomes its own. An ``attempt`` was ordered by the CRM."""

    id: str
    target: Target
    shows: str
    dial_s: int
    attempt: bool = False
    campaign: str = ""
    auto_answer: bool = False
    music: str = ""
    command_id: str = ""
    own_s: int = ANY_S
    """Her own phone rings no longer than this."""
    prompt: str = ""
    """What the customer hears before the two are joined: a file below the switch's sound folder."""
    steps: tuple[Step, ...] = ()
    """How the dialled extension sends it on; ``rings``: what rings instead."""
    rings: Target | None = None

    @property
    def called(self) -> Target:
        """What really rings."""
        return self.rings or self.target


def begun(world: World, call_id: str) -> bool:
    """Whether this call was dialled already, in this life of the daemon or in one before."""
    return call_id in world.calls or call_id in world.ended or call_id in world.dialled


def dial(turn: Turn, agent: Agent, command: c.Dial) -> None:
    """An agent dials a number of her own choice."""
    world = turn.world
    if begun(world, command.id):
        return  # the same order a second time
    agent.hands_free()
    target = dialling.target(world, agent, command.number, turn.now, disturbs=False)
    steps, rings = onward.ahead(turn, agent, target)
    shows = dialling.shown_number(world, agent, rings)
    order = Order(
        id=command.id, target=target, shows=shows, dial_s=onward.rings(turn, rings), command_id=command.id,
        steps=steps, rings=rings,
    )  # fmt: skip
    begin(turn, agent, order)


def begin(turn: Turn, agent: Agent, order: Order) -> None:
    """Her own phone first. Raises Refused where she, her phone or the switch cannot."""
    world, target = turn.world, order.called
    agent.next("dial")
    if world.devices.get(agent.profile.extension) == "":
        raise Refused(refusals.PHONE_AWAY)
    node, via = place(turn, agent, target)
    gateway = trunks.choose(world, target, node)
    call = Call(
        id=order.id, node=node, number=order.target.number, direction=OUTBOUND, arrived=turn.at,
        campaign=order.campaign, hold_music=order.music,
    )  # fmt: skip
    leg = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent=agent.id, queue="", visit="", node=node, via=via,
        made=turn.at, dials=True, dial_s=order.dial_s + (PROMPT_S if order.prompt else 0), trunk=gateway,
    )  # fmt: skip
    if via:
        leg.via_leg = turn.new_id("relay")
    know(turn, call, leg)
    _ring(turn, agent, call, leg, order)


def know(turn: Turn, call: Call, leg: Offer) -> None:
    """From now on there is such a call, with her leg."""
    world = turn.world
    call.step("dial")
    call.offer = leg
    world.calls[call.id] = call
    world.dialled[call.id] = turn.now
    for old in [old for old, at in world.dialled.items() if at < turn.now - KEPT_US]:
        del world.dialled[old]
    world.add_offer(leg)


def place(turn: Turn, agent: Agent, target: Target) -> tuple[str, str]:
    """The node of the call, and the one over which her phone is reached if that is another. A colleague's phone is
    rung where it is registered."""
    world, mine = turn.world, agent.profile.extension
    opened = [node.name for node in world.nodes.values() if node.open]
    if not opened or not world.in_step:
        touched = any(node.in_touch for node in world.nodes.values())
        raise Refused(refusals.NO_OPEN_SWITCH if touched and world.in_step else refusals.SWITCH_AWAY)
    wanted = target.number if target.kind == INTERNAL else mine
    first = world.phones.at(wanted, lambda name: name in opened)
    for name in dict.fromkeys([first, *opened] if first else opened):
        via = world.way(mine, name)
        if via is not None:
            return name, via
    raise Refused(refusals.NO_OPEN_SWITCH)


def tell(turn: Turn, agent: Agent, call: Call, leg: Offer, order: Order, ring: int) -> str:
    """Tell that it begins; the gateway that it takes. ``ring``: how long her own phone rings."""
    target, gateway = order.target, leg.trunk
    turn.tell(
        facts.CallArrived, call, number=call.number, direction=OUTBOUND, trunk=gateway, stage="dialled",
        command_id=order.command_id, campaign=order.campaign, music=order.music,
    )  # fmt: skip
    states.change(
        turn, agent, "dial", reason=agent.reason if agent.state == PAUSED else "", source="agent", offer=leg.id,
        call_id=call.id, node=call.node, until=turn.now + ring * SECOND, command_id=order.command_id,
    )  # fmt: skip
    turn.tell(
        facts.DialStarted, call, offer=leg.id, agent=agent.id, dials=target.kind, shows=order.shows, trunk=gateway,
        ring_s=ring, via=leg.via, via_leg=leg.via_leg, command_id=order.command_id, campaign=order.campaign,
    )  # fmt: skip
    forwarding.tell(turn, call, order.steps, gateway)
    return gateway


def _ring(turn: Turn, agent: Agent, call: Call, leg: Offer, order: Order) -> None:
    target = order.called
    ring = min(agent.profile.ring_s, order.own_s)
    gateway = tell(turn, agent, call, leg, order, ring)
    both = {"cc_call_id": call.id, "cc_offer": leg.id, "cc_agent": agent.id, "cc_epoch": str(turn.epoch)}
    relay = {"Call": call.id, "Offer": leg.id, "Leg": leg.via_leg} if leg.via else {}
    hers = {
        **{f"sip_h_X-Switchdesk-{name}": value for name, value in relay.items()},
        **both,
        **({"cc_via": leg.via, "cc_via_leg": leg.via_leg} if leg.via else {}),
        "hangup_after_bridge": "true",
        "transfer_ringback": RINGBACK,
        # Her display shows her own number: whom she dials she may be allowed to see masked only.
        "origination_caller_id_number": agent.profile.extension,
        "origination_caller_id_name": agent.profile.extension,
        "ignore_display_updates": "true",
        "execute_on_pre_bridge": AGENT_KEYS,
        **(AUTO_ANSWER if order.auto_answer else {}),
        **onward.on_failure(turn, target),
    }
    theirs = {**both, "origination_caller_id_number": order.shows, "origination_caller_id_name": order.shows}
    turn.do(
        do.Dial(
            call.node, leg.id, agent.profile.extension, ring, hers, leg.via, call.id, target.number, gateway,
            order.dial_s, theirs, order.attempt, order.prompt,
        )
    )  # fmt: skip
    turn.wake(f"ring|{leg.id}", ring + SLACK_S)
    called(turn, call)


def called(turn: Turn, call: Call) -> None:
    """A colleague who is dialled is offered nothing meanwhile."""
    if call.direction == OUTBOUND and (call.rings_at or not call.forwarded):
        forwarding.hold(turn.world, call, call.rings_at or call.number)


def picked_up(turn: Turn, leg: Offer) -> None:
    """Her own phone was; the switch is calling the customer."""
    call = turn.world.calls.get(leg.call_id)
    if call is None or not leg.step("answer"):
        return
    leg.picked_up = turn.at
    turn.sleep_on(f"ring|{leg.id}")
    turn.tell(facts.DialProceeded, call, offer=leg.id, agent=leg.agent)
    turn.wake(f"dial|{leg.id}", leg.dial_s + SLACK_S)


def joined(turn: Turn, call: Call, leg: Offer) -> None:
    """The two are bridged: the talk begins, or with early media what she hears of it."""
    picked_up(turn, leg)
    leg.joined = True
    if call.answered:
        talks.start(turn, call, leg)


def answered(turn: Turn, call: Call) -> None:
    """The customer's phone was picked up."""
    if call.offer is not None and call.offer.dials and call.offer.joined:
        talks.start(turn, call, call.offer)


def cancel(turn: Turn, leg: Offer, command_id: str, by: str = "agent") -> None:
    """She hangs up before anybody answered, or a supervisor does (``by``): the customer's phone stops ringing with her
    leg."""
    leg.ending, leg.command_id = "agent", command_id
    call = turn.world.calls.get(leg.call_id)
    if call is not None and by != "agent":
        call.ended_by = by
    turn.do(do.Kill(leg.node, leg.id, "ORIGINATOR_CANCEL"))


def own_leg_gone(turn: Turn, leg: Offer, cause: str, by: str) -> None:
    """Her leg ended. If the customer's lives it ends too, at once and by itself; that is its own last word."""
    call = turn.world.calls.get(leg.call_id)
    if call is None or call.stage == HANGING:
        return
    if leg.state == TALKED:
        if leg.hold_since:
            talks.play_hold_music(turn, call, leg, False, "")  # its bridge ends only behind the music
        talks.end(turn, call, leg, leg.ending or by)
        turn.do(do.Kill(call.node, call.id))
        inbound.hangs_up(turn, call, "NORMAL_CLEARING")
    elif leg.state == RINGING:
        attempts.over(turn, call, "cancelled" if leg.ending == "agent" else "own_phone", cause)
        inbound.end(turn, call, cause, "agent", "esl")
    else:
        # Her own BYE is a normal clearing, and a cancel of the customer's leg; a bridge that failed hands its cause on.
        hers = leg.ending == "agent" or cause in ("NORMAL_CLEARING", "ORIGINATOR_CANCEL")
        cause = "ORIGINATOR_CANCEL" if hers else cause
        result = attempts.result(cause)
        turn.do(do.Kill(call.node, call.id, "ORIGINATOR_CANCEL"))
        attempts.over(turn, call, result, cause)
        call.left_by = "agent" if hers else "system"
        if leg.ending == "agent" or not call.answered:
            # Else the customer may have hung up: of two legs that end together either is told first.
            call.ended_by = call.ended_by or call.left_by
        inbound.hangs_up(turn, call, cause)


def listed(turn: Turn) -> None:
    """The lists have changed: who is on one now and whom nobody has called yet, for the agent's own phone still rings,
    is not called."""
    for leg in list(turn.world.offers.values()):
        call = turn.world.calls.get(leg.call_id)
        if leg.dials and leg.state == RINGING and call is not None:
            said = turn.world.verdict(call.number, OUT, turn.now)
            if said is not None and said.by in (BLACK, NO_CALL):
                attempts.withdraw(turn, leg)


def not_sent(turn: Turn, leg: Offer, answer: str) -> None:
    """The order to dial was refused; or the link broke, and then it may be under way: it is ended, never repeated."""
    if leg.state != RINGING:
        return
    if answer.startswith("-"):
        own_leg_gone(turn, leg, answer.partition(" ")[2].strip(), "system")
        return
    turn.world.node(leg.node).listed = False
    turn.do(do.Kill(leg.node, leg.id, "ORIGINATOR_CANCEL"))
    lost(turn, leg, answer)
    turn.do(do.ListChannels(leg.node))


def ring_time_over(turn: Turn, leg: Offer) -> None:
    """The switch said nothing for longer than a phone rings, hers or the customer's."""
    call = turn.world.calls.get(leg.call_id)
    turn.do(do.Kill(leg.node, leg.id, "NO_ANSWER"))
    if call is not None:
        attempts.over(turn, call, "own_phone" if leg.state == RINGING else "no_answer", "NO_ANSWER")
        inbound.end(turn, call, "NO_ANSWER", "system", "esl")


def lost(turn: Turn, leg: Offer, why: str) -> None:
    """Her leg is not there, or never was, and nobody said why."""
    call = turn.world.calls.get(leg.call_id)
    if call is not None:
        turn.do(do.Kill(call.node, call.id, "ORIGINATOR_CANCEL"))
        attempts.over(turn, call, "failed", why)
        inbound.end(turn, call, "lost", "system", "inferred", reason=why)
