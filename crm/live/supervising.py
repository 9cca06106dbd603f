"""Supervision: joining the calls of agents, by the floor and by the API. What an order begins is in the audit first."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm import switch
from crm.access.holding import reach, require
from crm.accounts.models import User
from crm.live.services import WAIT_S, Ordered, Refused, carried_out
from crm.live.state import live_state

SUPERVISE = "agents.supervise"
ORDERS = ("Watch", "EndWatch", "TakeOver")
BEGINS = {
    "listen": "supervision.listened", "whisper": "supervision.whispered", "barge": "supervision.joined",
    "TakeOver": "supervision.taken",
}  # fmt: skip
"""Mode of a watch, or the order → its name in the audit. One entry a session: what changes or ends one is an order to
the agent as any other."""


def agent_supervise(*, user: User, login: str, kind: str, mode: str = "") -> str:
    """From the floor: orders it of the daemon and waits for the answer; returns the command's id.

    Raises PermissionDenied unless she sees the agent on her floor and may supervise her, ``switch.CommandWrong``,
    ``switch.SwitchAway``, and Refused with the daemon's reason.
    """
    require(user, SUPERVISE)
    agent = reach(user, "floor.watch").users().filter(username=login).first()
    if agent is None:
        raise PermissionDenied(_("You may only do this for people whom you see here."))
    done = _give(user, agent, user, kind, mode, seconds=switch.DEADLINE_S)
    if not done.done:
        raise Refused(_("The switch did not answer. Try again."))
    return done.command


def agent_supervised(
    *, user: User, agent: User, supervisor: User | None, kind: str, order: str, mode: str = ""
) -> Ordered:
    """The same for a program, which has no phone: ``supervisor`` is who will hear, and must be allowed to as well.

    ``order``: id of the command, as of ``services.agent_command``. Raises as ``agent_supervise``.
    """
    supervisor = supervisor or user
    for who in (user, supervisor):
        require(who, SUPERVISE, of=agent)
    if not switch.may_command(supervisor, agent, permission=SUPERVISE):
        raise PermissionDenied(_("You may only do this for yourself."))
    return _give(user, agent, supervisor, kind, mode, seconds=WAIT_S, command_id=order, once=True)


def _give(
    user: User, agent: User, supervisor: User, kind: str, mode: str, *, seconds: float, command_id: str = "",
    once: bool = False,
) -> Ordered:  # fmt: skip
    if kind not in ORDERS:
        raise switch.CommandWrong(_("This order is not known."))
    said = {"mode": mode} if kind == "Watch" else {}
    begins = BEGINS.get(mode if kind == "Watch" else kind, "")
    send = partial(
        switch.command_send, user, kind, agent=agent, acts_for=supervisor, command_id=command_id, once=once,
        audited="" if kind == "Watch" and _watches(supervisor, agent) else begins, **said,
    )  # fmt: skip
    return carried_out(agent, kind, seconds, send)


def _watches(supervisor: User, agent: User) -> bool:
    watches = live_state().view.watches.values()
    return any(watch.by == supervisor.username and watch.agent == agent.username for watch in watches)
