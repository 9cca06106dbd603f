"""Where an extension's calls go on to; and whether a queue's calls follow that."""

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
from crm.staff.services.skills import queue_forwards
from crm.telephony.forwarding import DAYS, How, Rule, forwarding_set, rules_of, rules_shown
from crm.telephony.models import Extension, Queue

TAGS = ["Configuration"]
MANAGE = "extensions.manage"
HOURS = "%H:%M"


class ForwardingRule(Shape):
    how = serializers.ChoiceField(How.choices)
    number = serializers.CharField(help_text="An extension or a number outside; empty: there is none of this kind.")
    active = serializers.BooleanField()
    days = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday; none: every day.")
    since = serializers.TimeField(allow_null=True, format=HOURS, help_text="In the centre's zone; null: all day.")
    until = serializers.TimeField(allow_null=True, format=HOURS, help_text="Before `since`: of the next day.")


class ForwardingShape(Shape):
    """Where an extension's calls go on to."""

    extension = serializers.CharField()
    rules = ForwardingRule(many=True, help_text="All three kinds.")


class ForwardingRuleBody(Body):
    how = serializers.ChoiceField(How.choices)
    number = serializers.CharField(max_length=26, allow_blank=True)
    active = serializers.BooleanField(default=True)
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=DAYS[0], max_value=DAYS[-1]), max_length=7, required=False
    )
    since = serializers.TimeField(allow_null=True, required=False, input_formats=[HOURS])
    until = serializers.TimeField(allow_null=True, required=False, input_formats=[HOURS])


class ForwardingBody(Body):
    rules = ForwardingRuleBody(many=True, max_length=3, help_text="Kinds that are not named stay as they are.")


class ExtensionForwarding(Endpoint):
    serializer_class = ForwardingShape
    needs = {"GET": f"extensions.see or {MANAGE}", "PUT": MANAGE}

    @extend_schema(operation_id="extensions_forwarding", tags=TAGS, summary="Read where an extension's calls go on to")
    def get(self, request: Request, number: str) -> Response:
        self.asked_for()
        row = get_object_or_404(Extension, number=number)
        return self.shown(_told(request.user, row), tag=_tag(row))

    @extend_schema(
        operation_id="extensions_forwarding_set", tags=TAGS, summary="Forward an extension's calls",
        request=ForwardingBody, responses={200: ForwardingShape},
    )  # fmt: skip
    def put(self, request: Request, number: str) -> Response:
        """What its user may not dial is refused."""
        with transaction.atomic():
            row = get_object_or_404(Extension.objects.select_for_update(), number=number)
            require_match(request, _tag(row))
            rules = [
                Rule(one["how"], one["number"], one["active"], tuple(one.get("days", ())), one.get("since"),
                     one.get("until"))
                for one in self.taken(ForwardingBody)["rules"]
            ]  # fmt: skip
            forwarding_set(actor=request.user, extension=row, rules=rules)
        return self.shown(_told(request.user, row), tag=_tag(row))


class QueueForwardingShape(Shape):
    """Whether a queue's calls follow the forwarding of agents."""

    forwards = serializers.BooleanField(help_text="Else they ring at the agents' own phones alone.")


class QueueForwardingBody(Body):
    forwards = serializers.BooleanField()


class QueueForwarding(Endpoint):
    serializer_class = QueueForwardingShape
    needs = {"GET": "queues.manage or skills.see", "PUT": "queues.manage"}

    @extend_schema(operation_id="queues_forwarding", tags=TAGS, summary="Read whether a queue's calls are forwarded")
    def get(self, request: Request, code: str) -> Response:
        self.asked_for()
        told = {"forwards": get_object_or_404(Queue, code=code).forwards}
        return self.shown(told, tag=tag_of_body(told))

    @extend_schema(
        operation_id="queues_forwarding_set", tags=TAGS, summary="Have a queue's calls follow agents' forwarding",
        request=QueueForwardingBody, responses={200: QueueForwardingShape},
    )  # fmt: skip
    def put(self, request: Request, code: str) -> Response:
        """They are the agent's calls wherever they ring."""
        with transaction.atomic():
            queue = get_object_or_404(Queue.objects.select_for_update(), code=code)
            require_match(request, tag_of_body({"forwards": queue.forwards}))
            queue_forwards(actor=request.user, queue=queue, **self.taken(QueueForwardingBody))
        queue.refresh_from_db()
        told = {"forwards": queue.forwards}
        return self.shown(told, tag=tag_of_body(told))


def _told(user: Any, row: Extension) -> dict[str, Any]:
    rules = [rule._asdict() | {"days": list(rule.days)} for rule in rules_shown(user, row)]
    return {"extension": row.number, "rules": rules}


def _tag(row: Extension) -> str:
    return tag_of_body([[str(part) for part in rule] for rule in rules_of(row)])
