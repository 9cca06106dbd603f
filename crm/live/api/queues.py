"""Queues: their lines now, and what was counted of them by half-hours."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.live.api.floor import WATCH, queue_live, queues_told, queues_watched
from crm.live.api.shapes import QueueLiveShape, QueueShape
from crm.reports.kpi.sums import QueueSums
from crm.reports.periods import HALF_HOUR, Span, Step, half_hour_of
from crm.reports.rollup.reading import Bucket, queue_buckets
from crm.reports.scope import SEE, seen_by
from crm.rest.endpoint import Endpoint
from crm.rest.fields import Moment
from crm.rest.problems import Problem
from crm.rest.shapes import Asked, Shape

TAGS = ["Queues"]
LENGTH, MOST = timedelta(days=1), timedelta(days=32)


class Queues(Endpoint):
    """Those that the agents of the data scope serve, by their codes."""

    serializer_class = QueueShape
    ordering = ("code",)
    needs = {"GET": WATCH}

    @extend_schema(
        operation_id="queues_lines", tags=TAGS, summary="Queues and their lines now", responses=QueueShape(many=True)
    )
    def get(self, request: Request) -> Response:
        self.asked_for()
        page = self.paginate_queryset(queues_watched(request.user))
        return self.get_paginated_response(self.get_serializer(queues_told(page or ()), many=True).data)


class QueueLive(Endpoint):
    """One queue as the floor shows it."""

    serializer_class = QueueLiveShape
    needs = {"GET": WATCH}

    @extend_schema(operation_id="queues_live", tags=TAGS, summary="A queue as it is now", responses=QueueLiveShape)
    def get(self, request: Request, code: str) -> Response:
        queue = get_object_or_404(queues_watched(request.user), code=code if code.isprintable() else "")
        return self.shown(queue_live(request.user, queue))


class IntervalShape(Shape):
    """A half-hour of a queue. Visits belong to the half-hour in which they began, with all that came of them."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    final = serializers.BooleanField(help_text="It is over, and nothing of it is open: the counts stay.")
    offered = serializers.IntegerField(help_text="All that entered, also those that failed or wait still.")
    answered = serializers.IntegerField()
    in_time = serializers.IntegerField(help_text="Answered within the service level.")
    abandoned = serializers.IntegerField()
    short = serializers.IntegerField(help_text="Abandoned so soon that they are in no rate.")
    failed = serializers.IntegerField(help_text="Ended by a fault of the system; in no rate.")
    waiting = serializers.IntegerField(help_text="Not over yet.")
    wait_answered_ms = serializers.IntegerField(help_text="Waits of all answered ones together.")
    wait_abandoned_ms = serializers.IntegerField(help_text="Waits of all abandoned ones together.")
    max_wait_ms = serializers.IntegerField(help_text="The longest wait.")
    handled = serializers.IntegerField(help_text="Talks that are over.")
    talk_ms = serializers.IntegerField(help_text="All of them together, without hold.")
    hold_ms = serializers.IntegerField(help_text="All of them together.")
    wrap_ms = serializers.IntegerField(help_text="After-call work of all of them together.")


class IntervalsShape(Shape):
    """Half-hours in their order, all of them at once; those in which nobody came are left out."""

    queue = serializers.CharField()
    items = IntervalShape(many=True)


class IntervalsAsked(Asked):
    """At most 32 days."""

    since = Moment(required=False, help_text="Without it: a day before `until`. Its half-hour is the first one.")
    until = Moment(required=False, help_text="Without it: now. The half-hour that it falls into is the last one.")


class QueueIntervals(Endpoint):
    """What was counted of a queue by half-hours of the centre's clock, as reports count it."""

    serializer_class = IntervalsShape
    asked = IntervalsAsked
    needs = {"GET": SEE}

    @extend_schema(
        operation_id="queues_intervals", tags=TAGS, summary="A queue by half-hours", responses=IntervalsShape
    )
    def get(self, request: Request, code: str) -> Response:
        if code not in seen_by(request.user).queues:
            raise Http404
        span, zone = _span(self.asked_for()), timezone.get_default_timezone()
        found = queue_buckets(span, Step.HALF_HOUR, [code], zone)
        return self.shown({"queue": code, "items": [_interval(one) for one in found]})


def _span(asked: dict[str, Any]) -> Span:
    """Whole half-hours."""
    zone = timezone.get_default_timezone()
    until = asked.get("until") or timezone.now()
    since = asked.get("since") or until - LENGTH
    if since > until:
        raise Problem("invalid", errors={"since": [_("It is later than until.")]})
    if until - since > MOST:
        raise Problem("invalid", errors={"since": [_("Ask for at most %(n)d days at once.") % {"n": MOST.days}]})
    start, last = half_hour_of(since, zone), half_hour_of(until, zone)
    return Span(start, last if last == until and last > start else last + HALF_HOUR)


def _interval(one: Bucket[QueueSums]) -> dict[str, Any]:
    return {"start": one.start, "end": one.start + HALF_HOUR, "final": one.final} | vars(one.sums)
