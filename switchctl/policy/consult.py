"""Asking somebody while the customer waits. What is ordered meanwhile: ``consulting``; all three at once: ``threeway``.

Theory of operation (recording 08d; measured for dialled calls too). The agent's leg is told to park where its bridge
ends, then the customer is sent to the stage ``wait``: both are ours. The other is called to a parked leg, and whoever
is to speak is joined by ``uuid_bridge``; the third hears music. An agent's leg whose partner is gone is joined only
when the switch has said that it parked: told earlier, the bridge is lost in the parking, and nobody says so. One join
is under way at a time (``want``): the next order is refused until the switch has said that the two are joined; where
it does not a look tells (``joinwatch``).
Whoever is left over by a join parks, if it was told to in its talk (measured: the application park forgets
``park_after_bridge``); an agent who hangs up gives the customer to the other. Before a join that lasts, a leg is told
again to end with its bridge. The consult stands in the live view: a daemon that begins in the middle takes the customer
back as any caller of its own, and the two who speak are not touched.
"""

from switchctl.contract import facts
from switchctl.contract.directory import Queue
from switchctl.model import effects as do
from switchctl.model.agent import OFFERED, TALKING, Agent
from switchctl.model.aside import ALL, CALLING, COMPLETE, FRONT, RETURN, SPEAK, SPEAKING, TO_FRONT, Aside
from switchctl.model.call import AGENT, CONSULTING, HANGING, JOINING, NUMBER, OVER, RINGING, TALKED, Call, Goal, Offer
from switchctl.model.seen import Seen
from switchctl.policy import acd, asking, gathering, joinwatch, offers, parties, states, talks, transfers
from switchctl.policy.ringing import RINGS
from switchctl.policy.turn import Turn, ms

AGAIN_S = 3.0
PARKS = {"park_after_bridge": "true", "hangup_after_bridge": "false"}
ENDS = {"park_after_bridge": "", "hangup_after_bridge": "true"}


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
    _take(turn, call)
    asking.ring(turn, call, agent, leg)


def _take(turn: Turn, call: Call) -> None:
    """Out of the talk, into our hands; the agent's leg parks."""
    assert call.aside is not None
    call.aside.ready, call.aside.wished = False, 0
    turn.do(do.Transfer(call.node, call.id, "wait"))
    turn.wake(f"aside|{call.id}", AGAIN_S)


def _music(turn: Turn, call: Call, leg: str) -> None:
    queue = turn.world.queues.get(call.queue)
    usual = queue.profile.music if queue is not None else Queue(id="", name="").music
    turn.do(do.Play(call.node, leg, call.hold_music or usual, turn.new_id("play")))


def come_back(turn: Turn, call: Call, _ev: Seen) -> None:
    """The switch hands us the customer."""
    aside = call.aside
    if call.stage == HANGING or aside is None:
        return
    _music(turn, call, call.id)
    aside.ready = True
    if aside.want or aside.gathered:
        aside.inside.discard(call.id)
    _in_hand(turn, call, aside)


def parked(turn: Turn, ev: Seen) -> None:
    """An agent's leg is out of its bridge, and nothing moves it but we."""
    offer = turn.world.offers.get(ev.uuid)
    call = turn.world.calls.get(offer.call_id) if offer is not None else None
    aside = call.aside if call is not None else None
    if call is None or aside is None or offer not in (call.offer, aside.leg) or ev.uuid in aside.parked:
        return
    aside.parked.add(ev.uuid)
    if aside.want not in (TO_FRONT, ALL) and not (aside.wished or aside.gathered):
        _in_hand(turn, call, aside)


def _in_hand(turn: Turn, call: Call, aside: Aside) -> None:
    """One more of the three is ours: go on with what waited for her."""
    if aside.want or aside.gathered:
        join(turn, call, aside.want or ALL)
    elif aside.state == CALLING and aside.ready and not _moving(call, aside, SPEAK) and call.offer is not None:
        turn.do(do.Play(call.node, call.offer.id, RINGS, turn.new_id("play")))


def _moving(call: Call, aside: Aside, want: str) -> str:
    """The agent's leg that is to be joined and still on its way out of a bridge; empty if there is none."""
    mine, leg = call.offer, aside.leg
    if want == COMPLETE and aside.state == SPEAKING and mine is None:
        left: Offer | None = leg
    else:
        left = mine if want in (SPEAK, RETURN) else None
    return left.id if left is not None and left.id not in aside.parked and not aside.gathered else ""


