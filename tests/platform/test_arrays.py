"""Lists reach PostgreSQL as what they were, whatever is in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
CASES = [
    ("text", ["", "NULL", "null", None, "{}", "a,b", "%s", " blank ", "客户\n二"]),
    ("text", ["'", '"', "\\", "\\\\", "O'Neil \\' x"]),
    ("bigint", [1, -9_223_372_036_854_775_808, None, 9_223_372_036_854_775_807]),
    ("boolean", [True, False, None]),
    ("double precision", [0.1, float("inf"), -1e300]),
    ("numeric", [Decimal("0.10"), Decimal("123456789012345678901234567890.5")]),
    ("timestamptz", [datetime(2026, 11, 23, 8, 1, 19, 123456, tzinfo=UTC)]),
    ("date", [date(2026, 2, 28), None]),
    ("text", []),
]


def there_and_back(kind: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        asked = f"SELECT told FROM unnest(%s::{kind}[]) WITH ORDINALITY AS t (told, place) ORDER BY place"
        cursor.execute(asked, [values])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "values"), CASES, ids=[f"{kind} {n}" for n, (kind, _values) in enumerate(CASES)])
def test_a_list_is_what_it_was(kind: str, values: list[Any]) -> None:
    assert there_and_back(kind, values) == values


@pytest.mark.django_db
def test_any_text_is_an_element_and_never_more() -> None:
    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.one_of(st.none(), TEXT), max_size=5))
    def asked(values: list[str | None]) -> None:
        assert there_and_back("text", values) == values

    asked()


@pytest.mark.django_db
def test_a_list_of_lists_is_the_drivers_matter() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int[]", [[[1, 2], [3, 4]]])
        assert cursor.fetchone() == ([[1, 2], [3, 4]],)


@pytest.mark.django_db
def test_text_with_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        there_and_back("text", ["a\x00b"])
