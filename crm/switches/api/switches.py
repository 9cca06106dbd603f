"""The switches that carry the calls."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.orders import OrderedShape, ordered
from crm.rest.shapes import Body, Shape
from crm.switches.selectors import switch_rows
from crm.switches.services import STEPS, switch_order

SWITCH_STATES = [(state, state) for state in ("serving", "draining", "drained")]


class SwitchShape(Shape):
    """A switch, as the daemon sees it."""

    name = serializers.CharField()
    reached = serializers.BooleanField(source="up", help_text="Whether the daemon can reach it.")
    state = serializers.ChoiceField(
        SWITCH_STATES,
        help_text="What was ordered of it: `draining` takes no new calls, `drained` is empty.",
    )  # fmt: skip
    calls = serializers.IntegerField(help_text="On it, or led over it to a phone.")
    waiting = serializers.IntegerField(help_text="Callers who wait in a queue on it.")
    phones = serializers.IntegerField(help_text="Registered there.")
    last = serializers.BooleanField(help_text="No other switch takes calls.")


class SwitchesShape(Shape):
    """All there are."""

    items = SwitchShape(many=True)


class Switches(Endpoint):
    """All switches, by name."""

    serializer_class = SwitchesShape
    needs = {"GET": "switches.see"}

    @extend_schema(
        operation_id="switches_list", tags=["Switches"], summary="Switches as they are now", responses=SwitchesShape
    )
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.shown({"items": switch_rows()})


class SwitchStepBody(Body):
    """Of a switch."""

    step = serializers.ChoiceField([(step, step) for step in STEPS])
    force = serializers.BooleanField(required=False, default=False, help_text="Drain it even if it is the last one.")


class SwitchSteps(Endpoint):
    serializer_class = OrderedShape
    needs = {"POST": "switches.manage"}

    @extend_schema(
        operation_id="switches_step", tags=["Switches"], summary="Take a switch out of service, or back",
        request=SwitchStepBody, responses={202: OrderedShape},
    )  # fmt: skip
    def post(self, request: Request, name: str) -> Response:
        """`drain`: it takes no new calls, and those that it has go on. 409 with the reason when it is the last one."""
        if name not in {row.name for row in switch_rows()}:
            raise Http404
        said = self.taken(SwitchStepBody)
        return ordered(
            request, f"{said['step']} {name}",
            lambda order: switch_order(user=request.user, node=name, order=order, **said), field="step",
        )  # fmt: skip
