"""Calls that are up, and why somebody waits, as the floor shows them."""

import time
from typing import Any

import msgspec
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.numbers import shown_number, shown_text
from crm.live.api.floor import WATCH
from crm.live.scope import Scope, floor_scope
from crm.live.selectors import waiting_call
from crm.live.state import live_state
from crm.live.why import in_sight
from crm.live.words import why_words
from crm.numbers import e164
from crm.rest.endpoint import Endpoint
from crm.rest.fields import Micros, OrNull
from crm.rest.shapes import Asked, Shape

TAGS = ["Calls"]
STAGES = (
    "arrived", "flow", "waiting", "offered", "dialling", "talking", "held", "consulting", "conference", "room",
    "passed", "parked", "leaving",
)  # fmt: skip


class LiveCallShape(Shape):
    """A call that has not ended."""

    id = serializers.CharField()
    direction = serializers.CharField(help_text="inbound or outbound.")
    stage = serializers.ChoiceField(STAGES, help_text="flow: it hears what it may choose from.")
    since = Micros(help_text="Since when it is in this stage.")
    arrived_at = Micros(source="arrived")
    number = serializers.CharField(help_text="E.164 where it is one; masked without `numbers.whole`.")
    caller_name = serializers.CharField(source="name", help_text="As the caller's side sent it.")
    dialled = serializers.CharField(help_text="The number that was called.")
    queue = OrNull(help_text="Code.")
    entered_at = Micros(source="entered", help_text="When it entered the queue.")
    waits_ms = serializers.IntegerField(help_text="So long it waits now; 0 when it does not.")
    agent = OrNull(help_text="Login of whom it rings or who talks.")
    talk_since = Micros()
    switch = OrNull(source="node")
    said = serializers.CharField(help_text="Why the last thing happened to it.")


class LiveCallsShape(Shape):
    """All that are up, those that arrived first first."""

    items = LiveCallShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null.")
    previous = serializers.CharField(allow_null=True, help_text="Always null.")


class LiveCallsAsked(Asked):
    queue = serializers.CharField(max_length=32, required=False, help_text="Code.")
    agent = serializers.CharField(max_length=32, required=False, help_text="Login.")
    stage = serializers.ChoiceField(STAGES, required=False)
    direction = serializers.ChoiceField(["inbound", "outbound"], required=False)


class WhyShape(Shape):
    """Why a caller waits."""

    class Next(Shape):
        name = serializers.CharField(help_text="Of the agent; empty for one of another department.")
        until = Micros()

    call = serializers.CharField()
    queue = serializers.CharField()
    place = serializers.IntegerField(help_text="From 1, in the order in which they are answered.")
    waiting = serializers.IntegerField(help_text="Callers in the line.")
    serving = serializers.IntegerField(help_text="Agents who serve the queue.")
    states = serializers.DictField(child=serializers.IntegerField(), help_text="State → how many of them.")
    next = Next(allow_null=True, help_text="Whose after-call work ends first by itself.")
    talking_since = Micros(help_text="Of who talks longest.")
    said = serializers.CharField(help_text="Why the last thing happened to it.")


class LiveCalls(Endpoint):
    serializer_class = LiveCallsShape
    asked = LiveCallsAsked
    needs = {"GET": WATCH}

    @extend_schema(operation_id="live_calls", tags=TAGS, summary="List the calls that are up", responses=LiveCallsShape)
    def get(self, request: Request) -> Response:
        """Those of agents whom the data scope reaches, and those that wait for them. What has ended: `/calls`."""
        asked, scope = self.asked_for(), floor_scope(request.user)
        calls = [call for call in msgspec.to_builtins(list(live_state().view.calls.values())) if scope.sees_call(call)]
        found = [call for call in calls if all(call[name] == value for name, value in asked.items())]
        items = [_told(call, scope) for call in sorted(found, key=lambda call: (call["arrived"], call["id"]))]
        return self.shown({"items": items, "next": None, "previous": None})


class LiveCallWhy(Endpoint):
    serializer_class = WhyShape
    needs = {"GET": WATCH}

    @extend_schema(operation_id="live_calls_why", tags=TAGS, summary="Read why a caller waits", responses=WhyShape)
    def get(self, request: Request, call_id: str) -> Response:
        """404 when she does not wait, or no longer."""
        self.asked_for()
        scope = floor_scope(request.user)
        told = waiting_call(scope, call_id)
        if told is None:
            raise Http404
        return self.shown(in_sight(told, scope))


def _told(call: dict[str, Any], scope: Scope) -> dict[str, Any]:
    number, whole = call["number"], scope.whole
    waits = call["entered"] and call["stage"] in ("waiting", "offered")
    outbound = call["direction"] == "outbound"
    return call | {
        "number": (e164(number) or number) if whole else shown_number(number, whole=False),
        "name": shown_text(call["name"], whole=whole),
        "dialled": shown_number(call["dialled"], whole=whole) if outbound else call["dialled"],
        "waits_ms": max(0, round(time.time() * 1000) - call["entered"] // 1000) if waits else 0,
        "said": why_words(call["why"]) if call["why"] else "",
    }  # fmt: skip
