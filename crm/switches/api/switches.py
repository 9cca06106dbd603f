"""The switches that carry the calls."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Shape
from crm.switches.selectors import switch_rows

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
