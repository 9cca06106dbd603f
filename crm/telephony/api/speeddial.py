"""Speed dials: the centre's, and those of an extension's user."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import User
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Body, Shape
from crm.telephony.models import Extension, SpeedDial
from crm.telephony.speeddial import MANAGE, may_set, speed_dial_remove, speed_dial_set
from crm.telephony.speedlist import Line, speed_lines

TAGS = ["Configuration"]
SEE = f"extensions.see or {MANAGE}"


class SpeedDialShape(Shape):
    """A short code for a number."""

    code = serializers.CharField(source="row.code", help_text="Two digits.")
    typed = serializers.CharField(help_text="What is dialled for it.")
    name = serializers.CharField(source="row.name")
    number = serializers.CharField(help_text="An extension or a number outside, as the caller of this door may see it.")


class SpeedDialsShape(Shape):
    """All of one kind, by code."""

    items = SpeedDialShape(many=True)


class SpeedDialBody(Body):
    name = serializers.CharField(max_length=60)
    number = serializers.CharField(max_length=26, help_text="An extension or a number outside.")


class _Listing(Endpoint):
    serializer_class = SpeedDialsShape
    needs = {"GET": SEE}

    def told(self, owner: User | None) -> Response:
        self.asked_for()
        return self.shown({"items": _lines(self.request.user, owner)})


class SpeedDials(_Listing):
    @extend_schema(operation_id="speed_dials_list", tags=TAGS, summary="List the centre's speed dials")
    def get(self, request: Request) -> Response:
        """Everybody may dial them, by `*0` and the code."""
        return self.told(None)


class ExtensionSpeedDials(_Listing):
    @extend_schema(
        operation_id="extensions_speed_dials", tags=TAGS, summary="List the speed dials of an extension's user"
    )
    def get(self, request: Request, number: str) -> Response:
        """Hers go before the centre's of the same code."""
        return self.told(_owner(number))


class _One(Endpoint):
    serializer_class = SpeedDialShape

    def put_one(self, owner: User | None, code: str) -> Response:
        with transaction.atomic():
            row, line = self._matched(owner, code)
            said = self.taken(SpeedDialBody)
            speed_dial_set(actor=self.request.user, owner=owner, code=code, row=row, **said)
        line = next(line for line in _lines(self.request.user, owner) if line.row.code == code)
        return self.shown(line, status=200 if row else 201, tag=_tag(line))

    def remove_one(self, owner: User | None, code: str) -> Response:
        with transaction.atomic():
            row, _line = self._matched(owner, code)
            speed_dial_remove(actor=self.request.user, row=row or get_object_or_404(SpeedDial, owner=owner, code=code))
        return Response(status=204)

    def _matched(self, owner: User | None, code: str) -> tuple[SpeedDial | None, Line | None]:
        """In the transaction that changes it."""
        row = SpeedDial.objects.select_for_update().filter(owner=owner, code=code).first()
        line = next((line for line in _lines(self.request.user, owner) if line.row.code == code), None)
        require_match(self.request, _tag(line))
        return row, line


class SpeedDialOne(_One):
    needs = {"PUT": MANAGE, "DELETE": MANAGE}

    @extend_schema(
        operation_id="speed_dials_set", tags=TAGS, summary="Set a speed dial of the centre", request=SpeedDialBody,
        responses={200: SpeedDialShape, 201: SpeedDialShape},
    )  # fmt: skip
    def put(self, request: Request, code: str) -> Response:
        """201: it is new. What nobody may dial is refused; what each may dial is asked at her call."""
        return self.put_one(None, code)

    @extend_schema(
        operation_id="speed_dials_remove", tags=TAGS, summary="Remove a speed dial of the centre", responses={204: None}
    )
    def delete(self, request: Request, code: str) -> Response:
        return self.remove_one(None, code)


class ExtensionSpeedDial(_One):
    needs = {"PUT": MANAGE, "DELETE": MANAGE}

    @extend_schema(
        operation_id="extensions_speed_dials_set", tags=TAGS, summary="Set a speed dial of an extension's user",
        request=SpeedDialBody, responses={200: SpeedDialShape, 201: SpeedDialShape},
    )  # fmt: skip
    def put(self, request: Request, number: str, code: str) -> Response:
        """201: it is new. What she may not dial is refused."""
        return self.put_one(_owner(number), code)

    @extend_schema(
        operation_id="extensions_speed_dials_remove", tags=TAGS, summary="Remove a speed dial of an extension's user",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, number: str, code: str) -> Response:
        return self.remove_one(_owner(number), code)


def _owner(number: str) -> User:
    """Whose extension it is; a phone of nobody's seat has none of its own."""
    return get_object_or_404(Extension.objects.select_related("user"), number=number, user__isnull=False).user


def _lines(reader: Any, owner: User | None) -> list[Line]:
    return speed_lines(reader, owner, whole=may_set(reader, owner))


def _tag(line: Line | None) -> str:
    return tag_of_body([line.row.code, line.row.name, line.row.number] if line else None)
