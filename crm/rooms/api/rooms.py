"""Conference rooms, who is in them, and what is ordered of them."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.fields import Micros
from crm.rest.orders import OrderedShape, ordered
from crm.rest.shapes import Body, Shape
from crm.rooms.api.settings import MANAGE, RoomBody, RoomSettingsShape, saved
from crm.rooms.models import Room
from crm.rooms.selectors import room_lines
from crm.rooms.services import STEPS, room_order


class MemberShape(Shape):
    """Somebody in a room, or called for it."""

    member = serializers.CharField(source="leg", help_text="To name her in an order.")
    agent = serializers.CharField(help_text="Login; empty: none of ours.")
    number = serializers.CharField(help_text="As the caller of this door may see it.")
    inside = serializers.BooleanField(help_text="False: her phone rings.")
    since = Micros(help_text="Since when that is so.")
    muted = serializers.BooleanField(help_text="The others do not hear her.")
    deaf = serializers.BooleanField(help_text="She does not hear the others.")


class RoomShape(Shape):
    """A room."""

    code = serializers.CharField(source="room.code")
    name = serializers.CharField(source="room.name")
    number = serializers.CharField(source="room.number", help_text="Who dials it inside comes in; empty: none.")
    outside = serializers.CharField(source="room.outside", help_text="The centre's number that leads there.")
    has_pin = serializers.SerializerMethodField(help_text="Whether who comes from outside is asked for one.")
    places = serializers.IntegerField(source="room.most")
    chair = serializers.CharField(
        source="room.chair.username", default=None, allow_null=True, help_text="Login; null: nobody."
    )
    node = serializers.CharField(help_text="The switch that it is on; empty: nobody is in it.")
    locked = serializers.BooleanField(help_text="Nobody else comes in.")
    members = MemberShape(many=True)

    def get_has_pin(self, line: object) -> bool:
        return bool(line.room.pin)  # type: ignore[attr-defined]


class RoomsShape(Shape):
    """All there are."""

    items = RoomShape(many=True)


class Rooms(Endpoint):
    """All rooms, by name, with who is in them now."""

    serializer_class = RoomsShape
    needs = {"GET": "rooms.use", "POST": MANAGE}

    @extend_schema(
        operation_id="rooms_list", tags=["Rooms"], summary="Conference rooms as they are now", responses=RoomsShape
    )
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.shown({"items": room_lines(request.user)})

    @extend_schema(
        operation_id="rooms_add", tags=["Rooms"], summary="Add a room", request=RoomBody,
        responses={201: RoomSettingsShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Who chairs it may order of it what a token with `rooms.manage` may of all."""
        made = saved(request, None, self.taken(RoomBody))
        self.serializer_class = RoomSettingsShape
        return self.shown(made, status=201, location=f"{request.path}/{made.code}")


class RoomStepBody(Body):
    """Of a room."""

    step = serializers.ChoiceField([(step, step) for step in STEPS])
    number = serializers.CharField(required=False, default="", max_length=40, help_text="Of `invite`: who is called.")
    member = serializers.CharField(required=False, default="", max_length=64, help_text="Of `mute`, `deaf`, `kick`.")
    on = serializers.BooleanField(required=False, default=True, help_text="Of `mute`, `deaf`, `lock`; false: no more.")


class RoomSteps(Endpoint):
    serializer_class = OrderedShape
    needs = {"POST": "rooms.use"}

    @extend_schema(
        operation_id="rooms_step", tags=["Rooms"], summary="Come in, call somebody in, mute, show the door, lock, end",
        request=RoomStepBody, responses={202: OrderedShape},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """`join` rings the phone of the token's own user. All others are for the chair of the room, or who manages
        rooms. 409 with the reason when it does not fit."""
        room = get_object_or_404(Room, code=code)
        said = self.taken(RoomStepBody)
        return ordered(
            request, f"{said['step']} {code}",
            lambda order: room_order(user=request.user, room=room, order=order, **said), field="step",
        )  # fmt: skip
