"""The calls of one customer, as her page shows them."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.calls.models import CallRecord, Outcome
from crm.calls.selectors import calls_visible
from crm.customers.models import Kind
from crm.customers.selectors import calls_of_customer
from crm.customers.sight import customers_visible
from crm.rest.endpoint import Endpoint
from crm.rest.fields import OrNull
from crm.rest.shapes import Shape


class ContactShape(Shape):
    """A call of hers, or of one of a company's people."""

    call = serializers.SerializerMethodField(help_text="Id, of a call that the token sees; else null.")
    customer = serializers.IntegerField(source="customer_id", help_text="Id: of a company also its people's.")
    direction = serializers.CharField(help_text="inbound, outbound or internal.")
    outcome = serializers.ChoiceField(Outcome.choices)
    queue = OrNull(help_text="Code.")
    agent = OrNull(help_text="Login.")
    disposition = serializers.CharField(source="disposition.code", allow_null=True, default=None, help_text="Code.")
    arrived_at = serializers.DateTimeField()
    talk_ms = serializers.IntegerField(allow_null=True)

    def get_call(self, call: CallRecord) -> str | None:
        return call.call_id if call.call_id in self.context["view"].opens else None


class Contacts(Endpoint):
    """The newest first, whoever had them: they are part of her file."""

    serializer_class = ContactShape
    lists = True
    needs = {"GET": "customers.see"}
    ordering = ("-arrived_at", "-call_id")
    opens: frozenset[str] = frozenset()

    @extend_schema(
        operation_id="customers_calls", tags=["Customers"], summary="List the calls of a customer",
        responses=ContactShape(many=True),
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        visible = customers_visible(request.user)
        one = get_object_or_404(visible, pk=pk)
        people = visible.filter(employer=one) if one.kind == Kind.COMPANY else None
        found = self.paginate_queryset(calls_of_customer(one, people)) or []
        opens = calls_visible(request.user).filter(call_id__in=[call.call_id for call in found])
        self.opens = frozenset(opens.values_list("call_id", flat=True))
        return self.get_paginated_response(self.get_serializer(found, many=True).data)
