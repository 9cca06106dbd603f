"""Ways to the outside, and how they are now."""

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
from crm.telephony.lines import TrunkLine, trunk_line, trunk_lines
from crm.telephony.models import Trunk
from crm.telephony.trunks import FIELDS, MOST, trunk_add, trunk_change, trunk_remove

TAGS = ["Configuration"]
MANAGE = "trunks.manage"
SEE = f"trunks.see or {MANAGE}"
OF_STATE = "registered, up (answers, wants no registration), trying, failed, unregistered, down."


class TrunkShape(Shape):
    """A gateway of every switch. Its password is told to nobody."""

    class State(Shape):
        node = serializers.CharField()
        state = serializers.CharField(help_text=OF_STATE)

    name = serializers.CharField(source="trunk.name")
    proxy = serializers.CharField(source="trunk.proxy", help_text="Host, perhaps with a port.")
    transport = serializers.ChoiceField(Trunk.Transport.choices, source="trunk.transport")
    user = serializers.CharField(source="trunk.user", help_text="Of the account; empty: known by our address.")
    realm = serializers.CharField(source="trunk.realm", help_text="Empty: the host of the proxy.")
    secret = serializers.SerializerMethodField(help_text="Whether it has a password that can be used.")
    register = serializers.BooleanField(source="trunk.register")
    pings = serializers.BooleanField(source="trunk.pings", help_text="Asked by OPTIONS whether it lives.")
    prefixes = serializers.ListField(
        child=serializers.CharField(), source="trunk.prefixes", help_text="Beginnings of the numbers that it takes."
    )
    channels = serializers.IntegerField(source="trunk.channels", help_text="Calls dialled at a time; 0: any.")
    networks = serializers.ListField(
        child=serializers.CharField(), source="trunk.networks", help_text="From where its calls come in."
    )
    priority = serializers.IntegerField(source="trunk.priority", help_text="Lower ones are tried first.")
    states = serializers.SerializerMethodField(help_text="How it is now at each switch, as far as that was told.")

    def get_secret(self, line: TrunkLine) -> bool:
        return bool(line.trunk.sealed) and not line.lost

    @extend_schema(responses=State(many=True))
    def get_states(self, line: TrunkLine) -> list[dict[str, str]]:
        return [{"node": node, "state": state} for node, state in line.states]


class TrunksShape(Shape):
    """All there are, in the order in which they are tried."""

    items = TrunkShape(many=True)


class TrunkChangeBody(Body):
    proxy = serializers.CharField(required=False, max_length=210)
    transport = serializers.ChoiceField(Trunk.Transport.choices, required=False)
    user = serializers.CharField(required=False, allow_blank=True, max_length=80)
    realm = serializers.CharField(required=False, allow_blank=True, max_length=210)
    secret = serializers.CharField(
        required=False, allow_blank=True, max_length=200, trim_whitespace=False,
        help_text="Password of the account; kept sealed. Empty: none.",
    )  # fmt: skip
    register = serializers.BooleanField(required=False)
    pings = serializers.BooleanField(required=False)
    prefixes = serializers.ListField(child=serializers.CharField(max_length=20), required=False, max_length=MOST)
    channels = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    networks = serializers.ListField(child=serializers.CharField(max_length=50), required=False, max_length=MOST)
    priority = serializers.IntegerField(required=False, min_value=0, max_value=1000)


class TrunkBody(TrunkChangeBody):
    name = serializers.CharField(max_length=32, help_text="Small letters and digits; stays for ever.")
    proxy = serializers.CharField(max_length=210)


class Trunks(Endpoint):
    """All of them, with their states."""

    serializer_class = TrunksShape
    needs = {"GET": SEE, "POST": MANAGE}

    @extend_schema(operation_id="trunks_list", tags=TAGS, summary="Trunks as they are now", responses=TrunksShape)
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.shown({"items": trunk_lines()})

    @extend_schema(
        operation_id="trunks_add", tags=TAGS, summary="Add a trunk", request=TrunkBody, responses={201: TrunkShape}
    )
    def post(self, request: Request) -> Response:
        made = trunk_add(**self.taken(TrunkBody))
        return _told(made, status=201, headers={"Location": f"{request.path}/{made.name}"})


class TrunkOne(Endpoint):
    serializer_class = TrunkShape
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="trunks_read", tags=TAGS, summary="Read a trunk")
    def get(self, request: Request, name: str) -> Response:
        self.asked_for()
        row = get_object_or_404(Trunk, name=name)
        return self.shown(trunk_line(row), tag=_tag(row))

    @extend_schema(
        operation_id="trunks_change", tags=TAGS, summary="Change a trunk", request=TrunkChangeBody,
        responses={200: TrunkShape},
    )  # fmt: skip
    def patch(self, request: Request, name: str) -> Response:
        """Its gateways are made anew at once; calls over them go on."""
        with transaction.atomic():
            return _told(trunk_change(trunk=self._matched(name), **self.taken(TrunkChangeBody)))

    @extend_schema(operation_id="trunks_remove", tags=TAGS, summary="Remove a trunk", responses={204: None})
    def delete(self, request: Request, name: str) -> Response:
        """Calls over it go on."""
        with transaction.atomic():
            trunk_remove(trunk=self._matched(name))
        return Response(status=204)

    def _matched(self, name: str) -> Trunk:
        """In the transaction that changes it."""
        row = get_object_or_404(Trunk.objects.select_for_update(), name=name)
        require_match(self.request, _tag(row))
        return row


def _tag(row: Trunk) -> str:
    """Of what can be written, not of how it is now."""
    return tag_of_body([row.name, row.sealed, *(getattr(row, field) for field in FIELDS)])


def _told(row: Trunk, **more: Any) -> Response:
    response = Response(TrunkShape(trunk_line(row)).data, **more)
    response["ETag"] = _tag(row)
    return response
