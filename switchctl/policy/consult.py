"""Asking somebody while the customer waits. What is ordered meanwhile: ``consulting``; all three at once: ``threeway``.

Theory of operation (recording 08d; measured for dialled calls too). The agent's leg is told to park where its bridge
ends, then the customer is sent to the stage ``wait``: both are ours. The other is called to a parked leg, and whoever
is to speak is joined by ``uuid_bridge`` (``joining``); the third hears music. Who leaves meanwhile: ``parting``.
Whoever is left over by a join parks, if it was told to in its talk (measured: the application park forgets
``park_after_bridge``); an agent who hangs up gives the customer to the other. Before a join that lasts, a leg is told
again to end with its bridge. The consult stands in the live view: a daemon that begins in the middle takes the customer
back as any caller of its own, and the two who speak are not touched.
"""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.agent import OFFERED, Agent
from switchctl.model.aside import COMPLETE, FRONT, RETURN, SPEAK, TO_FRONT, Aside
from switchctl.model.call import AGENT, CONSULTING, NUMBER, RINGING, Call, Goal, Offer
from switchctl.model.seen import Seen
from switchctl.policy import asking, joining, joinwatch, parties, states, talks, transfers
from switchctl.policy.turn import Turn, ms

PARKS = {"park_after_bridge": "true", "hangup_after_bridge": "false"}


def start(turn: Turn, agent: Agent, call: Call, offer: Offer, goal: Goal, command_id: str) -> None:
    """Raises Refused, and then nobody has moved."""
    goal = transfers.goes_on(turn, call, transfers.settled(turn, call, goal, agent))
    talks.hold_ended(turn, call, offer)
    offer.dials = False  # from here on the two legs do not end with each other by themselves
    dialled = call.dials
    leg = asking.leg_to(turn, call, goal)
    call.aside, call.taken = Aside(leg=leg), True
    call.step("consult")
    asking.tell(turn, call, offer, goal, leg, command_id)
    turn.do(do.SetVars(offer.node, offer.id, PARKS))
    if dialled:
        turn.do(do.SetVars(call.node, call.id, transfers.AS_A_CALLER))
    joining.take(turn, call)
    asking.ring(turn, call, agent, leg)


def looked_at(turn: Turn, call: Call, leg: str, with_whom: str) -> None:
    """A look at one of the legs shows it joined ``with_whom`` ("": with nobody)."""
    aside = call.aside
    two = joinwatch.pair(call, aside) if aside is not None and aside.wished else None
    if aside is None or two is None or call.stage != CONSULTING or leg != two[1]:
        return
    if with_whom == two[0]:
        _joined(turn, call, aside, aside.want)
    elif joinwatch.stays_apart(turn, call, aside):
        if aside.want == SPEAK:
            turn.do(do.Kill(aside.leg.node, aside.leg.id))
        else:
            joining.take(turn, call)


def _joined(turn: Turn, call: Call, aside: Aside, which: str) -> None:
    if which == SPEAK:
        _spoke(turn, call, aside)
    elif which == COMPLETE:
        _completed(turn, call, aside)
    else:
        _in_front(turn, call, aside)
    if not aside.want:
        aside.wished = 0


def answered(turn: Turn, call: Call, leg: Offer) -> None:
    """The other's phone was picked up."""
    if call.aside is not None and leg.step("answer"):
        leg.picked_up = turn.now
        turn.sleep_on(f"ring|{leg.id}")
        joining.join(turn, call, SPEAK)


def bridged(turn: Turn, ev: Seen) -> bool:
    """Two legs of a consult were joined; says whether these are."""
    world = turn.world
    for leg, other in ((ev.bridge_a, ev.bridge_b), (ev.bridge_b, ev.bridge_a)):
        offer = world.offers.get(leg)
        call = world.calls.get(offer.call_id) if offer is not None else None
        if offer is None or call is None or call.aside is None:
            continue
        mine = call.offer.id if call.offer is not None else ""
        pairs = {SPEAK: {mine, call.aside.leg.id}, TO_FRONT: {mine, call.id}, COMPLETE: {call.id, call.aside.leg.id}}
        for which, two in pairs.items():
            if {leg, other} == two:
                _joined(turn, call, call.aside, which)
                return True
        return False
    return False


