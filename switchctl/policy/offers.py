"""What becomes of an offer: answered and joined, or ended in one of the ways that are told apart."""

from switchctl.contract import facts
from switchctl.contract.dialling import MOVED
from switchctl.model import effects as do
from switchctl.model.agent import OFFERED, Agent
from switchctl.model.call import JOINING, PASSED, RINGING, WAITING, Call, Offer
from switchctl.policy import acd, announcing, attempts, elsewhere, forwarding, parties, states
from switchctl.policy.turn import SECOND, Turn, ms

JOIN_S = 2.0
"""After how long a bridge that was not told is looked for; measured 40 to 60 ms on a switch that is not busy."""
LOOK_S = 1.0
"""Between two looks."""
APART_S = 6.0
"""How long the two may stay apart. A busy switch joins late, and to end the agent's leg then can end the caller's."""
FORGET_S = 60.0
"""How long an ended offer is remembered, to kill a leg of it that comes up late."""

RESULTS = {
    "NO_ANSWER": "rna",
    "NO_USER_RESPONSE": "rna",
    "ALLOTTED_TIMEOUT": "rna",
    "PROGRESS_TIMEOUT": "rna",
    "USER_BUSY": "busy_device",
    "CALL_REJECTED": "rejected",
    MOVED: "redirected",
    "USER_NOT_REGISTERED": "unregistered",
    "SUBSCRIBER_ABSENT": "unregistered",
    "ORIGINATOR_CANCEL": "cancelled",
    "NORMAL_CLEARING": "cancelled",
    "LOSE_RACE": "cancelled",
    "PICKED_OFF": "cancelled",
    "MANAGER_REQUEST": "cancelled",
    "SYSTEM_SHUTDOWN": "cancelled",
}
"""Hangup cause of the agent's leg → result of the offer; any other cause is ``failed``."""

MISSED = ("rna", "rejected", "busy_device")
AWAY = ("unregistered", "failed", "redirected")
"""It was no miss of hers: her phone could not be reached, or sent us elsewhere by itself, where we do not go."""


def answered(turn: Turn, offer: Offer) -> None:
    """The agent's phone was picked up: join it with the caller (only ever after CHANNEL_ANSWER)."""
    if offer.ending == "restored" or not offer.step("answer"):
        return  # of a restored offer the first listing decides
    call = turn.world.calls.get(offer.call_id)
    if call is not None and call.pick is not None:  # who wanted to pick it up was not quick enough
        withdraw(turn, call.pick)
    if not announcing.begun(turn, offer):
        join(turn, offer)


def said(turn: Turn, offer: Offer, token: str) -> None:
    """An application on one of the two legs ended."""
    if announcing.over(turn, offer, token):
        join(turn, offer)


def said_or_not(turn: Turn, offer: Offer) -> None:
    """Its end was not seen."""
    if offer.state == JOINING and offer.saying:
        offer.saying.clear()
        join(turn, offer)


def join(turn: Turn, offer: Offer) -> None:
    """The two speak."""
    # From here on the loss of our socket must not move the caller. The switch's own word for it (execute_on_pre_bridge)
    # comes 0.2 s after the bridge, and a death of ours before it would tear the talk down.
    _hold_on(turn, offer, True)
    offer.picked_up = turn.now
    turn.do(do.Bridge(offer.node, offer.call_id, offer.id, f"bridge|{offer.id}"))
    turn.wake(f"join|{offer.id}", JOIN_S)


def _hold_on(turn: Turn, offer: Offer, stay: bool) -> None:
    value = "false" if stay else "true"
    turn.do(do.SetVars(offer.node, offer.call_id, {"socket_resume": value}))


def failed(turn: Turn, offer: Offer, cause: str) -> None:
    """The agent's leg is gone before it was joined."""
    if offer.ending == "reject":
        end(turn, offer, "rejected", cause)
    elif offer.state == JOINING:
        end(turn, offer, "rejected", cause)  # she answered and hung up before the caller was there
    elif how := elsewhere.asked(turn, offer, cause):
        call, agent = turn.world.calls[offer.call_id], turn.world.agents[offer.agent]
        end(turn, offer, "forwarded", cause, serve=False)
        acd.offer_onward(turn, call, agent, how)
    else:
        end(turn, offer, RESULTS.get(cause, "failed"), cause)


def look(turn: Turn, offer: Offer) -> None:
    """No bridge was told. That proves nothing (its event is late, or the bridge is): look at the agent's leg.

    The answer comes behind that to ``uuid_bridge``, and ``found_apart`` or ``talks.start`` follows from it; as long as
    none comes, nothing is decided. A leg that is gone is missed by its own events or by the listings.
    """
    if offer.state == JOINING:
        turn.do(do.Inspect(offer.node, offer.id))
        turn.wake(f"join|{offer.id}", LOOK_S)


def found_apart(turn: Turn, offer: Offer) -> None:
    """A look showed the agent's leg with nobody. When it stays so the caller goes back to her place in the line."""
    offer.apart += 1
    if offer.apart < 2 or turn.now - offer.picked_up < APART_S * SECOND:
        return
    call = turn.world.calls.get(offer.call_id)
    turn.tell(facts.CallRepaired, call, node=offer.node, call_id=offer.call_id, leg=offer.id, reason="no bridge came")
    part(turn, offer, "no bridge came")


