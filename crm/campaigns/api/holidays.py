"""Days on which nobody is called."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api.campaigns import MANAGE, SEE, TAGS
from crm.campaigns.models import Holiday
from crm.campaigns.running.holidays import CODE, holiday_add, holiday_delete
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Asked, Body, Day, Shape


class HolidayShape(Shape):
    """A day, at the place of who would be called."""

    id = serializers.IntegerField()
    day = serializers.DateField()
    country = serializers.CharField(help_text="Calling code of the numbers that rest, such as 86; empty: all.")
    name = serializers.CharField()
    name_zh = serializers.CharField(help_text="In Chinese.")


class HolidayBody(Body):
    day = Day()
    country = serializers.CharField(required=False, allow_blank=True, max_length=5, help_text="Empty: all countries.")
    name = serializers.CharField(max_length=80)
    name_zh = serializers.CharField(required=False, allow_blank=True, max_length=80)

    def validate_country(self, said: str) -> str:
        if said:
            try:
                CODE(said)
            except ValidationError as error:
                raise serializers.ValidationError(error.messages) from error
        return said


class HolidaysAsked(Asked):
    since = Day(required=False, help_text="The first day.")
    until = Day(required=False, help_text="The last day.")
    country = serializers.CharField(required=False, max_length=4, help_text="Calling code.")


class _Holiday(Endpoint):
    serializer_class = HolidayShape

    def told(self, holiday: Holiday, **more: Any) -> Response:
        return self.shown(holiday, tag=self.tag(holiday), **more)

    def tag(self, holiday: Holiday) -> str:
        return tag_of_body(HolidayShape(holiday).data)


class Holidays(_Holiday):
    """The earliest first."""

    lists = True
    asked = HolidaysAsked
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("day", "country", "pk")

    @extend_schema(operation_id="campaign_holidays_list", tags=TAGS, summary="List days on which nobody is called")
    def get(self, request: Request) -> Response:
        lookups = {"since": "day__gte", "until": "day__lte", "country": "country"}
        asked = {lookups[name]: value for name, value in self.asked_for().items()}
        return self.listed(Holiday.objects.filter(**asked))

    @extend_schema(
        operation_id="campaign_holidays_add", tags=TAGS, summary="Add a day on which nobody is called",
        request=HolidayBody, responses={201: HolidayShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """If it is today, nothing more is dialled there."""
        made = holiday_add(user=request.user, **self.taken(HolidayBody))
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class HolidayOne(_Holiday):
    needs = {"GET": SEE, "DELETE": MANAGE}

    @extend_schema(operation_id="campaign_holidays_read", tags=TAGS, summary="Read a day on which nobody is called")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(Holiday, pk=pk))

    @extend_schema(
        operation_id="campaign_holidays_remove", tags=TAGS, summary="Remove a day on which nobody is called",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            found = get_object_or_404(Holiday.objects.select_for_update(), pk=pk)
            require_match(request, self.tag(found))
            holiday_delete(user=request.user, holiday_id=pk)
        return Response(status=204)
