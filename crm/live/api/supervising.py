"""Joining the calls of agents by the API: for supervisors who work with another program than the floor."""

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import User
from crm.live.api.agents import agent_or_404
from crm.live.api.commands import door
from crm.live.api.floor import agents_watched
from crm.live.supervising import SUPERVISE, agent_supervised
from crm.rest.endpoint import Endpoint
from crm.rest.orders import OrderedShape, ordered
from crm.rest.shapes import Body

MODES = [(mode, mode) for mode in ("listen", "whisper", "barge")]


class SupervisorBody(Body):
    """Who joins the call."""

    supervisor = serializers.CharField(
        max_length=32, required=False, default="", allow_blank=True,
        help_text="Login of whose phone is rung; she must be allowed to as well. Empty: that of whose token it is.",
    )  # fmt: skip


class WatchBody(SupervisorBody):
    """And how."""

    mode = serializers.ChoiceField(MODES, help_text="Who hears her: nobody, the agent alone, both.")


class Supervision(Endpoint):
    """Her phone rings, or, if she is in the call, only who hears her changes. 409 with the reason when there is no call
    to join, or she cannot. What begins is in the audit before it is done; the agent's own page shows nothing of it."""

    serializer_class = OrderedShape
    needs = {"POST": SUPERVISE}
    kind: str
    body: type[Body] = SupervisorBody

    def order(self, request: Request, login: str) -> Response:
        agent = agent_or_404(agents_watched(request.user, SUPERVISE), login)
        said = self.taken(self.body)
        name = said.pop("supervisor", "")
        supervisor = get_object_or_404(User.objects.filter(is_active=True), username=name) if name else None
        return ordered(
            request, f"{self.kind} {agent.username} {name}",
            lambda order: agent_supervised(
                user=request.user, agent=agent, supervisor=supervisor, kind=self.kind, order=order, **said
            ),
            field="mode" if said else "",
        )  # fmt: skip


SUPERVISIONS: dict[str, tuple[str, str, type[Body]]] = {
    "watch": ("Watch", "Hear her call, or be heard in it otherwise", WatchBody),
    "end-watch": ("EndWatch", "Leave her call", SupervisorBody),
    "take-over": ("TakeOver", "Talk to her customer in her place", SupervisorBody),
}
"""Word of the address → command of the daemon, summary, body."""


DOORS = {word: door(Supervision, word, *told) for word, told in SUPERVISIONS.items()}
