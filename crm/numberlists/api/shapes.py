"""How a line of a list looks outside, and what is taken of one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.access.numbers import sees_whole, shown_number
from crm.numberlists.filters import STATES
from crm.numberlists.models import Kind, ListedNumber, NumberList, Source, Way
from crm.numberlists.typed import Typed, typed_number
from crm.rest.bulk import MOST
from crm.rest.shapes import Asked, Body, Id, Moment, Shape
from switchctl.contract import numberlists as contract


class EntryShape(Shape):
    """A number or a segment on a list."""

    id = serializers.IntegerField()
    list = serializers.ChoiceField(NumberList.choices)
    way = serializers.ChoiceField(Way.choices, help_text="For which calls it counts.")
    kind = serializers.ChoiceField(Kind.choices)
    number = serializers.SerializerMethodField(
        help_text="+8613800001111; a segment as +86138* or +8613800000000 ~ +8613800009999; masked as numbers are."
    )
    reason = serializers.CharField()
    evidence = serializers.CharField(help_text="Of a do-not-call request: who asked when, how that can be shown.")
    source = serializers.ChoiceField(Source.choices)
    added_by = serializers.CharField(source="added_by.username", allow_null=True, help_text="A login.")
    added_at = serializers.DateTimeField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)

    def get_number(self, row: ListedNumber) -> str:
        whole = sees_whole(self.context["request"].user)
        return shown_number(row.first, whole=False) if row.kind == Kind.NUMBER and not whole else str(row)


class EntryAsked(Asked):
    """Filters of the list."""

    q = serializers.CharField(
        required=False, max_length=40, help_text="A number (also finds segments that name it) or digits of it."
    )
    list = serializers.ChoiceField(NumberList.choices, required=False)
    way = serializers.ChoiceField(Way.choices, required=False)
    state = serializers.ChoiceField(STATES, required=False, help_text="By its times: counts now, later, or is over.")


class EntryBody(Body):
    """What is written."""

    number = serializers.CharField(max_length=64, help_text="In any form; a segment as 138* or a range from ~ to.")
    list = serializers.ChoiceField(NumberList.choices)
    way = serializers.ChoiceField(Way.choices, required=False, help_text="Without it out of no_call, else both.")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=400, required=False, allow_blank=True)
    since = Moment(required=False, allow_null=True)
    until = Moment(required=False, allow_null=True)

    def validate_number(self, text: str) -> Typed:
        return typed_number(text)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        since, until = said.get("since"), said.get("until")
        if since and until and until <= since:
            raise ValidationError({"until": _("The end lies before the beginning.")})
        return said


class EntryChangeBody(EntryBody):
    """What is left away stays."""

    number = serializers.CharField(max_length=64, required=False)
    list = serializers.ChoiceField(NumberList.choices, required=False)


class RemoveBody(Body):
    ids = serializers.ListField(child=Id(), min_length=1, max_length=MOST)


class RemovedShape(Shape):
    removed = serializers.IntegerField(help_text="How many there were; others were gone already.")


class CheckBody(Body):
    numbers = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, max_length=MOST)
    way = serializers.ChoiceField([contract.IN, contract.OUT], help_text="Calls from these numbers, or to them.")
    at = Moment(required=False, help_text="Now, without it.")


class CheckedShape(Shape):
    """What the lists say about each number, in the order in which they were sent."""

    class Answer(Shape):
        number = serializers.CharField(help_text="As it was sent.")
        valid = serializers.BooleanField(help_text="Whether it is a number at all.")
        allowed = serializers.BooleanField()
        by = serializers.CharField(help_text="The list that decided, emergency, or empty: no list names it.")
        entry = serializers.IntegerField(allow_null=True, help_text="Id of the line that decided.")
        said = serializers.CharField(help_text="In a sentence.")

    items = Answer(many=True)
