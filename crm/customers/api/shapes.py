"""How a customer looks outside, and what is taken of one."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.customers.fields.writing import PREFIX
from crm.customers.models import Customer, CustomerNumber, Kind, Level, NumberLabel, Project
from crm.rest.shapes import Asked, Body, Coded, Id, Shape


class NumberShape(Shape):
    """``number`` is E.164, or masked for a token without ``numbers.whole``."""

    id = serializers.IntegerField()
    number = serializers.SerializerMethodField()
    label = serializers.ChoiceField(NumberLabel.choices)
    main = serializers.SerializerMethodField()

    def get_number(self, row: CustomerNumber) -> str:
        whole = sees_whole(self.context["request"].user)
        return row.number if whole else shown_number(row.number, whole=False)

    def get_main(self, row: CustomerNumber) -> bool:
        return row.customer.numbers_told[0].pk == row.pk  # they come in their order


class CustomerShape(Shape):
    """A person or a company."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    name = serializers.CharField()
    company = serializers.CharField(help_text="Name of the company that a person works for.")
    employer = serializers.IntegerField(source="employer_id", allow_null=True, help_text="Id of that company.")
    level = serializers.ChoiceField(Level.choices)
    owner = serializers.CharField(source="owner.username", allow_null=True, help_text="Login of who looks after her.")
    projects = serializers.SerializerMethodField(help_text="Codes.")
    note = serializers.CharField()
    numbers = NumberShape(many=True, source="numbers_told")
    values = serializers.JSONField(help_text="Code of a field of the centre → its value; what is empty is not there.")
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="As in the ETag.")

    def get_projects(self, customer: Customer) -> list[str]:
        return [project.code for project in customer.projects_told]


class CustomerAsked(Asked):
    """Filters of the list."""

    q = serializers.CharField(required=False, help_text="Words of a name, company, note or field; or a number.")
    number = serializers.CharField(required=False, help_text="A whole number, in any form.")
    kind = serializers.ChoiceField(Kind.choices, required=False)
    level = serializers.ChoiceField(Level.choices, required=False)
    owner = serializers.CharField(required=False, help_text="A login, or `none`.")
    project = serializers.CharField(required=False, help_text="Code of a project.")
    employer = Id(required=False, help_text="Id of a company: who works for it.")
    package = Id(required=False, help_text="Id of an import: whom it added or changed.")

    @classmethod
    def apart(cls, name: str) -> bool:
        """Filters by fields of the centre, which no description can list."""
        return name.startswith(PREFIX)


class CustomerBody(Body):
    """What is written. ``values``: as they would be typed in a form."""

    kind = serializers.ChoiceField(Kind.choices, required=False)
    name = serializers.CharField(max_length=120)
    company = serializers.CharField(max_length=160, required=False, allow_blank=True)
    level = serializers.ChoiceField(Level.choices, required=False)
    owner = Coded(
        "username", queryset=User.objects.filter(is_active=True, program=False), required=False, allow_null=True
    )
    projects = Coded("code", queryset=Project.objects.filter(active=True), many=True, required=False)
    note = serializers.CharField(required=False, allow_blank=True)
    numbers = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=20, help_text="In any form."
    )
    values = serializers.DictField(required=False, help_text="Code of a field of the centre → what is typed for it.")


class CustomerChangeBody(CustomerBody):
    """What is left away stays; ``numbers`` are added."""

    name = serializers.CharField(max_length=120, required=False)
    numbers_removed = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Ids.")
    labels = serializers.DictField(
        child=serializers.ChoiceField(NumberLabel.choices), required=False, help_text="Id of a number → its label."
    )
    main = Id(required=False, help_text="Id of the number that becomes the main one.")

    def validate_labels(self, said: dict[str, str]) -> dict[int, str]:
        if any(not (key.isascii() and key.isdigit() and len(key) < 19) for key in said):
            raise serializers.ValidationError(_("Name numbers by their ids."))
        return {int(key): label for key, label in said.items()}


def written(said: dict[str, Any]) -> dict[str, Any]:
    """The part of a body that services call ``fields``."""
    return {name: said[name] for name in ("kind", "name", "company", "level", "owner", "note") if name in said}
