"""How targets look outside."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from rest_framework import serializers

from crm.reports.kpi.figures import Figure
from crm.reports.models import ReportTarget
from crm.reports.tables import Kind
from crm.reports.targets import OF_QUEUES, TARGETED, figure_of, most_of
from crm.rest.shapes import Asked, Body, Shape

UNIT = "0 to 1 of a share, else seconds; null: no target."
OF_QUEUE = [(name, name) for name in OF_QUEUES]


def value_of(figure: Figure, **more: Any) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=most_of(figure), allow_null=True, **more)


class TargetsShape(Shape):
    """The targets of all queues, in the order of the page."""

    class FigureTarget(Shape):
        figure = serializers.ChoiceField([(name, name) for name in TARGETED])
        label = serializers.CharField(help_text="In the language that is asked for.")
        kind = serializers.ChoiceField([one.value for one in Kind])
        better = serializers.CharField(help_text="higher: at least the target; lower: at most.")
        value = serializers.FloatField(allow_null=True, help_text=UNIT)
        usual = serializers.FloatField(allow_null=True, help_text="What counts until somebody sets another.")

    items = FigureTarget(many=True)


class TargetsBody(Body):
    """Figure → target. What is left away stays."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: value_of(figure_of(name), required=False, help_text=UNIT) for name in TARGETED}


class QueueTargetShape(Shape):
    """A queue's own."""

    id = serializers.IntegerField()
    figure = serializers.CharField()
    queue = serializers.CharField(help_text="Its code.")
    value = serializers.FloatField(allow_null=True, help_text=UNIT)


class QueueTargetChangeBody(Body):
    """``instance``: the row that is changed, whose figure says how large a target can be."""

    value = serializers.FloatField(min_value=0, allow_null=True, help_text=UNIT)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        row: ReportTarget | None = self.instance
        name = row.figure if row is not None else said["figure"]
        try:
            if said["value"] is not None:
                MaxValueValidator(most_of(figure_of(name)))(said["value"])
        except ValidationError as error:
            raise serializers.ValidationError({"value": error.messages}) from error
        return said


class QueueTargetBody(QueueTargetChangeBody):
    figure = serializers.ChoiceField(OF_QUEUE)
    queue = serializers.CharField(max_length=32, help_text="Its code.")


class QueueTargetsAsked(Asked):
    figure = serializers.ChoiceField(OF_QUEUE, required=False)
    queue = serializers.CharField(required=False, max_length=32, help_text="A code.")
