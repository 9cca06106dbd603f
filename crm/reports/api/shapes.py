"""How reports look outside, and what is asked of one."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.reports.asking import ATTRIBUTIONS, COMPARED, KINDS, ROWS, SPANS, VARIANTS
from crm.reports.periods import Step
from crm.reports.tables import Kind
from crm.rest.shapes import Asked, Body, Day, Id, Shape

STEPS = [one.value for one in Step]


class ReportShape(Shape):
    """A report, and what can be asked of it."""

    code = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField(help_text="What it says.")
    about = serializers.CharField(help_text="queues, agents, trunks or calls.")
    steps = serializers.ListField(child=serializers.ChoiceField(STEPS))
    rows = serializers.ListField(child=serializers.ChoiceField(ROWS))
    choices = serializers.SerializerMethodField(help_text="Other parameters that mean something of it.")

    def get_choices(self, report: Any) -> list[str]:
        return sorted(report.choices)


class FigureShape(Shape):
    """A figure with its definition."""

    id = serializers.CharField()
    label = serializers.CharField()
    words = serializers.CharField(help_text="Its formula, in words.")
    kind = serializers.ChoiceField([one.value for one in Kind])
    better = serializers.CharField(help_text="higher, lower, or empty: neither.")
    target = serializers.FloatField(allow_null=True, help_text="The usual one, in the unit of the value.")
    version = serializers.IntegerField(help_text="Of the formula.")


class CatalogueShape(Shape):
    reports = ReportShape(many=True)
    figures = FigureShape(many=True)


class RunAsked(Asked):
    """Days are the centre's. Without a period, a step or rows it is as usual for the report."""

    span = serializers.ChoiceField(SPANS, required=False, help_text="Instead of since and until.")
    since = Day(required=False, help_text="The first day.")
    until = Day(required=False, help_text="The last day.")
    step = serializers.ChoiceField(STEPS, required=False, help_text="One too fine for so many days becomes longer.")
    rows = serializers.ChoiceField(ROWS, required=False, help_text="One for each time, queue (agent, trunk), or both.")
    queues = serializers.CharField(required=False, max_length=4000, help_text="Codes, with commas.")
    agents = serializers.CharField(required=False, max_length=4000, help_text="Logins, with commas.")
    departments = serializers.CharField(required=False, max_length=400, help_text="Ids, with commas.")
    trunks = serializers.CharField(required=False, max_length=4000, help_text="Names, with commas.")
    attribution = serializers.ChoiceField(ATTRIBUTIONS, required=False, help_text="By when callers came, or by events.")
    variant = serializers.ChoiceField(VARIANTS, required=False, help_text="Of the service level.")
    compare = serializers.ChoiceField([one for one in COMPARED if one], required=False)
    kind = serializers.ChoiceField(KINDS, required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if "span" in said and ("since" in said or "until" in said):
            raise serializers.ValidationError({"span": _("Ask for a span or for days, not for both.")})
        if "since" in said and "until" in said and said["until"] < said["since"]:
            raise serializers.ValidationError({"until": _("The end lies before the beginning.")})
        return said


class ReportAsked(RunAsked):
    calls = serializers.BooleanField(required=False, help_text="true: with addresses of the calls behind the counts.")


class TableShape(Shape):
    """What the report says, as far as the token may see it."""

    class Column(Shape):
        key = serializers.CharField()
        label = serializers.CharField()
        kind = serializers.ChoiceField([one.value for one in Kind], help_text="share is 0..1; seconds may have parts.")
        figure = serializers.CharField(help_text="Id of its definition; empty for none.")

    class Row(Shape):
        kind = serializers.CharField(help_text="row, total, or compared (the same of the other time).")
        final = serializers.BooleanField(help_text="Whether nothing of it changes any more.")
        values = serializers.JSONField(help_text="Key of a column → its value; null where nothing can be said.")
        of = serializers.JSONField(help_text="Key of a rate → [numerator, denominator].")
        calls = serializers.JSONField(
            help_text="Key of a count → address of the very calls that it counts, as far as the token sees them; empty "
            "unless `calls` asks for it."
        )  # fmt: skip

    report = serializers.CharField()
    title = serializers.CharField()
    asked = serializers.JSONField(help_text="What was asked, with what is usual, as parameters.")
    columns = Column(many=True)
    rows = Row(many=True)
    notes = serializers.ListField(child=serializers.CharField(), help_text="Period, zone, versions of formulas.")


class SavedShape(Shape):
    """A question under a name."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    report = serializers.CharField()
    asked = serializers.JSONField(source="said", help_text="As parameters.")
    owner = serializers.CharField(source="owner.username")
    roles = serializers.SerializerMethodField(help_text="Codes of roles that share it.")
    changed_at = serializers.DateTimeField()

    def get_roles(self, saved: Any) -> list[str]:
        return sorted(role.code for role in saved.roles.all())


class SavedBody(Body):
    """One of this name of the same integration is changed."""

    name = serializers.CharField(max_length=60)
    report = serializers.CharField(max_length=32)
    asked = RunAsked(required=False, help_text="Parameters of running it.")


class SavedChangeBody(Body):
    """What is left away stays."""

    name = serializers.CharField(max_length=60, required=False)
    roles = serializers.ListField(child=Id(), required=False, max_length=50, help_text="Ids of roles that share it.")
