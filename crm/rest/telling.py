"""The fields of a shape as plain functions.

Theory of operation. For each field of each row DRF asks anew where its value lies, whether that may be called and what
its absence means: of a list that was half of the time of an answer. All this is known when the fields are; so each
becomes a function from the row to what is told of it. A value that the quick way does not know (nothing there,
something that can be called, another type than usual) goes DRF's own way, and fields of unusual kinds always do.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rest_framework import ISO_8601, serializers
from rest_framework.fields import Field, SkipField, empty
from rest_framework.relations import PKOnlyObject
from rest_framework.settings import api_settings

Teller = Callable[[Any], Any]
_NOTHING = object()


def teller(field: Field) -> Teller:
    """Row → what the field tells of it. Raises SkipField where it tells nothing."""
    if type(field) is serializers.SerializerMethodField:
        return getattr(field.parent, field.method_name)  # type: ignore[no-any-return]
    usual = type(field).get_attribute is Field.get_attribute and field.source != "*"
    if not usual or len(field.source_attrs) not in (1, 2):
        return lambda row: _asked(field, row)
    tell = _TELLERS.get(type(field), lambda field: field.to_representation)(field)
    return _of_one(field, tell) if len(field.source_attrs) == 1 else _of_two(field, tell)


def told(row: Any, tellers: list[tuple[str, Teller]]) -> dict[str, Any]:
    """Name → value of all fields."""
    found = {}
    for name, tell in tellers:
        try:
            found[name] = tell(row)
        except SkipField:
            pass
    return found


def _asked(field: Field, row: Any) -> Any:
    """As DRF does it."""
    value = field.get_attribute(row)
    seen = value.pk if isinstance(value, PKOnlyObject) else value
    return None if seen is None else field.to_representation(value)


def _value(row: Any, name: str) -> Any:
    return row.get(name, _NOTHING) if isinstance(row, dict) else getattr(row, name, _NOTHING)


def _of_one(field: Field, tell: Teller) -> Teller:
    (name,) = field.source_attrs

    def of(row: Any) -> Any:
        value = row.get(name, _NOTHING) if isinstance(row, dict) else getattr(row, name, _NOTHING)
        if value is None:
            return None
        return _asked(field, row) if value is _NOTHING or callable(value) else tell(value)

    return of


def _of_two(field: Field, tell: Teller) -> Teller:
    """``owner.username``: mostly there is no owner."""
    first, second = field.source_attrs
    nobody_is_null = field.default is None or (field.default is empty and field.allow_null)

    def of(row: Any) -> Any:
        between = _value(row, first)
        if between is None and nobody_is_null:
            return None
        if between is _NOTHING or callable(between):
            return _asked(field, row)
        value = _value(between, second)
        if value is None:
            return None
        return _asked(field, row) if value is _NOTHING or callable(value) else tell(value)

    return of


def _as_is(kind: type) -> Callable[[Field], Teller]:
    """A value of this type is told as it is."""

    def of(field: Field) -> Teller:
        slowly = field.to_representation
        return lambda value: value if type(value) is kind else slowly(value)

    return of


def _choice(field: Field) -> Teller:
    known, slowly = field.choice_strings_to_values, field.to_representation
    return lambda value: known.get(value, value) if type(value) is str else slowly(value)


def _moment(field: Field) -> Teller:
    slowly = field.to_representation
    if field.timezone is not UTC or getattr(field, "format", api_settings.DATETIME_FORMAT) != ISO_8601:
        return slowly

    def of(value: Any) -> Any:
        if type(value) is datetime and value.tzinfo is UTC:
            return f"{value.isoformat()[:-6]}Z"
        return slowly(value)

    return of


_TELLERS: dict[type, Callable[[Field], Teller]] = {
    serializers.CharField: _as_is(str),
    serializers.IntegerField: _as_is(int),
    serializers.BooleanField: _as_is(bool),
    serializers.ChoiceField: _choice,
    serializers.DateTimeField: _moment,
}
"""Kind of a field, itself and none derived from it → how it tells a value that is there."""
