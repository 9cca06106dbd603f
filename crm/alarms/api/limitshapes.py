"""How limits look outside."""

from rest_framework import serializers

from crm.alarms.rules import CALLERS, MINUTES, PERCENT, QUEUE, REASON, RULES, SECONDS
from crm.rest.shapes import Asked, Body, Shape

NUMBER = "In the unit of the rule, to a tenth; null: none."
CODES = [(code, code) for code in RULES]
OF = "Code of a queue or of a reason of pauses, as the rule says."


class PairShape(Shape):
    warning = serializers.FloatField(allow_null=True, help_text=NUMBER)
    critical = serializers.FloatField(allow_null=True, help_text=NUMBER)


class LimitsShape(Shape):
    """The limits of the centre, in the order of the page."""

    class FloorLimit(PairShape):
        code = serializers.ChoiceField(CODES)
        label = serializers.CharField(help_text="In the language that is asked for.")
        unit = serializers.ChoiceField([SECONDS, MINUTES, PERCENT, CALLERS])
        of = serializers.ChoiceField([QUEUE, REASON], help_text="What may have an exception.")
        low = serializers.BooleanField(help_text="Whether small figures are the bad ones.")
        told = serializers.BooleanField(help_text="Whether mail and webhooks of alarms hear of it.")
        usual_warning = serializers.FloatField(allow_null=True, help_text="Until somebody sets another.")
        usual_critical = serializers.FloatField(allow_null=True)

    items = FloorLimit(many=True)


class PairBody(Body):
    """What is left away stays."""

    warning = serializers.FloatField(required=False, allow_null=True, help_text=NUMBER)
    critical = serializers.FloatField(required=False, allow_null=True, help_text=NUMBER)


class LimitBody(PairBody):
    told = serializers.BooleanField(required=False)


class LimitsBody(Body):
    """Rule → its limits. What is left away stays."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {code: LimitBody(required=False) for code in RULES}


class ExceptionShape(PairShape):
    """A limit of one queue or reason."""

    id = serializers.IntegerField()
    code = serializers.ChoiceField(CODES, help_text="Of the rule.")
    of = serializers.CharField(help_text=OF)


class ExceptionBody(PairBody):
    code = serializers.ChoiceField(CODES, help_text="Of the rule.")
    of = serializers.CharField(max_length=32, help_text=OF)


class ExceptionsAsked(Asked):
    code = serializers.ChoiceField(CODES, required=False, help_text="Of the rule.")
    of = serializers.CharField(required=False, max_length=32, help_text=OF)
