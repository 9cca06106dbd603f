"""What is done to one call besides its outcome and note: its number is looked at, and somebody says who it was."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import require
from crm.calls.api.calls import TAGS, WITH, tag_of_call
from crm.calls.api.shapes import CallShape
from crm.calls.models import CallRecord
from crm.calls.opening import number_open
from crm.calls.selectors import calls_visible
from crm.customers.choosing import caller_choose
from crm.numbers import e164
from crm.rest.endpoint import Endpoint
from crm.rest.problems import Problem
from crm.rest.shapes import Body, Id, Shape


class NumberOpenedShape(Shape):
    number = serializers.CharField(help_text="Whole: E.164 where it is one. Empty: withheld.")


class CallerBody(Body):
    customer = Id(allow_null=True, help_text="Id of who it was; null: nobody whom the centre knows.")
    remember = serializers.BooleanField(required=False, help_text="The number becomes one of hers.")


class CallNumber(Endpoint):
    serializer_class = NumberOpenedShape
    needs = {"POST": "numbers.open"}

    @extend_schema(
        operation_id="calls_number", tags=TAGS, summary="Read the whole number of a call", request=None,
        responses={200: NumberOpenedShape},
    )  # fmt: skip
    def post(self, request: Request, call_id: str) -> Response:
        """For a token that sees numbers masked. Each time is an entry of the audit."""
        shown = number_open(user=request.user, call_id=_printable(call_id))
        return Response({"number": e164(shown) or shown})


class CallCustomer(Endpoint):
    serializer_class = CallShape
    needs = {"POST": "calls.note"}

    @extend_schema(
        operation_id="calls_customer", tags=TAGS, summary="Say who the other party was", request=CallerBody,
        responses={200: CallShape},
    )  # fmt: skip
    def post(self, request: Request, call_id: str) -> Response:
        """Of customers whom the token sees, or who have the number; of all with `customers.find`."""
        require(request.user, "calls.see")  # what it answers shows the call
        said = self.taken(CallerBody)
        if not calls_visible(request.user, "calls.note").filter(call_id=_printable(call_id)).exists():
            raise Http404
        try:
            caller_choose(
                agent=request.user, call_id=call_id, customer_id=said["customer"], remember=said.get("remember", False)
            )  # fmt: skip
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                raise
            raise Problem("invalid", errors={"customer": error.messages}) from error
        found = CallRecord.objects.select_related(*WITH).get(call_id=call_id)
        return self.shown(found, tag=tag_of_call(found))


def _printable(call_id: str) -> str:
    if not call_id.isprintable():
        raise Http404
    return call_id
