"""What the quick way tells of a row is what DRF itself tells of it."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from rest_framework import serializers

from crm.accounts.models import Scope
from crm.rest.fields import Micros, OrNull
from crm.rest.shapes import Shape

AT = datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))


class Inner(Shape):
    code = serializers.CharField()


class Everything(Shape):
    text = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    yes = serializers.BooleanField()
    choice = serializers.ChoiceField([("own", "Own"), ("all", "All"), (3, "Three")])
    at = serializers.DateTimeField(allow_null=True)
    micros = Micros()
    empty = OrNull()
    other = serializers.CharField(source="elsewhere")
    owner = serializers.CharField(source="owner.username", allow_null=True)
    usual = serializers.CharField(source="owner.username", default=None)
    missing = serializers.CharField(default="none", source="not_there")
    optional = serializers.CharField(required=False, source="not_there")
    called = serializers.CharField(source="make")
    inner = Inner(many=True)
    one = Inner(source="owner")
    whole = serializers.SerializerMethodField()
    listed = serializers.ListField(child=serializers.IntegerField())
    json = serializers.JSONField()

    def get_whole(self, row):
        return f"{self.context['who']} sees {row['text'] if isinstance(row, dict) else row.text}"


ROW = {
    "text": "words", "number": 7, "yes": True, "choice": "own", "at": AT, "micros": 1_000_000, "empty": "",
    "elsewhere": "there", "owner": SimpleNamespace(username="ada", code="a"), "make": lambda: "made",
    "inner": [{"code": "x"}, SimpleNamespace(code="y")], "listed": [1, 2], "json": {"a": [1]},
}  # fmt: skip
CHANGES = [
    {},
    {"owner": None, "one": None},
    {"number": None, "at": None, "micros": 0},
    {"number": "12", "text": 5, "yes": "true"},
    {"number": True, "yes": 1, "empty": "full"},
    {"choice": ""}, {"choice": "unknown"}, {"choice": 3}, {"choice": "3"}, {"choice": Scope.ALL},
    {"at": AT.astimezone(CHINA)}, {"at": AT.replace(microsecond=0)}, {"at": "2026-11-23T00:00:00Z"},
    {"inner": []},
]  # fmt: skip


@pytest.mark.parametrize("as_object", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_it_is_the_same(change, as_object):
    row = SimpleNamespace(**ROW | change) if as_object else ROW | change
    shape = Everything(row, context={"who": "ada"})
    assert shape.to_representation(row) == serializers.Serializer.to_representation(shape, row)


@pytest.mark.parametrize("gone", ["text", "inner"])
def test_what_must_be_there_and_is_not_is_as_loud_as_ever(gone):
    row = {name: value for name, value in ROW.items() if name != gone}
    with pytest.raises(KeyError, match=f"field `{gone}`"):
        Everything(row, context={"who": "ada"}).to_representation(row)