def join(turn: Turn, call: Call, want: str) -> None:
    """Have two joined, or all three; as long as the customer is not in our hands two must wait for her."""
    aside, mine = call.aside, call.offer
    assert aside is not None
    aside.want = want
    turn.wake(f"aside|{call.id}", AGAIN_S)
    if want == ALL:
        gathering.send(turn, call)
        return
    if want == SPEAK and aside.state == FRONT and not aside.ready:
        _take(turn, call)
        return
    if not (aside.ready or aside.gathered) and (aside.state != FRONT or mine is None):
        return  # if she was in front the switch hands her back
    if _moving(call, aside, want):
        return
    if want != SPEAK or mine is None:
        # From here on the loss of our socket must not move the customer.
        turn.do(do.SetVars(call.node, call.id, {"socket_resume": "false"}))
    if want == COMPLETE:
        turn.do(do.SetVars(call.node, aside.leg.id, ENDS))
    elif want == RETURN and mine is not None:
        turn.do(do.SetVars(call.node, mine.id, ENDS))
    joinwatch.wish(turn, call, aside)


def again(turn: Turn, call: Call) -> None:
    """The switch has not said what was waited for."""
    aside = call.aside
    if aside is None or call.stage != CONSULTING:
        return
    unsaid = _moving(call, aside, aside.want or (RETURN if aside.leg.state == OVER else SPEAK))
    if aside.want or aside.leg.state == OVER or aside.state == CALLING:
        aside.parked.add(unsaid)  # whatever became of that word: by now it has
    returns = aside.want == RETURN and aside.wished
    if aside.leg.state == OVER and not returns:  # whatever ended it, nobody has looked after the other two
        _without(turn, call, aside)
    elif not (aside.ready or aside.gathered) and (aside.state != FRONT or call.offer is None):
        _take(turn, call)
    elif aside.want == ALL:  # who is missing is told by a listing
        turn.do(do.ListChannels(call.node))
        turn.wake(f"aside|{call.id}", AGAIN_S)
    elif aside.want and aside.wished:
        joinwatch.look(turn, call, aside)
    elif aside.want or (unsaid and aside.state == CALLING):
        _in_hand(turn, call, aside)


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
            _take(turn, call)


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
        join(turn, call, SPEAK)


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


def tell(turn: Turn, call: Call, kind: type[facts.Fact], **more: str) -> None:
    assert call.aside is not None
    mine = call.offer
    turn.tell(
        kind, call, offer=mine.id if mine else call.passed_from, agent=mine.agent if mine else call.passed_by,
        aside=call.aside.leg.id, command_id=call.aside.command_id, **more,
    )  # fmt: skip
    call.aside.command_id = ""


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
            tell(turn, call, facts.ConsultSwapped, front="aside")
        else:
            tell(turn, call, facts.ConsultAnswered)


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
        _music(turn, call, aside.leg.id)
        tell(turn, call, facts.ConsultSwapped, front="customer")


def _completed(turn: Turn, call: Call, aside: Aside) -> None:
    """The customer speaks with the other: hers is the call now."""
    _reached(turn, call, aside.leg)
    mine, leg = call.offer, aside.leg
    if mine is not None:
        turn.do(do.Kill(mine.node, mine.id))
    _hand_over(turn, call, "transferred")
    call.step("talk")
    leg.talk_since = turn.at
    if leg.outside:
        parties.joined(turn, call, leg)
    else:
        turn.tell(facts.TalkStarted, call, offer=leg.id, agent=leg.agent)


def _hand_over(turn: Turn, call: Call, result: str) -> None:
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
    tell(turn, call, facts.ConsultEnded, result=result)
    leg.consult = False
    call.offer, call.aside = leg, None
    turn.sleep_on(f"aside|{call.id}")


def over(turn: Turn, call: Call, result: str) -> None:
    """The other is gone, and the two talk as before (or the call is over)."""
    aside = call.aside
    assert aside is not None
    tell(turn, call, facts.ConsultEnded, result=result or aside.result or "cancelled")
    aside.step("end")
    call.aside = None
    if call.offer is not None:
        turn.do(do.SetVars(call.offer.node, call.offer.id, ENDS))
    call.step("consulted")
    turn.sleep_on(f"aside|{call.id}")


