"""What came of a campaign, and how good the numbers are."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api.campaigns import SEE, TAGS, OfCampaign
from crm.campaigns.running.figures import dialled, reached
from crm.campaigns.running.members import members
from crm.campaigns.running.quality import KINDS, SPANS, Line, by_campaign, by_list, by_time
from crm.campaigns.running.selectors import campaigns_seen
from crm.campaigns.words import outcome_words
from crm.rest.endpoint import Endpoint
from crm.rest.shapes import Asked, Day, Id, Shape

LONGEST = timedelta(days=366)


class ResultsShape(Shape):
    """Counted a moment ago."""

    class Leads(Shape):
        total = serializers.IntegerField()
        tried = serializers.IntegerField(help_text="At least once.")
        due = serializers.IntegerField(help_text="Still to be called.")
        claimed = serializers.IntegerField(help_text="Being called.")
        callback = serializers.IntegerField(help_text="A callback was agreed.")
        closed = serializers.IntegerField()

    class Calls(Shape):
        dials = serializers.IntegerField()
        answered = serializers.IntegerField()
        joined = serializers.IntegerField(help_text="Answered, and an agent was on the line.")
        right = serializers.IntegerField(help_text="The outcome was noted, and it was the right person.")
        success = serializers.IntegerField()

    class Outcome(Shape):
        outcome = serializers.CharField()
        said = serializers.CharField(help_text="In words.")
        attempts = serializers.IntegerField()

    leads = Leads()
    calls = Calls()
    outcomes = Outcome(many=True, help_text="Of attempts that are over, the most frequent first.")
    agents = serializers.IntegerField(help_text="Who may work for it.")


class Results(OfCampaign):
    serializer_class = ResultsShape
    needs = {"GET": SEE}

    @extend_schema(operation_id="campaigns_results", tags=TAGS, summary="Read what came of a campaign")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        one = self.campaign()
        calls = dialled([one.pk])[one.pk]
        outcomes = [
            {"outcome": code, "said": outcome_words(code), "attempts": number}
            for code, number in sorted(calls.outcomes.items(), key=lambda line: (-line[1], line[0]))
        ]
        told = {"leads": asdict(reached([one.pk])[one.pk]), "calls": asdict(calls)}
        return self.shown(told | {"outcomes": outcomes, "agents": members(one).count()})


class QualityAsked(Asked):
    since = Day(help_text="The first day, by the centre's clock.")
    until = Day(help_text="The last day; at most 366 days.")
    span = serializers.ChoiceField(sorted(SPANS), required=False, default="week")
    campaign = Id(required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if not timedelta() <= said["until"] - said["since"] < LONGEST:
            raise serializers.ValidationError({"until": _("A period goes over 1 to %(n)d days.") % {"n": LONGEST.days}})
        return said


class QualityShape(Shape):
    """What became of dials, and of how many different numbers."""

    class Row(Shape):
        of = serializers.CharField(allow_null=True, help_text="First day of a week or month, or an id; null: others.")
        dials = serializers.IntegerField()
        numbers = serializers.IntegerField(help_text="Different ones.")
        counts = serializers.DictField(child=serializers.IntegerField(), help_text=", ".join(KINDS) + " → dials.")

    by_time = Row(many=True)
    by_import = Row(many=True, help_text="By the import that the customers came from.")
    by_campaign = Row(many=True)


class Quality(Endpoint):
    serializer_class = QualityShape
    asked = QualityAsked
    needs = {"GET": SEE}

    @extend_schema(
        operation_id="campaigns_quality", tags=TAGS, summary="Read how good the numbers are that were called",
        responses=QualityShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = self.asked_for()
        since, until = _midnight(asked["since"]), _midnight(asked["until"] + timedelta(days=1))
        campaign, found = asked.get("campaign", 0), campaigns_seen(request.user)
        found = found.filter(pk=campaign) if campaign else found
        timed = by_time(since, until, asked["span"], found)
        told = {
            "by_time": [_row(line, f"{timezone.localtime(line.of):%Y-%m-%d}") for line in timed],
            "by_import": [_row(line, line.of) for line in by_list(since, until, found)],
            "by_campaign": [] if campaign else [_row(line, line.of) for line in by_campaign(since, until, found)],
        }
        return self.shown(told)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _row(line: Line, of: Any) -> dict[str, Any]:
    return {
        "of": of,
        "dials": line.dials,
        "numbers": line.numbers,
        "counts": dict(zip(KINDS, line.counts, strict=True)),
    }
