"""Why calls were allowed."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.numbers import sees_whole
from crm.campaigns.api.leadshapes import AttemptShape
from crm.campaigns.evidence.filters import Filters, attempts_asked
from crm.campaigns.evidence.selectors import CODE, evidence_opens
from crm.campaigns.evidence.story import Story, story
from crm.campaigns.evidence.words import OUTCOMES
from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Asked, Day, Id, Shape

TAGS = ["Evidence"]


class EvidenceAsked(Asked):
    campaign = Id(required=False)
    number = serializers.CharField(
        required=False, max_length=32, help_text="A whole number or its last four digits; digits of it for who sees it."
    )
    since = Day(required=False, help_text="The first day, by the centre's clock.")
    until = Day(required=False, help_text="The last day.")
    outcome = serializers.ChoiceField(sorted(OUTCOMES), required=False)


class StoryShape(Shape):
    """The evidence of one attempt: each step as it was kept, in sentences and in facts, and whether the chain holds."""

    class Step(Shape):
        class Line(Shape):
            what = serializers.CharField()
            text = serializers.CharField()
            more = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))

        seq = serializers.IntegerField(help_text="Number of the row in the chain.")
        kind = serializers.CharField(help_text="allowed, refused, dialled, ended, returned, verdict.")
        title = serializers.CharField()
        at = serializers.DateTimeField()
        lines = Line(many=True)
        kept = serializers.CharField(help_text="The row as it is kept, as JSON, for who computes its digest anew.")
        digest = serializers.CharField(help_text="SHA-256 over the row before and this one, in hex.")

    attempt = AttemptShape(allow_null=True, help_text="Null once the campaign is gone.")
    number = serializers.CharField(help_text="Empty once the person was erased.")
    erased = serializers.BooleanField()
    steps = Step(many=True)
    holds = serializers.SerializerMethodField(help_text="Whether the chain is unbroken up to here.")
    wrong = serializers.SerializerMethodField(help_text="What is wrong with it first; empty when it holds.")

    def get_holds(self, told: Story) -> bool:
        return told.holds.first is None

    def get_wrong(self, told: Story) -> str:
        return _(told.holds.first[0]) % told.holds.first[1] if told.holds.first else ""


class Attempts(Endpoint):
    """Attempts of campaigns and callbacks, the newest first."""

    serializer_class = AttemptShape
    lists = True
    asked = EvidenceAsked
    needs = {"GET": CODE}
    ordering = ("-made_at", "-id")

    @extend_schema(operation_id="evidence_list", tags=TAGS, summary="List attempts to call customers")
    def get(self, request: Request) -> Response:
        asked: dict[str, Any] = self.asked_for()
        found = attempts_asked(request.user, Filters(**asked), whole=sees_whole(request.user))
        return self.listed(found.select_related("agent"))


class AttemptStory(Endpoint):
    serializer_class = StoryShape
    needs = {"GET": CODE}

    @extend_schema(operation_id="evidence_read", tags=TAGS, summary="Read why a call was allowed")
    def get(self, request: Request, attempt: str) -> Response:
        """Its id is the call's. The sentences are in the language of `Accept-Language`."""
        self.asked_for()
        opens = evidence_opens(request.user, attempt)
        found = story(attempt, whole=sees_whole(request.user)) if opens else None
        if found is None:
            raise Http404
        return self.shown(found)
