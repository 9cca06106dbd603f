"""What is wrong now, what was, and who takes care."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import require
from crm.alarms.models import Alarm, Severity
from crm.alarms.selectors import alarms_open, alarms_past, spoken, within
from crm.alarms.services import alarm_acknowledge
from crm.alarms.words import advice, title
from crm.rest.endpoint import Endpoint
from crm.rest.fields import OrNull
from crm.rest.problems import Problem
from crm.rest.shapes import Asked, Shape

TAGS = ["Alarms"]
PLAIN = (
    "id", "code", "subject", "severity", "raised_at", "last_seen_at", "count", "acknowledged_at", "cleared_at",
)  # fmt: skip


class AlarmShape(Shape):
    """An alarm, in the language that is asked for."""

    id = serializers.IntegerField()
    code = serializers.CharField(help_text="Stays the same for ever.")
    subject = serializers.CharField(help_text="What it is about, such as a switch; empty where there is only one.")
    severity = serializers.ChoiceField(Severity.choices)
    title = serializers.CharField()
    sentence = serializers.CharField()
    advice = serializers.CharField(help_text="What to do.")
    raised_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    count = serializers.IntegerField(help_text="How often it was found.")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = OrNull(help_text="Login of who takes care.")
    cleared_at = serializers.DateTimeField(allow_null=True)


class AlarmsShape(Shape):
    """All that are asked for."""

    items = AlarmShape(many=True)


class AlarmsAsked(Asked):
    state = serializers.ChoiceField(
        [("open", "open"), ("past", "past")], required=False, default="open", help_text="`past`: the newest hundred."
    )


def _told(alarm: Alarm, sentence: str) -> dict[str, Any]:
    by = alarm.acknowledged_by.username if alarm.acknowledged_by else ""
    words = {"title": str(title(alarm.code)), "sentence": sentence, "advice": str(advice(alarm.code))}
    return {name: getattr(alarm, name) for name in PLAIN} | words | {"acknowledged_by": by}


class Alarms(Endpoint):
    """Those that the data scope reaches: first those that nobody acknowledged, the critical and the newest first."""

    serializer_class = AlarmsShape
    asked = AlarmsAsked
    needs = {"GET": "alarms.see"}

    @extend_schema(operation_id="alarms_list", tags=TAGS, summary="List alarms", responses=AlarmsShape)
    def get(self, request: Request) -> Response:
        found = alarms_open if self.asked_for()["state"] == "open" else alarms_past
        return self.shown({"items": [_told(*one) for one in spoken(found(request.user))]})


class AlarmAcknowledge(Endpoint):
    serializer_class = AlarmShape
    needs = {"POST": "alarms.handle"}

    @extend_schema(
        operation_id="alarms_acknowledge", tags=TAGS, summary="Say that somebody takes care", request=None,
        responses={200: AlarmShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """409 when it is over, or somebody else was first."""
        require(request.user, "alarms.see")  # what it answers shows the alarm
        seen = Alarm.objects.filter(pk=pk).select_related("acknowledged_by")
        if not within(request.user, seen):
            raise Http404
        if not alarm_acknowledge(pk, user=request.user):
            raise Problem("conflict", _("This alarm is over, or somebody takes care of it already."))
        return self.shown(_told(*spoken(seen.all())[0]))
