"""Lost calls: which there are, what became of the callers since, and settling them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import require
from crm.access.numbers import sees_whole, shown_number, shown_text
from crm.calls.filters import SPANS
from crm.calls.models import CallRecord, Outcome
from crm.calls.paging import Place, page, place_of
from crm.calls.selectors import calls_visible
from crm.numbers import ERASED
from crm.reports.lost.asking import LOST, Fate, asked
from crm.reports.lost.selectors import LostCall, calls_lost, told
from crm.reports.lost.services import NOTE, lost_reopen, lost_settle
from crm.rest.endpoint import Endpoint
from crm.rest.fields import OrNull
from crm.rest.placed import Found, Placed
from crm.rest.problems import Problem
from crm.rest.shapes import Asked, Body, Day, Shape

TAGS = ["Calls"]


class LostShape(Shape):
    """A call that nobody served."""

    id = serializers.CharField(source="call.call_id")
    number = serializers.SerializerMethodField(help_text="E.164 where it is one; masked without `numbers.whole`.")
    customer = serializers.IntegerField(source="call.customer_id", allow_null=True, help_text="Id, if it is known.")
    queue = OrNull(source="call.queue", help_text="Code.")
    outcome = serializers.ChoiceField(Outcome.choices, source="call.outcome")
    arrived_at = serializers.DateTimeField(source="call.arrived_at")
    wait_ms = serializers.IntegerField(source="call.wait_ms", allow_null=True)
    place = serializers.IntegerField(allow_null=True, help_text="Which of those who waited she was when she left.")
    again = serializers.IntegerField(help_text="How often the number has called since.")
    tried = serializers.IntegerField(help_text="How often it was called since.")
    fate = serializers.ChoiceField(Fate.choices, help_text="What became of the caller.")
    reached_at = serializers.DateTimeField(source="reached.at", allow_null=True, default=None)
    reached_by = serializers.CharField(source="reached.agent", allow_null=True, default=None, help_text="Login.")
    settled_at = serializers.DateTimeField(source="settled.at", allow_null=True, default=None)
    settled_by = serializers.CharField(source="settled.by.username", allow_null=True, default=None, help_text="Login.")
    note = serializers.SerializerMethodField(help_text="Of who settled it.")

    def get_number(self, lost: LostCall) -> str:
        whole, number = sees_whole(self.context["request"].user), lost.call.number_e164 or lost.call.number
        return number if whole and not number.startswith(ERASED) else shown_number(number, whole=whole)

    def get_note(self, lost: LostCall) -> str:
        whole = sees_whole(self.context["request"].user)
        return shown_text(lost.settled.note, whole=whole) if lost.settled else ""


class LostAsked(Asked):
    """The filters of the page. Without days it is about today."""

    span = serializers.ChoiceField(list(SPANS), required=False, help_text="Instead of since and until.")
    since = Day(required=False, help_text="The first day, by the centre's clock.")
    until = Day(required=False, help_text="The last day.")
    queue = serializers.CharField(max_length=32, required=False, help_text="Code.")
    outcome = serializers.ChoiceField(list(LOST), required=False)
    number = serializers.CharField(max_length=64, required=False, help_text="As in the list of calls.")
    fate = serializers.ChoiceField(Fate.choices, required=False)


class SettleBody(Body):
    note = serializers.CharField(max_length=NOTE, required=False, allow_blank=True, help_text="Why.")
    settled = serializers.BooleanField(required=False, default=True, help_text="false: it is to be looked after again.")


class Places(Placed):
    def read(self, asked: QuerySet[CallRecord], *, size: int, view: Any, **beyond: Place) -> Found:
        found = page(asked, **beyond, size=size)
        return Found(told(found.calls), found.older, found.newer)

    def place_of(self, said: str) -> Place | None:
        return place_of(said)


class LostCalls(Endpoint):
    """The newest first."""

    serializer_class = LostShape
    lists = True
    pagination_class = Places
    asked = LostAsked
    needs = {"GET": "calls.see"}

    @extend_schema(operation_id="lost_calls_list", tags=TAGS, summary="List lost calls", responses=LostShape(many=True))
    def get(self, request: Request) -> Response:
        wanted = asked(self.asked_for(), whole=sees_whole(request.user))
        return self.listed(calls_lost(request.user, wanted).select_related("customer"))


class LostSettle(Endpoint):
    serializer_class = LostShape
    needs = {"POST": "calls.note"}

    @extend_schema(
        operation_id="lost_calls_settle", tags=TAGS, summary="Say that nothing more is to be done about a lost call",
        request=SettleBody, responses={200: LostShape},
    )  # fmt: skip
    def post(self, request: Request, call_id: str) -> Response:
        require(request.user, "calls.see")  # what it answers shows the call
        said = self.taken(SettleBody)
        hers = calls_visible(request.user, "calls.note")
        if not (call_id.isprintable() and hers.filter(pk=call_id).exists()):
            raise Http404
        try:
            if said["settled"]:
                lost_settle(user=request.user, call_id=call_id, note=said.get("note", ""))
            else:
                lost_reopen(user=request.user, call_id=call_id)
        except ValidationError as error:
            raise Problem("conflict", " ".join(error.messages)) from error
        return self.shown(told([CallRecord.objects.get(pk=call_id)])[0])
