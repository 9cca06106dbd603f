"""How a campaign runs now: all that its live page tells, whenever it is asked."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api.campaigns import SEE, TAGS, OfCampaign
from crm.campaigns.api.leadshapes import number_shown
from crm.campaigns.models import CampaignState
from crm.campaigns.running.watching.floor import SHOWN, Line
from crm.campaigns.running.watching.page import watched
from crm.rest.fields import Micros, OrNull
from crm.rest.shapes import Shape


class LiveLeads(Shape):
    total = serializers.IntegerField()
    tried = serializers.IntegerField(help_text="At least once.")
    due = serializers.IntegerField(help_text="Still to be called.")
    claimed = serializers.IntegerField(help_text="With an agent, or being dialled.")
    callback = serializers.IntegerField(help_text="Agreed for a time.")
    closed = serializers.IntegerField()


class LiveCalls(Shape):
    dials = serializers.IntegerField(help_text="The customer's phone rang, or might have.")
    answered = serializers.IntegerField(help_text="Picked up, by whomever or whatever.")
    joined = serializers.IntegerField(help_text="With an agent.")
    right = serializers.IntegerField(help_text="With the right person, by the disposition.")
    success = serializers.IntegerField(help_text="Of these.")


class LiveLine(Shape):
    """A call that is up."""

    number = serializers.SerializerMethodField(help_text="Masked without `numbers.whole`.")
    since = Micros(help_text="From when on it rings, or they talk.")
    agent = OrNull(help_text="Name of who talks; null while it rings.")

    def get_number(self, line: Line) -> str:
        return number_shown(self, line.number)


class LiveWorker(Shape):
    """An agent of the campaign whom the token reaches."""

    login = serializers.CharField(source="user.username")
    state = serializers.ChoiceField(SHOWN)
    reason = OrNull(help_text="Of a pause: its code.")
    since = Micros()
    customer = OrNull(help_text="Name of whom she calls or is shown, if the token sees her.")
    shown = serializers.BooleanField(help_text="The customer is only shown to her so far.")
    connects = serializers.IntegerField(help_text="Of today.")
    successes = serializers.IntegerField(help_text="Of today.")


class LiveOutcome(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    next = serializers.CharField(help_text="What the rules do after it; empty: nothing.")
    count = serializers.IntegerField()


class LiveDecision(Shape):
    at = serializers.DateTimeField()
    said = serializers.CharField(source="text")
    more = serializers.CharField(help_text="Why, or who.")
    attempt = serializers.CharField(help_text="Id, which is the call's, too.")


class CampaignLiveShape(Shape):
    """The sentences are in the language of `Accept-Language`."""

    at = serializers.DateTimeField()
    state = serializers.ChoiceField(CampaignState.choices)
    dials = serializers.BooleanField(help_text="Whether it goes on as it should.")
    said = serializers.CharField(help_text="What it does now, or what keeps it from dialling.")
    more = serializers.CharField(help_text="Why, or until when.")
    leads = LiveLeads()
    left = serializers.IntegerField(help_text="Leads that are not closed.")
    finishes = serializers.DateTimeField(allow_null=True, help_text="At the pace of the last hour of calling.")
    finishes_said = serializers.CharField(help_text="Why that cannot be told, or what it waits for.")
    calls = LiveCalls()
    outcomes = LiveOutcome(many=True, help_text="Of all attempts that are over, the most frequent first.")
    lines = LiveLine(many=True)
    lines_most = serializers.IntegerField()
    agents = LiveWorker(many=True)
    agents_hidden = serializers.IntegerField(help_text="More, whom the token does not reach.")
    agent_states = serializers.DictField(child=serializers.IntegerField(), help_text="State → how many, of all agents.")
    decisions = LiveDecision(many=True, help_text="The newest first.")


class CampaignLive(OfCampaign):
    serializer_class = CampaignLiveShape
    needs = {"GET": SEE}

    @extend_schema(operation_id="campaigns_live", tags=TAGS, summary="Read how a campaign runs now")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        campaign, at = self.campaign(), timezone.now()
        return self.shown(_told(watched(request.user, campaign, at)) | {"at": at, "state": campaign.state})


def _told(now: dict[str, Any]) -> dict[str, Any]:
    """As CampaignLiveShape, of what the page is told."""
    up, pulse = now["floor"], now["pulse"]
    return {
        **{name: now[name] for name in ("leads", "left", "finishes", "calls", "lines_most", "decisions")},
        "dials": pulse.good, "said": pulse.text, "more": pulse.more, "finishes_said": now["finish_words"],
        "outcomes": [
            {"code": code, "name": name, "next": after, "count": count}
            for code, name, after, count, _share in now["outcomes"]
        ],
        "lines": up.lines, "agents": up.workers, "agents_hidden": up.hidden, "agent_states": dict(up.counts),
    }  # fmt: skip
