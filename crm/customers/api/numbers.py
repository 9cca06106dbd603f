"""One number of a customer."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.customers.models import CustomerNumber
from crm.customers.opening import customer_number_open
from crm.numbers import e164
from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Shape


class CustomerNumberOpenedShape(Shape):
    number = serializers.CharField(help_text="Whole: E.164.")


class NumberOpen(Endpoint):
    serializer_class = CustomerNumberOpenedShape
    needs = {"POST": "numbers.open"}

    @extend_schema(
        operation_id="customers_number", tags=["Customers"], summary="Read a whole number of a customer", request=None,
        responses={200: CustomerNumberOpenedShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int, number: int) -> Response:
        """For a token that sees numbers masked. Each time is an entry of the audit."""
        if not CustomerNumber.objects.filter(pk=number, customer=pk).exists():
            raise Http404
        shown = customer_number_open(user=request.user, number_id=number)
        return Response({"number": e164(shown) or shown})
