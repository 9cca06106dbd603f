"""A consult loses one of its three, or the switch does not say what it should have said by now."""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.aside import ALL, CALLING, COMPLETE, FRONT, RETURN, SPEAK, TO_FRONT, Aside
from switchctl.model.call import AGENT, CONSULTING, JOINING, NUMBER, OVER, RINGING, TALKED, TALKING, Call, Goal, Offer
from switchctl.policy import acd, asking, consult, joining, joinwatch, offers, parties, states, talks
from switchctl.policy.turn import Turn


def again(turn: Turn, call: Call) -> None:
    """The switch has not said what was waited for."""
    aside = call.aside
    if aside is None or call.stage != CONSULTING:
        return
    unsaid = joining.moving(call, aside, aside.want or (RETURN if aside.leg.state == OVER else SPEAK))
    if unsaid and (aside.want or aside.leg.state == OVER or aside.state == CALLING):
        aside.parked.add(unsaid)  # whatever became of that word: by now it has
    returns = aside.want == RETURN and aside.wished
    if aside.leg.state == OVER and not returns:  # whatever ended it, nobody has looked after the other two
        _without(turn, call, aside)
    elif not (aside.ready or aside.gathered) and (aside.state != FRONT or call.offer is None):
        joining.take(turn, call)
    elif aside.want == ALL:  # who is missing is told by a listing
        turn.do(do.ListChannels(call.node))
        turn.wake(f"aside|{call.id}", joining.AGAIN_S)
    elif aside.want and aside.wished:
        joinwatch.look(turn, call, aside)
    elif aside.want or (unsaid and aside.state == CALLING):
        joining.in_hand(turn, call, aside)


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
        joining.tell(turn, call, facts.ConsultEnded, result=aside.result or "left")
        call.aside, call.goal = None, Goal(AGENT, aside.leg.agent)
        call.step("pass_on")
        turn.wake(f"return|{call.id}", 0.0)
    elif aside.state == FRONT and aside.want in ("", RETURN):
        consult.over(turn, call, "")
    elif aside.want == TO_FRONT:  # the two are being joined; nothing is said twice
        aside.want = RETURN
        turn.wake(f"aside|{call.id}", joining.AGAIN_S)
    else:
        joining.join(turn, call, RETURN)


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
            joining.join(turn, call, COMPLETE)
        return
    turn.do(do.SetVars(leg.node, leg.id, joining.ENDS))
    call.goal = Goal(NUMBER, leg.outside) if leg.outside else Goal(AGENT, leg.agent)
    consult.hand_over(turn, call, "ringing")
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
    joining.tell(turn, call, facts.ConsultEnded, result="customer_left")
    call.aside = None
    turn.sleep_on(f"aside|{call.id}")
    if leg.state in (RINGING, JOINING):
        offers.end(turn, leg, "cancelled", "ORIGINATOR_CANCEL")
    elif leg.state == TALKED:
        _let_go(turn, call, leg)
