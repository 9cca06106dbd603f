"""Numbers that callers dial."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Body, Shape
from crm.telephony.models import Route
from crm.telephony.numbers import GREETING, Way, route_add, route_change, route_remove, routes

TAGS = ["Configuration"]
MANAGE = "routes.manage"
SEE = f"queues.manage or skills.see or routes.see or {MANAGE}"
OF_QUEUE = "Code of a queue; of an extension that of those whom nobody answers there, or empty."


class RouteShape(Shape):
    """What a dialled number leads to."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    target = serializers.ChoiceField(Route.Target.choices)
    queue = serializers.SerializerMethodField(help_text=OF_QUEUE)
    extension = serializers.SerializerMethodField(help_text="Its number; empty: it leads elsewhere.")
    room = serializers.SerializerMethodField(help_text="Code of a conference room; empty: it leads elsewhere.")
    greeting = serializers.CharField(help_text="A file below the switch's sounds; empty: none.")

    def get_queue(self, route: Route) -> str:
        return route.queue.code if route.queue else ""

    def get_extension(self, route: Route) -> str:
        return route.extension.number if route.extension else ""

    def get_room(self, route: Route) -> str:
        return route.room.code if route.room else ""


class RouteChangeBody(Body):
    target = serializers.ChoiceField(Route.Target.choices, required=False)
    queue = serializers.CharField(required=False, allow_blank=True, max_length=32, help_text=OF_QUEUE)
    extension = serializers.CharField(required=False, allow_blank=True, max_length=8, help_text="Its number.")
    room = serializers.CharField(
        required=False, allow_blank=True, max_length=32,
        help_text="Code of a conference room. Who calls is asked for its pin, if it has one, and for nothing else.",
    )  # fmt: skip
    greeting = serializers.CharField(
        required=False, allow_blank=True, max_length=120, help_text="A file below the switch's sounds; empty: none."
    )


class RouteBody(RouteChangeBody):
    number = serializers.CharField(max_length=21, help_text="As the carrier sends it: 2 to 20 digits, maybe with a +.")


class Routes(Endpoint):
    serializer_class = RouteShape
    lists = True
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("number",)

    @extend_schema(operation_id="routes_list", tags=TAGS, summary="List dialled numbers and where they lead")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(routes())

    @extend_schema(
        operation_id="routes_add", tags=TAGS, summary="Add a dialled number", request=RouteBody,
        responses={201: RouteShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        said = self.taken(RouteBody)
        made = route_add(number=said.pop("number"), way=_way(said, None))
        return self.shown(made, status=201, tag=_tag(made), location=f"{request.path}/{made.pk}")


class RouteOne(Endpoint):
    serializer_class = RouteShape
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="routes_read", tags=TAGS, summary="Read where a dialled number leads")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        found = get_object_or_404(routes(), pk=pk)
        return self.shown(found, tag=_tag(found))

    @extend_schema(
        operation_id="routes_change", tags=TAGS, summary="Lead a dialled number elsewhere", request=RouteChangeBody,
        responses={200: RouteShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            found = self._matched(pk)
            saved = route_change(route=found, way=_way(self.taken(RouteChangeBody), found))
        return self.shown(saved, tag=_tag(saved))

    @extend_schema(operation_id="routes_remove", tags=TAGS, summary="Remove a dialled number", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Who dials it is told then that nobody can be reached there."""
        with transaction.atomic():
            route_remove(route=self._matched(pk))
        return Response(status=204)

    def _matched(self, pk: int) -> Route:
        """In the transaction that changes it."""
        get_object_or_404(Route.objects.select_for_update(), pk=pk)
        found = routes().get(pk=pk)
        require_match(self.request, _tag(found))
        return found


def _tag(route: Route) -> str:
    return tag_of_body(RouteShape(route).data)


def _way(said: dict[str, Any], now: Route | None) -> Way:
    """What is not said stays, unless it leads to something else than before."""
    was = RouteShape(now).data if now else {"target": Route.Target.QUEUE, "greeting": GREETING}
    target = said.get("target", was["target"])
    if target != was["target"]:
        was = was | {"queue": "", "extension": "", "room": ""}
    extension = said.get("extension", was.get("extension", "")) if target == Route.Target.EXTENSION else ""
    room = said.get("room", was.get("room", "")) if target == Route.Target.ROOM else ""
    queue, greeting = said.get("queue", was.get("queue", "")), said.get("greeting", was["greeting"])
    return Way(target, queue, extension, greeting, room)
