"""Marking the customer of a talk, by a code on the phone or on the page: the list of marked customers shows her."""

from switchctl.contract import facts, refusals
from switchctl.model.call import OUTBOUND, Call, Offer
from switchctl.model.machine import Refused
from switchctl.policy.turn import Turn

BY_PHONE, BY_ORDER = "phone", "order"


def mark(turn: Turn, call: Call, offer: Offer, how: str, command_id: str = "") -> None:
    """Raises Refused where it is done, or nobody from outside is in the call."""
    if call.direction == OUTBOUND and call.number in turn.world.extensions:
        raise Refused(refusals.NO_CUSTOMER)
    if call.marked:
        raise Refused(refusals.MARKED_ALREADY)
    call.marked = True
    turn.tell(facts.CustomerMarked, call, offer=offer.id, agent=offer.agent, how=how, command_id=command_id)
