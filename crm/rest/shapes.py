"""How things look outside: base classes of the serializers."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.rest.problems import Problem
from crm.rest.telling import Teller, teller, told

FIRST_YEAR, LAST_YEAR = 1970, 2999
YEARS = {"from": FIRST_YEAR, "to": LAST_YEAR}


class InUtc(serializers.Serializer):
    """Times go out in UTC, and one that comes in without a zone is UTC, whatever the centre's own zone is."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            if isinstance(field, serializers.DateTimeField):
                field.timezone = UTC
        return fields


class Shape(InUtc):
    """What goes out. ``only``: names of the fields that are wanted (``?fields=``), None for all.

    What a field costs to compute is not spent when it is not wanted.
    """

    def __init__(self, *args: Any, only: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._only = only

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if self._only is None:
            return fields
        unknown = sorted(set(self._only) - fields.keys())
        if unknown:
            sentence = _("There is no field %(name)s. There are: %(all)s.")
            raise Problem("invalid", errors={"fields": [sentence % {"name": unknown[0], "all": ", ".join(fields)}]})
        return {name: field for name, field in fields.items() if name in self._only}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return told(instance, self._tellers)

    @cached_property
    def _tellers(self) -> list[tuple[str, Teller]]:
        return [(field.field_name, teller(field)) for field in self._readable_fields]


def as_lists(*names: str) -> Iterator[Prefetch]:
    """For ``prefetch_related``: what belongs to a row as a list in ``<name>_told``. A manager for each row, as Django
    makes them otherwise, costs more than the rows."""
    return (Prefetch(name, to_attr=f"{name}_told") for name in names)


class Body(InUtc):
    """What comes in. A name that is not known is an error and not passed over: it may be a misspelt one."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - self.fields.keys())
            if unknown:
                sentence = _("There is no field of this name here. There are: %(all)s.")
                said = sentence % {"all": ", ".join(self.fields)}
                raise serializers.ValidationError({str(name): [said] for name in unknown})
        return super().to_internal_value(data)


class Asked(Body):
    """Parameters of an address, besides those that each list has."""

    COMMON = ("limit", "cursor", "fields")

    @classmethod
    def apart(cls, name: str) -> bool:
        """Whether the door reads this one by itself."""
        return False


class Id(serializers.IntegerField):
    """What a body or a parameter names by its id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1} | kwargs)


class Day(serializers.DateField):
    """A day by the centre's clock, of these times."""

    def to_internal_value(self, value: Any) -> Any:
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise serializers.ValidationError(_("Choose a day between %(from)d and %(to)d.") % YEARS)
        return day


class Moment(serializers.DateTimeField):
    """A moment of these times."""

    def to_internal_value(self, value: Any) -> Any:
        at = super().to_internal_value(value)
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise serializers.ValidationError(_("Choose a day between %(from)d and %(to)d.") % YEARS)
        return at


class Coded(serializers.SlugRelatedField):
    """What a body names by its code or login. Texts that no code can be do not come before the database."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not data.isprintable():
            self.fail("invalid")
        return super().to_internal_value(data)


class Ided(serializers.PrimaryKeyRelatedField):
    """What a body names by its id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"pk_field": Id()} | kwargs)


class ProblemShape(serializers.Serializer):
    """RFC 9457, with what to do and the fields that are wrong."""

    class Wrong(serializers.Serializer):
        field = serializers.CharField(help_text="Path of the field, such as numbers.0; empty for the whole.")
        detail = serializers.CharField()

    type = serializers.CharField(help_text="urn:switchdesk:problem:<kind>; stays the same for ever.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    remedy = serializers.CharField(help_text="What to do.")
    instance = serializers.CharField()
    errors = Wrong(many=True)
