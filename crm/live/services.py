"""What a supervisor orders of an agent from the floor."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm import switch
from crm.access.holding import reach, require
from crm.accounts.models import User
from switchctl.contract import refusals

ORDERS = ("Pause", "BecomeReady", "SignOut", "HangUp")
"""Orders for others."""

OTHERS = {
    refusals.NOT_SIGNED_IN: gettext_noop("She is not signed in."),
    refusals.UNKNOWN_AGENT: gettext_noop("The call centre does not know her as an agent."),
    refusals.NOT_TALKING: gettext_noop("She is not in a call."),
    refusals.NOT_IN_WRAP_UP: gettext_noop("She has no after-call work to finish."),
    refusals.RINGING: gettext_noop("Her phone is ringing. Try again when the call is answered."),
    refusals.TALKING: gettext_noop("She is in a call. It must end first."),
    refusals.DIALLING: gettext_noop("She is dialling. That call must end first."),
    refusals.IN_WRAP_UP: gettext_noop("She is in after-call work."),
    refusals.READY_ALREADY: gettext_noop("She is ready already."),
    refusals.PHONE_AWAY: gettext_noop("Her phone is not registered."),
}
"""The daemon's refusals speak to the agent; so they are said of her."""


class Refused(Exception):
    """The order was not carried out; ``str()`` is fit for the screen."""


def agent_order(*, user: User, login: str, kind: str, reason: str = "") -> str:
    """Orders it of the daemon and waits for the answer; returns the command's id.

    Raises PermissionDenied unless she sees the agent on her floor and may command her, ``switch.CommandWrong``,
    ``switch.SwitchAway``, and Refused with the daemon's reason.
    """
    require(user, "agents.command")
    agent = reach(user, "floor.watch").users().filter(username=login).first()
    if agent is None:
        raise PermissionDenied(_("You may only do this for people whom you see here."))
    if kind not in ORDERS:
        raise switch.CommandWrong(_("This order is not known."))
    since = switch.facts_end()
    command_id = switch.command_send(user, kind, agent=agent, **({"reason": reason} if kind == "Pause" else {}))
    answer = switch.command_answer(command_id, since=since, seconds=switch.DEADLINE_S, others=OTHERS)
    if answer is None:
        raise Refused(_("The switch did not answer. Try again."))
    if answer:
        raise Refused(answer)
    return command_id