def part(turn: Turn, offer: Offer, why: str) -> None:
    """End an offer whose leg the switch may just be joining with the caller: she waits on, even if it was."""
    call = turn.world.calls.get(offer.call_id)
    if call is not None:
        call.parted = turn.now
    turn.do(do.Kill(offer.node, offer.id, "ORIGINATOR_CANCEL"))
    end(turn, offer, "cancelled", why)


def not_joined(turn: Turn, offer: Offer, why: str) -> None:
    """The switch refused the bridge. The caller may be gone unseen, so it is not offered again before a listing."""
    if offer.state not in (RINGING, JOINING):
        return
    call = turn.world.calls.get(offer.call_id)
    agent = turn.world.agents.get(offer.agent)
    turn.do(do.Kill(offer.node, offer.id))
    end(turn, offer, "cancelled", why, serve=False)
    if call is not None:
        call.missing = call.missing or turn.now
        if call.queue in turn.world.queues:
            turn.world.queues[call.queue].leave(call)
    turn.do(do.ListChannels(offer.node))
    if agent is not None:
        acd.serve_agent(turn, agent)


def not_sent(turn: Turn, offer: Offer, answer: str) -> None:
    """The originate was refused. The switch's own words begin with ``-``; any other mean that it never got there,
    which is not the phone's fault: whatever waits is then offered after the next listing."""
    if offer.state != RINGING:
        return
    if answer.startswith("-"):
        failed(turn, offer, answer.partition(" ")[2].strip())
        return
    turn.world.node(offer.node).listed = False
    end(turn, offer, "cancelled", answer)
    turn.do(do.ListChannels(offer.node))


def withdraw(turn: Turn, offer: Offer) -> None:
    """The caller left while the agent's phone rang: cancel that leg at once, the agent is free."""
    if offer.state in (RINGING, JOINING):
        turn.do(do.Kill(offer.node, offer.id, "ORIGINATOR_CANCEL"))
        end(turn, offer, "cancelled", "ORIGINATOR_CANCEL")


def end(turn: Turn, offer: Offer, result: str, cause: str, serve: bool = True) -> None:
    """End an offer that led to no talk; the caller waits on, the agent is free, paused or unreachable."""
    joining = offer.state == JOINING
    if not offer.step("end"):
        return
    agent, call = turn.world.agents.get(offer.agent), turn.world.calls.get(offer.call_id)
    if call is not None:
        call.missed = forwarding.HOWS.get(cause, "") if call.goal is not None else ""
    if agent is not None and result in MISSED and offer.visit and not offer.fetched:
        agent.misses += 1  # of calls that the queue gave her: who is passed on by a colleague is no miss
    if offer.onward and call is not None:
        attempts.let_go(turn, call)
    if offer.outside:
        parties.unreached(turn, turn.world.calls.get(offer.call_id), offer, cause)
    else:
        _tell_end(turn, offer, agent, result, cause)
    turn.sleep_on(f"ring|{offer.id}")
    turn.sleep_on(f"join|{offer.id}")
    turn.sleep_on(f"say|{offer.id}")
    turn.wake(f"forget|{offer.id}", FORGET_S)
    if call is not None and call.pick is offer:
        call.pick = None
    if call is not None and call.offer is offer:
        acd.put_back(turn, call)
        if joining and call.stage in (WAITING, PASSED):
            _hold_on(turn, offer, False)
    if agent is not None and agent.state == OFFERED and agent.offer == offer.id:
        _free(turn, agent, result)
    if offer.consult:  # a turn of its own, where nobody else has looked after the other two
        turn.wake(f"aside|{offer.call_id}", 0.0)
    if serve:
        _serve(turn, call, agent)


def _tell_end(turn: Turn, offer: Offer, agent: Agent | None, result: str, cause: str) -> None:
    turn.tell(
        facts.OfferEnded, turn.world.calls.get(offer.call_id), node=offer.node, call_id=offer.call_id,
        offer=offer.id, agent=offer.agent, visit=offer.visit, result=result, cause=cause,
        ring_ms=ms(offer.made, turn.at), misses=agent.misses if agent else 0, command_id=offer.command_id,
    )  # fmt: skip


def _free(turn: Turn, agent: Agent, result: str) -> None:
    if result in AWAY:
        states.change(turn, agent, "device_away", reason=f"phone-{result}")
    elif result in MISSED and agent.misses >= agent.profile.max_misses:
        states.change(turn, agent, "missed_too_often", reason="missed-calls")
    else:
        states.after_call(turn, agent, "let_go")


def _serve(turn: Turn, call: Call | None, agent: Agent | None) -> None:
    if agent is not None and agent.misses:
        agent.idle_since = turn.at  # whoever missed goes to the end of the line of idle agents
    if call is not None and agent is not None:
        acd.serve_both(turn, call, agent)
    elif call is not None:
        acd.serve_call(turn, call)
    elif agent is not None:
        acd.serve_agent(turn, agent)
