"""What is ordered while somebody is asked beside a call: swap, complete, cancel, make it a conference."""

from switchctl.contract import refusals
from switchctl.model import effects as do
from switchctl.model.aside import ALL, COMPLETE, FRONT, JOINED, RETURN, SPEAK, TO_FRONT, Aside
from switchctl.model.call import RINGING, TALKED, Call
from switchctl.model.machine import Refused
from switchctl.policy import joining
from switchctl.policy.turn import Turn


def swap(turn: Turn, call: Call, command_id: str) -> None:
    """Speak with the customer while the other waits, or the other way round. Raises Refused."""
    aside = _apart(call)
    aside.command_id = command_id
    joining.join(turn, call, SPEAK if aside.state == FRONT else TO_FRONT)


def join_all(turn: Turn, call: Call, command_id: str) -> None:
    """All three hear each other. Raises Refused."""
    aside = _apart(call)
    aside.command_id = command_id
    joining.join(turn, call, ALL)


def complete(turn: Turn, call: Call, command_id: str) -> None:
    """The customer is the other's. Raises Refused."""
    aside = _settled(call)
    aside.command_id = command_id
    joining.join(turn, call, COMPLETE)


def cancel(turn: Turn, call: Call, command_id: str) -> None:
    """The other is let go; the agent has her customer again. Raises Refused without a consult."""
    aside = call.aside
    if aside is None:
        raise Refused(refusals.NO_CONSULT)
    if aside.want in (COMPLETE, RETURN):
        raise Refused(refusals.SWITCH_BUSY)
    aside.command_id, aside.result = command_id, "cancelled"
    leg = aside.leg
    turn.do(do.Kill(leg.node, leg.id, "ORIGINATOR_CANCEL" if leg.state == RINGING else "NORMAL_CLEARING"))


def _settled(call: Call) -> Aside:
    aside = call.aside
    if aside is None:
        raise Refused(refusals.NO_CONSULT)
    if aside.leg.state != TALKED:
        raise Refused(refusals.NOT_ANSWERED_YET)
    if aside.want:
        raise Refused(refusals.SWITCH_BUSY)
    return aside


def _apart(call: Call) -> Aside:
    aside = _settled(call)
    if aside.state == JOINED:
        raise Refused(refusals.IN_CONFERENCE)
    return aside
