"""The transfer key of a phone (REFER): whoever was passed on by it is asked about as if the page had passed her on.

Theory of operation. The switch carries a REFER out before anybody is asked, but leads to one place: the customer comes
to the context ``referred``, and with her lease the digits that were typed. Her agent's leg ends with the cause
BLIND_TRANSFER, a moment before or after; that is no hang-up, so it is only noted (``REFERS``). The digits are then a
blind transfer in the agent's name. What she may not dial, or who is not free, leaves the customer where a transfer
leaves her that nobody took: with the agent again, if she is free, else at the head of the queue; the agent reads why.
Of any other leg that is passed on so (a colleague's, one that is asked beside a call) the call ends as if it had hung
up. The digits stand in no fact before the rules have let them through.
"""

from switchctl.contract import directory, facts, refusals
from switchctl.contract.statefacts import PHONE_TRANSFERS
from switchctl.model import effects as do
from switchctl.model.call import AGENT, NUMBER, PASSED, QUEUE, TALKED, TALKING, Call, Goal, Offer
from switchctl.model.machine import Refused
from switchctl.model.seen import Seen
from switchctl.policy import transfers
from switchctl.policy.turn import Turn

STAGE, CAUSE = "refer", "BLIND_TRANSFER"
REFERS = "refers"
"""``Offer.ending`` of an agent whose phone did it and whose customer has not come yet."""
COME_S = 3.0
"""So long after her leg the customer may come."""
BACK_S = 1.0
"""So long a phone that has just put its receiver down is let be, before it is rung again."""


def came(turn: Turn, node: str, ev: Seen) -> bool:
    """The switch hands us a leg that was passed on; says whether that was all (else it is served as any other)."""
    world = turn.world
    call = world.calls.get(ev.uuid)
    if call is None:
        if ev.uuid in world.offers:
            turn.do(do.Kill(node, ev.uuid, "NORMAL_CLEARING"))
        return ev.uuid in world.offers
    if call.aside is not None or call.goal is not None or call.stage != TALKING or not _hers(call):
        return False
    offer = call.offer
    assert offer is not None
    agent = world.agents.get(offer.agent)
    turn.sleep_on(f"refer|{call.id}")
    offer.ending = "transfer"
    call.passed_by, call.passed_from = offer.agent, offer.id
    if call.dials:
        turn.do(do.SetVars(call.node, call.id, transfers.AS_A_CALLER))
    try:
        if agent is None:
            raise Refused(refusals.UNKNOWN_AGENT)
        call.goal = transfers.settled(turn, call, goal(turn, ev.destination), agent)
    except Refused as refused:
        turn.tell(
            facts.CommandRefused, agent=offer.agent, node=node, call_id=call.id, command=PHONE_TRANSFERS,
            command_id=ev.uuid, reason=refused.reason, params=refused.params,
        )  # fmt: skip
        call.goal = Goal(AGENT, offer.agent)
        transfers.tell(turn, call, "returned")
        transfers.left(turn, call)
        transfers.music(turn, call)
        turn.wake(f"refer|{call.id}", BACK_S)
        return True
    transfers.tell(turn, call, "blind")
    transfers.come_back(turn, call, ev)
    return True


def _hers(call: Call) -> bool:
    return call.offer is not None and call.offer.state == TALKED and bool(call.offer.agent)


def goal(turn: Turn, digits: str) -> Goal:
    """What digits on a phone mean for a customer: where one of our numbers leads, or whatever can be dialled."""
    route = turn.world.routes.get(digits)
    if route is not None and route.target == directory.QUEUE:
        return Goal(QUEUE, route.queue)
    return Goal(NUMBER, route.to if route is not None and route.target == directory.EXTENSION else digits)


def left(turn: Turn, offer: Offer, call: Call) -> bool:
    """An agent's leg ended because her phone passed her partner on; says whether he is still to come."""
    if offer.state != TALKED or call.offer is not offer or call.stage != TALKING or call.goal is not None:
        return False
    offer.ending = REFERS
    turn.wake(f"refer|{call.id}", COME_S)
    return True


def time_over(turn: Turn, call: Call) -> None:
    """Her customer did not come: she is fetched, and waits in front of all. Or she goes back to her."""
    if call.stage == TALKING and call.offer is not None and call.offer.ending == REFERS:
        turn.do(do.Transfer(call.node, call.id, "wait"))
    elif call.stage == PASSED and call.goal == Goal(AGENT, call.passed_by):
        transfers.back(turn, call)
