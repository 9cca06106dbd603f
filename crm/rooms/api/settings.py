"""Setting rooms up."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import User
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Body, Shape
from crm.rooms.models import Room
from crm.rooms.services import room_remove, room_save

MANAGE = "rooms.manage"


class RoomSettingsShape(Shape):
    """How a room is set up."""

    code = serializers.CharField()
    name = serializers.CharField()
    number = serializers.CharField(help_text="Who dials it inside comes in; empty: none.")
    outside = serializers.CharField(help_text="The centre's number that leads there; empty: none.")
    has_pin = serializers.SerializerMethodField(help_text="Whether who comes from outside is asked for one.")
    places = serializers.IntegerField(source="most")
    chair = serializers.CharField(
        source="chair.username", default=None, allow_null=True, help_text="Login; null: nobody."
    )

    def get_has_pin(self, room: Room) -> bool:
        return bool(room.pin)


class RoomPatch(Body):
    """What is to change; what is left away stays."""

    name = serializers.CharField(required=False, max_length=80)
    number = serializers.CharField(required=False, allow_blank=True, max_length=6, help_text="3 to 6 digits, or empty.")
    outside = serializers.CharField(
        required=False, allow_blank=True, max_length=20, help_text="As the trunk sends it, or empty."
    )
    pin = serializers.CharField(
        required=False, allow_blank=True, max_length=12, help_text="4 to 12 digits; empty: none is asked."
    )
    places = serializers.IntegerField(required=False, min_value=2, max_value=200)
    chair = serializers.CharField(required=False, allow_null=True, max_length=150, help_text="Login; null: nobody.")

    def validate_chair(self, login: str | None) -> User | None:
        found = User.objects.filter(username=login, is_active=True).first() if login else None
        if login and found is None:
            raise serializers.ValidationError(_("Nobody has this login."))
        return found


class RoomBody(RoomPatch):
    """A new room."""

    code = serializers.CharField(max_length=32, help_text="Small letters, digits and hyphens.")
    name = serializers.CharField(max_length=80)


class RoomOne(Endpoint):
    serializer_class = RoomSettingsShape
    needs = {"GET": "rooms.use", "PATCH": MANAGE, "DELETE": MANAGE}

    def told(self, room: Room, **more: Any) -> Response:
        return self.shown(room, tag=tag_of_body(RoomSettingsShape(room).data), **more)

    def matched(self, code: str) -> Room:
        found = get_object_or_404(Room.objects.select_for_update(of=("self",)), code=code)
        require_match(self.request, tag_of_body(RoomSettingsShape(found).data))
        return found

    @extend_schema(operation_id="rooms_read", tags=["Rooms"], summary="Read how a room is set up")
    def get(self, request: Request, code: str) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(Room, code=code))

    @extend_schema(
        operation_id="rooms_change", tags=["Rooms"], summary="Change a room", request=RoomPatch,
        responses={200: RoomSettingsShape},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        with transaction.atomic():
            room = self.matched(code)
            return self.told(saved(request, room, self.taken(RoomPatch)))

    @extend_schema(operation_id="rooms_remove", tags=["Rooms"], summary="Remove a room", responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Who is in it stays; nobody comes in any more."""
        with transaction.atomic():
            room_remove(user=request.user, room=self.matched(code))
        return Response(status=204)


def saved(request: Request, room: Room | None, said: dict[str, Any]) -> Room:
    """A new one, or with what is said changed."""
    old = {}
    if room is not None:
        old = {name: getattr(room, name) for name in ("name", "number", "outside", "chair")} | {"places": room.most}
    fields = {"number": "", "outside": "", "places": 40, "chair": None, **old, **said}
    return room_save(
        user=request.user, room=room, code=room.code if room else fields["code"], name=fields["name"],
        number=fields["number"], outside=fields["outside"], most=fields["places"], chair=fields["chair"],
        pin=said.get("pin", None if room else ""),
    )  # fmt: skip