def _reached(turn: Turn, call: Call, leg: Offer) -> None:
    """Who was called speaks with somebody: the ringing is over."""
    leg.step("answer")
    if not leg.step("join"):
        return
    leg.talk_since = turn.at
    turn.sleep_on(f"ring|{leg.id}")
    other = turn.world.agents.get(leg.agent)
    if other is not None:
        turn.tell(
            facts.OfferEnded, call, offer=leg.id, agent=leg.agent, visit="", result="answered",
            ring_ms=ms(leg.made, turn.at),
        )  # fmt: skip
        if other.state == OFFERED and other.offer == leg.id:
            states.change(turn, other, "talk", offer=leg.id, call_id=call.id, node=call.node)


def _spoke(turn: Turn, call: Call, aside: Aside) -> None:
    _reached(turn, call, aside.leg)
    aside.parked.clear()
    swapped = aside.state == FRONT
    for leg in (call.offer, aside.leg):
        if leg is not None:
            turn.do(do.SetVars(leg.node, leg.id, PARKS))
    aside.want = "" if aside.want == SPEAK else aside.want
    if aside.step("speak"):
        if swapped:
            joining.tell(turn, call, facts.ConsultSwapped, front="aside")
        else:
            joining.tell(turn, call, facts.ConsultAnswered)


def _in_front(turn: Turn, call: Call, aside: Aside) -> None:
    if aside.want == RETURN:
        over(turn, call, "")
        return
    aside.want = "" if aside.want == TO_FRONT else aside.want
    if aside.step("front"):
        aside.ready = False
        if call.offer is not None:
            aside.parked.discard(call.offer.id)
            turn.do(do.SetVars(call.offer.node, call.offer.id, PARKS))
        joining.music(turn, call, aside.leg.id)
        joining.tell(turn, call, facts.ConsultSwapped, front="customer")


def _completed(turn: Turn, call: Call, aside: Aside) -> None:
    """The customer speaks with the other: hers is the call now."""
    _reached(turn, call, aside.leg)
    mine, leg = call.offer, aside.leg
    if mine is not None:
        turn.do(do.Kill(mine.node, mine.id))
    hand_over(turn, call, "transferred")
    call.step("talk")
    leg.talk_since = turn.at
    if leg.outside:
        parties.joined(turn, call, leg)
    else:
        turn.tell(facts.TalkStarted, call, offer=leg.id, agent=leg.agent)


def hand_over(turn: Turn, call: Call, result: str) -> None:
    aside, mine = call.aside, call.offer
    assert aside is not None
    leg = aside.leg
    if mine is not None:
        call.passed_by, call.passed_from = mine.agent, mine.id
        turn.tell(
            facts.CallTransferred, call, offer=mine.id, agent=mine.agent, how="attended",
            what=NUMBER if leg.outside else AGENT, to=leg.outside or leg.agent, command_id=aside.command_id,
        )  # fmt: skip
        talks.end(turn, call, mine, "transfer")
    joining.tell(turn, call, facts.ConsultEnded, result=result)
    leg.consult = False
    call.offer, call.aside = leg, None
    turn.sleep_on(f"aside|{call.id}")


def over(turn: Turn, call: Call, result: str) -> None:
    """The other is gone, and the two talk as before (or the call is over)."""
    aside = call.aside
    assert aside is not None
    joining.tell(turn, call, facts.ConsultEnded, result=result or aside.result or "cancelled")
    aside.step("end")
    call.aside = None
    if call.offer is not None:
        turn.do(do.SetVars(call.offer.node, call.offer.id, joining.ENDS))
    call.step("consulted")
    turn.sleep_on(f"aside|{call.id}")


def seen(turn: Turn, call: Call, leg: Offer, with_whom: str, up: bool) -> None:
    """A listing shows the other's leg: joined ``with_whom`` ("": with nobody), picked up or not."""
    if call.aside is not None and with_whom == call.id:
        _completed(turn, call, call.aside)
    elif up and leg.state == RINGING:
        answered(turn, call, leg)


def restored(turn: Turn, call: Call) -> None:
    """A daemon begins in the middle of it."""
    if call.aside is not None:
        turn.wake(f"aside|{call.id}", joining.AGAIN_S)
