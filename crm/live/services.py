"""What somebody orders of an agent: a supervisor from the floor, a program by the API."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm import switch
from crm.access.holding import reach, require
from crm.accounts.models import User
from crm.refusals import OF_HER
from switchctl.contract import facts as f

ORDERS = ("Pause", "BecomeReady", "SignOut", "HangUp", "Transfer", "Redirect")
"""Orders for others from the floor."""
ALL_ORDERS = (
    *ORDERS, "PlanPause", "SignIn", "Answer", "Reject", "Hold", "Resume", "FinishWrapUp", "ExtendWrapUp",
    "Consult", "SwapConsult", "CompleteTransfer", "CancelConsult", "JoinAll", "Mute", "Unmute", "SendKeys",
    "MarkCustomer", "Park", "Retrieve", "PickUpCall", "AskCallBack", "CancelCallBack",
    "DoNotDisturb", "MayDisturb",
)  # fmt: skip
"""Those that a program may give: it may be what she works with in place of the desk."""
WAIT_S = 2.0
"""So long a program waits for the daemon's answer."""


class Refused(Exception):
    """The order was not carried out; ``str()`` is fit for the screen."""


@dataclass(frozen=True)
class Ordered:
    """A command that went out. ``done``: the daemon said that it was carried out; else it has not answered yet."""

    command: str
    done: bool

    @property
    def state(self) -> str:
        return "done" if self.done else "sent"


def agent_order(
    *, user: User, login: str, kind: str, reason: str = "", force: bool = False, what: str = "", to: str = ""
) -> str:  # fmt: skip
    """Orders it of the daemon and waits for the answer; returns the command's id. ``force``: of a sign-out, the call in
    hand is ended first. ``what``, ``to``: where her customer is sent, as of the command.

    Raises PermissionDenied unless she sees the agent on her floor and may command her, ``switch.CommandWrong``,
    ``switch.SwitchAway``, and Refused with the daemon's reason.
    """
    require(user, "agents.command")
    agent = reach(user, "floor.watch").users().filter(username=login).first()
    if agent is None:
        raise PermissionDenied(_("You may only do this for people whom you see here."))
    if kind not in ORDERS:
        raise switch.CommandWrong(_("This order is not known."))
    goal = {"what": what, "to": to}
    needed = {"Pause": {"reason": reason}, "SignOut": {"force": force}, "Transfer": goal, "Redirect": goal}
    said: dict[str, Any] = needed.get(kind, {})
    done = carried_out(agent, kind, switch.DEADLINE_S, lambda: switch.command_send(user, kind, agent=agent, **said))
    if not done.done:
        raise Refused(_("The switch did not answer. Try again."))
    return done.command


def agent_command(*, user: User, agent: User, kind: str, order: str, **said: Any) -> Ordered:
    """The same for a program: any order that there is, for whom ``agents.command`` reaches.

    ``order``: id of the command; one that went out under it before is not given again, and its answer is looked up.
    Raises PermissionDenied, ``switch.CommandWrong``, ``switch.SwitchAway``, and Refused with the daemon's reason.
    """
    require(user, "agents.command", of=agent)
    if kind not in ALL_ORDERS:
        raise switch.CommandWrong(_("This order is not known."))
    send = partial(switch.command_send, user, kind, agent=agent, command_id=order, once=True, **said)
    return carried_out(agent, kind, WAIT_S, send)


def agent_dial(*, user: User, agent: User, number: str, order: str) -> Ordered:
    """Has her phone call a number in her name; ``order`` becomes the call's id. Her own dialling class decides, and the
    lists do. Raises as ``agent_command``; it takes ``calls.dial_others``.
    """
    require(user, "calls.dial_others", of=agent)
    send = partial(switch.command_send, user, "Dial", agent=agent, command_id=order, once=True, number=number)
    return carried_out(agent, "Dial", WAIT_S, send)


BRINGS: dict[str, tuple[type[f.Fact], ...]] = {
    "Answer": (f.TalkStarted, f.DialProceeded), "Hold": (f.HoldStarted,), "Resume": (f.HoldEnded,),
    "Watch": (f.WatchChanged,), "EndWatch": (f.WatchEnded,), "TakeOver": (f.CallTaken,),
}  # fmt: skip
"""Orders that the daemon hands on to the switch → the facts about the agent that show what it did."""


def carried_out(agent: User, kind: str, seconds: float, send: Callable[[], str]) -> Ordered:
    """Sends a command about an agent and waits for its answer. Raises Refused with the daemon's reason."""
    since = switch.facts_end()
    command_id = send()
    since = switch.said_since(command_id) or since
    shows = BRINGS.get(kind, ())
    answer = switch.command_answer(
        command_id, since=since, seconds=seconds, others=OF_HER,
        brings=lambda fact: isinstance(fact, shows) and getattr(fact, "agent", "") == agent.username,
    )  # fmt: skip
    if answer:
        switch.forget_said(command_id)  # nothing was done: the same order may be given again
        raise Refused(answer)
    return Ordered(command_id, answer is not None)
