"""How projects and fields of customers look outside, and what is taken of one."""

from typing import Any

from rest_framework import serializers

from crm.customers.fields.defining import Line
from crm.customers.models import CustomerField, FieldKind, Project, TextForm
from crm.rest.shapes import Asked, Body, Coded, Id, Shape


class ProjectShape(Shape):
    """What the centre works for: a client, a product, a sale."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    active = serializers.BooleanField(help_text="Whether it is in use.")


class ProjectChangeBody(Body):
    """What is left away stays."""

    name = serializers.CharField(max_length=80, required=False)
    name_zh = serializers.CharField(max_length=80, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)


class ProjectBody(ProjectChangeBody):
    name = serializers.CharField(max_length=80)
    code = serializers.CharField(max_length=32, required=False, help_text="Made of the name without it; never changes.")


class ActiveAsked(Asked):
    active = serializers.BooleanField(required=False, help_text="In use, or not; without it all.")


class ChoiceShape(Shape):
    id = serializers.IntegerField()
    code = serializers.CharField(help_text="By which it stands in values.")
    name = serializers.CharField()
    name_zh = serializers.CharField()
    order = serializers.IntegerField()
    active = serializers.BooleanField()


class FieldShape(Shape):
    """A field that the centre has defined for its customers."""

    id = serializers.IntegerField()
    code = serializers.CharField(help_text="By which values name it.")
    kind = serializers.ChoiceField(FieldKind.choices)
    name = serializers.CharField()
    name_zh = serializers.CharField()
    project = serializers.CharField(source="project.code", allow_null=True, help_text="Null: of all customers.")
    required = serializers.BooleanField()
    help = serializers.CharField()
    help_zh = serializers.CharField()
    order = serializers.IntegerField()
    column = serializers.BooleanField(help_text="Whether it is a column of the list.")
    searchable = serializers.BooleanField()
    on_card = serializers.BooleanField(help_text="Whether it is on the card of a caller.")
    active = serializers.BooleanField(help_text="Whether it is in use.")
    form = serializers.ChoiceField(TextForm.choices, help_text="What a text has to look like.")
    longest = serializers.IntegerField(help_text="Characters of a text at most.")
    least = serializers.CharField(allow_null=True, help_text="Of a number.")
    most = serializers.CharField(allow_null=True, help_text="Of a number.")
    decimals = serializers.IntegerField(help_text="Of a number.")
    choices = ChoiceShape(many=True)


class ChoiceBody(Body):
    """One of a list. With an id it is changed; without one it is added. Those that are left away stay."""

    id = Id(required=False)
    name = serializers.CharField(max_length=80)
    name_zh = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    order = serializers.IntegerField(required=False, min_value=0, max_value=9999, default=100)
    active = serializers.BooleanField(required=False, default=True)


class FieldChangeBody(Body):
    """What is left away stays."""

    name = serializers.CharField(max_length=80, required=False)
    name_zh = serializers.CharField(max_length=80, required=False, allow_blank=True)
    project = Coded("code", queryset=Project.objects.all(), required=False, allow_null=True)
    required = serializers.BooleanField(required=False)
    help = serializers.CharField(max_length=160, required=False, allow_blank=True)
    help_zh = serializers.CharField(max_length=160, required=False, allow_blank=True)
    order = serializers.IntegerField(min_value=0, max_value=9999, required=False)
    column = serializers.BooleanField(required=False)
    searchable = serializers.BooleanField(required=False)
    on_card = serializers.BooleanField(required=False)
    active = serializers.BooleanField(required=False)
    form = serializers.ChoiceField(TextForm.choices, required=False, allow_blank=True)
    longest = serializers.IntegerField(min_value=1, max_value=2000, required=False)
    least = serializers.DecimalField(15, 6, required=False, allow_null=True)
    most = serializers.DecimalField(15, 6, required=False, allow_null=True)
    decimals = serializers.IntegerField(min_value=0, max_value=6, required=False)
    choices = serializers.ListField(child=ChoiceBody(), required=False, max_length=200)


class FieldBody(FieldChangeBody):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(FieldKind.choices)
    code = serializers.CharField(max_length=32, required=False, help_text="Made of the name without it; never changes.")


class FileBody(Body):
    """multipart/form-data."""

    field = Coded("code", queryset=CustomerField.objects.filter(kind=FieldKind.FILE, active=True), help_text="Code.")
    file = serializers.FileField(allow_empty_file=True)


class FileShape(Shape):
    """Its key is the value of the field, to be written with the customer within a day."""

    key = serializers.UUIDField()
    field = serializers.CharField(source="field.code")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")


def lines(said: list[dict[str, Any]]) -> list[Line]:
    return [Line(one.get("id"), one["name"], one["name_zh"], one["order"], one["active"]) for one in said]
