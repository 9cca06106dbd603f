"""Orders for switches, as programs give them."""

from crm import switch
from crm.accounts.models import User
from crm.live.services import WAIT_S, Ordered, Refused

STEPS = {"drain": "DrainNode", "return": "ReturnNode"}
"""Word → command of the daemon."""


def switch_order(*, user: User, node: str, step: str, force: bool, order: str) -> Ordered:
    """``order``: id of the command; one that went out under it before is not given again. ``force``: drain it even if
    no other switch takes calls.

    Raises PermissionDenied, ``switch.CommandWrong``, ``switch.SwitchAway``, and Refused.
    """
    since = switch.facts_end()
    more = {"force": force} if step == "drain" else {}
    command = switch.command_send(user, STEPS[step], command_id=order, once=True, node=node, **more)
    answer = switch.command_answer(command, since=switch.said_since(command) or since, seconds=WAIT_S)
    if answer:
        switch.forget_said(command)
        raise Refused(answer)
    return Ordered(command, answer is not None)
