"""How a dialling ends: its result by the cause, and what becomes of the agent who dialled."""

from switchctl.contract import dialling, facts
from switchctl.model import effects as do
from switchctl.model.agent import DIALLING
from switchctl.model.call import JOINING, RINGING, Call, Offer
from switchctl.policy import acd, offers, states
from switchctl.policy.turn import Turn, ms

FOLLOW_S = 2.0
"""How long the customer's leg may take to end with hers."""


def result(cause: str) -> str:
    """Of a cause with which the customer's leg ended before anybody talked."""
    return "refused" if cause == dialling.MOVED else dialling.RESULTS.get(cause, "failed")


def over(turn: Turn, call: Call, outcome: str, cause: str, q850: str = "", sip_status: str = "") -> None:
    """Nobody talked, for this reason; she is what she was before. Whose phone was picked up was reached, though the two
    were not joined yet: she heard the prompt."""
    leg = call.offer
    if leg is None or leg.state not in (RINGING, JOINING) or not leg.step("end"):
        return
    outcome = "answered" if call.answered else outcome
    call.offer = None
    turn.tell(
        facts.DialEnded, call, offer=leg.id, agent=leg.agent, result=outcome, cause=cause, q850=q850,
        sip_status=sip_status, ring_ms=ms(leg.made, turn.at), command_id=leg.command_id,
    )  # fmt: skip
    turn.sleep_on(f"ring|{leg.id}")
    turn.sleep_on(f"dial|{leg.id}")
    turn.wake(f"forget|{leg.id}", offers.FORGET_S)
    agent = turn.world.agents.get(leg.agent)
    if agent is not None and agent.state == DIALLING and agent.offer == leg.id:
        away = offers.RESULTS.get(cause, "failed") if outcome == "own_phone" else ""
        missed = bool(call.campaign) and away in offers.MISSED and not agent.reason
        agent.misses += missed
        if away in offers.AWAY and (away != "redirected" or call.campaign):  # she dials herself: she has been told
            states.change(turn, agent, "device_away", reason=f"phone-{away}")
        elif missed and agent.misses >= agent.profile.max_misses:
            # The next customer would be rung for her in vain, and the next.
            states.change(turn, agent, "missed_too_often", reason="missed-calls")
        else:
            states.after_call(turn, agent, "let_go")
            acd.serve_agent(turn, agent)


def withdraw(turn: Turn, leg: Offer) -> None:
    """She has another call, or we are to stop: neither phone rings on."""
    call = turn.world.calls.get(leg.call_id)
    if call is not None and leg.state in (RINGING, JOINING):
        turn.do(do.Kill(leg.node, leg.id, "ORIGINATOR_CANCEL"))
        over(turn, call, "cancelled", "ORIGINATOR_CANCEL")
        call.cause, call.left, call.ended_by = "ORIGINATOR_CANCEL", turn.at, "system"
        call.step("hang")
        turn.wake(f"final|{call.id}", FOLLOW_S)


def ended(turn: Turn, call: Call, cause: str, q850: str, sip_status: str) -> None:
    """The customer's leg is gone: if nobody talked, its cause is the result. Her leg goes with it."""
    if call.offer is not None and call.offer.state in (RINGING, JOINING):
        turn.do(do.Kill(call.node, call.offer.id))
        over(turn, call, result(cause), cause, q850, sip_status)


def let_go(turn: Turn, call: Call) -> None:
    """A colleague who was dialled may be offered calls again."""
    for agent in [agent for agent in turn.world.agents.values() if agent.dialled_by == call.id]:
        agent.dialled_by = ""
        acd.serve_agent(turn, agent)
