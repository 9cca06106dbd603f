"""How pop-ups and lookups look outside, and what is taken of them."""

from rest_framework import serializers

from crm.popups.answers import MOST_FIELDS
from crm.popups.models import Direction, Moment, Opens
from crm.rest.shapes import Body, Shape

URL = "Its host is one of those allowed; behind it placeholders may stand, such as {number}."
LABEL, STEPS = r"^[^=\r\n]+\Z", r"^[^\s=]+\Z"
"""A field is kept as a line: Label = path."""


class HostShape(Shape):
    """A host that addresses may name."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    plain = serializers.BooleanField(help_text="Whether by http, too.")


class HostBody(Body):
    name = serializers.CharField(max_length=255, help_text="Such as billing.example.com, with a port if it has one.")
    plain = serializers.BooleanField(required=False, default=False, help_text="By http, too: within one's own network.")


class OutsideShape(Shape):
    """What both have."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="On the desk.")
    url = serializers.CharField(help_text=URL)
    direction = serializers.ChoiceField(Direction.choices, help_text="Of which calls.")
    queues = serializers.ListField(child=serializers.CharField(), help_text="Codes; empty: all calls.")
    active = serializers.BooleanField()


class PopupShape(OutsideShape):
    """A page of another system."""

    moment = serializers.ChoiceField(Moment.choices, help_text="When.")
    opens = serializers.ChoiceField(Opens.choices, help_text="Who opens it.")
    whole = serializers.BooleanField(help_text="Whether its address has numbers whole, whoever opens it.")
    signed = serializers.BooleanField(source="sealed", help_text="Whether its address is signed.")
    before_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then it is signed with the secret before, too."
    )


class AnswerField(serializers.Serializer):
    """A value of the answer."""

    label = serializers.RegexField(LABEL, max_length=40)
    path = serializers.RegexField(STEPS, max_length=120, help_text="Through the JSON: account.balance, bills.0.sum.")


class LookupShape(OutsideShape):
    """A question to another system. The value of its header is never told."""

    answer = AnswerField(many=True, source="named", help_text="What is shown of the answer.")
    header = serializers.CharField(help_text="Sent with each request; empty: none.")
    limit_ms = serializers.IntegerField(help_text="So long the desk waits.")
    kept_s = serializers.IntegerField(help_text="So long an answer is kept.")


class OutsideBody(Body):
    """What is left away stays."""

    name = serializers.CharField(max_length=40, required=False)
    url = serializers.CharField(max_length=1500, required=False, help_text=URL)
    direction = serializers.ChoiceField(Direction.choices, required=False)
    queues = serializers.ListField(child=serializers.CharField(max_length=32), required=False, max_length=100)
    active = serializers.BooleanField(required=False)


class PopupChangeBody(OutsideBody):
    moment = serializers.ChoiceField(Moment.choices, required=False)
    opens = serializers.ChoiceField(Opens.choices, required=False)
    whole = serializers.BooleanField(required=False)


class PopupBody(PopupChangeBody):
    """What is written."""

    name = serializers.CharField(max_length=40)
    url = serializers.CharField(max_length=1500, help_text=URL)


class LookupChangeBody(OutsideBody):
    answer = AnswerField(many=True, required=False, min_length=1, max_length=MOST_FIELDS)
    header = serializers.CharField(max_length=64, required=False, allow_blank=True)
    value = serializers.CharField(max_length=2000, required=False, write_only=True, help_text="Of the header.")
    limit_ms = serializers.IntegerField(min_value=200, max_value=3000, required=False)
    kept_s = serializers.IntegerField(min_value=0, max_value=3600, required=False)


class LookupBody(LookupChangeBody):
    """What is written."""

    name = serializers.CharField(max_length=40)
    url = serializers.CharField(max_length=1500, help_text=URL)
    answer = AnswerField(many=True, min_length=1, max_length=MOST_FIELDS)


class ExampleShape(Shape):
    url = serializers.CharField()


class SecretOfPopup(Shape):
    secret = serializers.CharField(help_text="For the check of signatures; shown only now.")


class TryBody(Body):
    number = serializers.CharField(max_length=40)


class ToldShape(Shape):
    """What the other system said."""

    class Value(serializers.Serializer):
        label = serializers.CharField()
        value = serializers.CharField()

    state = serializers.ChoiceField([(one, one) for one in ("found", "nothing", "silent", "unasked")])
    values = Value(many=True)
    why = serializers.CharField(help_text="Why it is silent.")
