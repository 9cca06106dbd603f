"""Sending the three of a consult into a conference of their own: where it is, and who is not there yet."""

from switchctl.model import effects as do
from switchctl.model.call import TALKED, Call
from switchctl.policy.turn import Turn

CONTEXT = "rooms"
"""Of the dialplan: whoever is sent there is in."""
APPLICATION = "conference"
"""What a leg runs that is in one."""


def legs(call: Call) -> list[tuple[str, str]]:
    """Whose legs belong into it, each with the extension that leads it there. With the customer's the conference ends,
    though we were dead. Hers is the first: left behind in a talk she would be led on to the stage after it."""
    assert call.aside is not None
    agents = [leg for leg in (call.offer, call.aside.leg) if leg is not None and leg.state == TALKED]
    return [(call.id, f"customer-{call.id}"), *((leg.id, f"three-{call.id}") for leg in agents)]


def send(turn: Turn, call: Call) -> None:
    """Whoever is not inside; nobody twice, for a customer who leaves it ends it. Measured: legs that are joined may be
    sent one after the other."""
    aside = call.aside
    assert aside is not None
    aside.gathered, aside.ready = True, False
    # Her socket is still open for a while: from here on its loss must not move her.
    turn.do(do.SetVars(call.node, call.id, {"socket_resume": "false"}))
    for leg, extension in legs(call):
        if leg not in aside.inside:
            turn.do(do.Transfer(call.node, leg, extension, CONTEXT))
