"""Orders that a program gives for an agent: all that she could give at her desk."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.live.api.agents import agent_or_404
from crm.live.api.floor import agents_watched
from crm.live.services import agent_command
from crm.rest.endpoint import Endpoint
from crm.rest.orders import OrderedShape, ordered
from crm.rest.shapes import Body

COMMAND = "agents.command"


class Nothing(Body):
    """No fields."""


class ReasonBody(Body):
    """Of a pause."""

    reason = serializers.CharField(max_length=32, help_text="Code of a pause reason.")


class PlanBody(Body):
    """Of a pause that follows the call in hand."""

    reason = serializers.CharField(
        max_length=32, allow_blank=True, required=False, default="",
        help_text="Code of a pause reason; empty: the plan is taken back.",
    )  # fmt: skip


class SignOutBody(Body):
    """Of a sign-out."""

    force = serializers.BooleanField(
        required=False, default=False, help_text="Her call is ended first, or the offer to her taken back."
    )


class TransferBody(Body):
    """Where the customer is passed on to."""

    what = serializers.ChoiceField(
        [("agent", "agent"), ("queue", "queue"), ("number", "number")], help_text="What ``to`` names.",
    )  # fmt: skip
    to = serializers.CharField(
        max_length=40, help_text="A login, a queue's code, or a number as it is dialled. Her dialling class decides.",
    )  # fmt: skip


class ConsultBody(Body):
    """Whom she asks."""

    what = serializers.ChoiceField([("agent", "agent"), ("number", "number")], help_text="What ``to`` names.")
    to = serializers.CharField(max_length=40, help_text="A login, or a number as it is dialled.")


class KeysBody(Body):
    """Keys for the other side."""

    keys = serializers.RegexField(
        r"^[0-9*#A-D]{1,32}$", help_text="Digits, ``*``, ``#``, A to D. They are stored nowhere.",
    )  # fmt: skip


class SlotBody(Body):
    """Whom she takes."""

    slot = serializers.RegexField(r"^[0-9]{2}$", help_text="Where the customer is parked: 01 to 99.")


class PickUpBody(Body):
    """Whose call she takes."""

    of = serializers.CharField(
        max_length=40, allow_blank=True, required=False, default="",
        help_text="Login of the colleague at whose phone it rings; empty: whoever's rings longest.",
    )  # fmt: skip


class CallBackBody(Body):
    """With whom, and from when on."""

    of = serializers.CharField(max_length=40, help_text="The colleague's login or extension.")
    when = serializers.ChoiceField(
        [("free", "free"), ("there", "there")], required=False, default="free",
        help_text="As soon as she has no call, or as soon as she has done something and has none. For an hour.",
    )  # fmt: skip


class NoCallBackBody(Body):
    """With whom not."""

    of = serializers.CharField(max_length=40, help_text="The colleague's login or extension.")


class AgentCommand(Endpoint):
    """An order for an agent whom the data scope reaches. 409 with the reason when it does not fit what she does now."""

    serializer_class = OrderedShape
    needs = {"POST": COMMAND}
    kind: str
    body: type[Body] = Nothing

    def order(self, request: Request, login: str) -> Response:
        agent = agent_or_404(agents_watched(request.user, COMMAND), login)
        said = self.taken(self.body)
        return ordered(
            request, f"{self.kind} {agent.username}",
            lambda order: agent_command(user=request.user, agent=agent, kind=self.kind, order=order, **said),
            field=next(iter(said), ""),
        )  # fmt: skip


COMMANDS: dict[str, tuple[str, str, type[Body]]] = {
    "sign-in": ("SignIn", "Begin work: she is paused until she is ready", Nothing),
    "sign-out": ("SignOut", "End work", SignOutBody),
    "ready": ("BecomeReady", "Take calls; it ends the after-call work", Nothing),
    "pause": ("Pause", "Take no calls", ReasonBody),
    "plan-pause": ("PlanPause", "Pause after the call in hand", PlanBody),
    "answer": ("Answer", "Her phone picks up the call that rings", Nothing),
    "reject": ("Reject", "Refuse the call that rings", Nothing),
    "hold": ("Hold", "Put the caller on hold", Nothing),
    "resume": ("Resume", "Take the caller off hold", Nothing),
    "transfer": ("Transfer", "Pass the customer on to an agent, a queue or a number", TransferBody),
    "redirect": ("Redirect", "Send the caller elsewhere for whom her phone rings", TransferBody),
    "consult": ("Consult", "Ask somebody while the customer waits with music", ConsultBody),
    "swap-consult": ("SwapConsult", "Between the customer and who is asked", Nothing),
    "complete-transfer": ("CompleteTransfer", "The customer is theirs who was asked", Nothing),
    "cancel-consult": ("CancelConsult", "Who was asked is let go", Nothing),
    "mark": ("MarkCustomer", "Her customer goes into the list of marked customers", Nothing),
    "park": ("Park", "The customer waits with music until somebody takes her", Nothing),
    "retrieve": ("Retrieve", "Take a parked customer: her own phone rings for it", SlotBody),
    "join-all": ("JoinAll", "Customer, agent and who is asked all hear each other", Nothing),
    "pick-up": ("PickUpCall", "Take the call that rings at a colleague's phone: her own rings for it", PickUpBody),
    "do-not-disturb": ("DoNotDisturb", "Colleagues' calls do not ring at her; those of queues do", Nothing),
    "may-disturb": ("MayDisturb", "They ring again", Nothing),
    "ask-call-back": ("AskCallBack", "Call a colleague as soon as she can be called", CallBackBody),
    "cancel-call-back": ("CancelCallBack", "Such a wish is taken back", NoCallBackBody),
    "mute": ("Mute", "The other side hears her no more", Nothing),
    "unmute": ("Unmute", "The other side hears her again", Nothing),
    "send-keys": ("SendKeys", "Send keys to the other side", KeysBody),
    "hang-up": ("HangUp", "End her call or her dialling", Nothing),
    "finish-wrap-up": ("FinishWrapUp", "The after-call work is done", Nothing),
    "extend-wrap-up": ("ExtendWrapUp", "More time for the after-call work", Nothing),
}
"""Word of the address → command of the daemon, summary, body."""


def door(base: Any, word: str, kind: str, summary: str, body: type[Body]) -> Any:
    """The address of one order: a class of its own, with its own words in the description; ``base`` gives it."""

    @extend_schema(
        operation_id=f"agents_{word.replace('-', '_')}", tags=["Commands"], summary=summary, request=body,
        responses={202: OrderedShape}, description=base.__doc__,
    )  # fmt: skip
    def post(self: Any, request: Request, login: str) -> Response:
        return self.order(request, login)

    return type(f"Agent{kind}", (base,), {"kind": kind, "body": body, "post": post, "__doc__": base.__doc__})


DOORS = {word: door(AgentCommand, word, *told) for word, told in COMMANDS.items()}
