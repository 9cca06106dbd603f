"""The number of a call is put on a list, by who may never have seen it whole."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.numberlists.api.entries import TAGS
from crm.numberlists.models import NumberList
from crm.numberlists.services import caller_mark
from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Body, Shape


class MarkedShape(Shape):
    added = serializers.BooleanField(help_text="False: it was on the list already.")


class MarkBody(Body):
    list = serializers.ChoiceField(
        [NumberList.NO_CALL, NumberList.BLACK], required=False, default=NumberList.NO_CALL,
        help_text="no_call takes `lists.mark`, black `lists.manage`.",
    )  # fmt: skip
    reason = serializers.CharField(max_length=200)


class CallMark(Endpoint):
    serializer_class = MarkedShape
    needs = {"POST": "lists.mark or lists.manage"}

    @extend_schema(
        operation_id="calls_mark", tags=TAGS, summary="Put the number of a call on a list", request=MarkBody,
        responses={200: MarkedShape},
    )  # fmt: skip
    def post(self, request: Request, call_id: str) -> Response:
        said = self.taken(MarkBody)
        made = caller_mark(
            user=request.user, call_id=call_id.replace("\x00", ""), which=said["list"], reason=said["reason"]
        )  # fmt: skip
        return Response({"added": made is not None})