def leg_gone(turn: Turn, offer: Offer, call: Call, cause: str) -> None:
    """One of the two legs beside the customer is gone."""
    aside = call.aside
    assert aside is not None
    if offer is call.offer:
        _agent_gone(turn, call, aside)
        return
    if offer.state in (RINGING, JOINING):
        aside.result = aside.result or "unreached"
        offers.failed(turn, offer, cause)
        if call.stage == CONSULTING and asking.goes_on(turn, call, aside, cause):
            return
    else:
        aside.result = aside.result or "left"
        _let_go(turn, call, offer)
    if call.stage == CONSULTING:
        _without(turn, call, aside)


def _without(turn: Turn, call: Call, aside: Aside) -> None:
    """The other is gone: the agent has her customer again."""
    if call.offer is None:  # but she has left, too
        tell(turn, call, facts.ConsultEnded, result=aside.result or "left")
        call.aside, call.goal = None, Goal(AGENT, aside.leg.agent)
        call.step("pass_on")
        turn.wake(f"return|{call.id}", 0.0)
    elif aside.state == FRONT and aside.want in ("", RETURN):
        over(turn, call, "")
    elif aside.want == TO_FRONT:  # the two are being joined; nothing is said twice
        aside.want = RETURN
        turn.wake(f"aside|{call.id}", AGAIN_S)
    else:
        join(turn, call, RETURN)


def _let_go(turn: Turn, call: Call, leg: Offer) -> None:
    """Who was asked is free again: it was no call of hers."""
    leg.step("end")
    turn.wake(f"forget|{leg.id}", offers.FORGET_S)
    if leg.outside:
        parties.left(turn, call, leg)
    other = turn.world.agents.get(leg.agent)
    if other is not None and other.state == TALKING and other.offer == leg.id:
        states.after_call(turn, other, "no_wrap_up")
        acd.serve_agent(turn, other)


def _agent_gone(turn: Turn, call: Call, aside: Aside) -> None:
    """The agent hung up: that completes it, also while the other's phone still rings."""
    leg, mine = aside.leg, call.offer
    assert mine is not None
    if leg.state in (TALKED, JOINING, OVER):
        call.passed_by, call.passed_from = mine.agent, mine.id
        turn.tell(
            facts.CallTransferred, call, offer=mine.id, agent=mine.agent, how="attended",
            what=NUMBER if leg.outside else AGENT, to=leg.outside or leg.agent,
        )  # fmt: skip
        talks.end(turn, call, mine, "transfer")
        if leg.state == OVER:
            _without(turn, call, aside)
        elif aside.want != COMPLETE:  # else those two are being joined; nothing is said twice
            join(turn, call, COMPLETE)
        return
    turn.do(do.SetVars(leg.node, leg.id, ENDS))
    call.goal = Goal(NUMBER, leg.outside) if leg.outside else Goal(AGENT, leg.agent)
    _hand_over(turn, call, "ringing")
    call.step("ring_on")


def customer_gone(turn: Turn, call: Call) -> None:
    """She hung up while she waited, or while the other did."""
    aside = call.aside
    if aside is None:
        return
    leg, mine = aside.leg, call.offer
    turn.do(do.Kill(leg.node, leg.id, "ORIGINATOR_CANCEL" if leg.state == RINGING else "NORMAL_CLEARING"))
    if mine is not None:
        turn.do(do.Kill(mine.node, mine.id))
    tell(turn, call, facts.ConsultEnded, result="customer_left")
    call.aside = None
    turn.sleep_on(f"aside|{call.id}")
    if leg.state in (RINGING, JOINING):
        offers.end(turn, leg, "cancelled", "ORIGINATOR_CANCEL")
    elif leg.state == TALKED:
        _let_go(turn, call, leg)


def seen(turn: Turn, call: Call, leg: Offer, with_whom: str, up: bool) -> None:
    """A listing shows the other's leg: joined ``with_whom`` ("": with nobody), picked up or not."""
    if call.aside is not None and with_whom == call.id:
        _completed(turn, call, call.aside)
    elif up and leg.state == RINGING:
        answered(turn, call, leg)


def restored(turn: Turn, call: Call) -> None:
    """A daemon begins in the middle of it."""
    if call.aside is not None:
        turn.wake(f"aside|{call.id}", AGAIN_S)
