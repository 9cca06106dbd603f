"""What may be typed into a field of each kind, and that whatever is kept says the same again."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.fields import values
from crm.customers.fields.textforms import id_card_mark
from crm.customers.models import CustomerField


def field(kind: str, **settings) -> CustomerField:
    return CustomerField(kind=kind, code="x", name="X", **settings)


@pytest.mark.parametrize(
    ("settings", "typed", "kept"),
    [
        ({}, "  two   words\t", "two words"),
        ({}, "   ", None),
        ({"longest": 3}, "日本語", "日本語"),
        ({"form": "email"}, "mei@example.com", "mei@example.com"),
        ({"form": "id_card"}, "11010519491231002x", "11010519491231002X"),
        ({"form": "postcode"}, "100020", "100020"),
        ({"form": "web"}, "www.example.com/a", "https://www.example.com/a"),
    ],
)
def test_texts(settings, typed, kept):
    assert values.cleaned(field("text", **settings), typed) == kept


@pytest.mark.parametrize(
    ("settings", "typed", "sentence"),
    [
        ({"longest": 3}, "four", "At most 3 characters; these are 4."),
        ({"form": "email"}, "mei at example", "looks like name@example.com"),
        ({"form": "id_card"}, "110105194912310021", "does not fit the others"),
        ({"form": "id_card"}, "1101051949", "has 18 digits"),
        ({"form": "postcode"}, "10002", "has 6 digits"),
        ({"form": "web"}, "javascript:alert(1)", "no web address"),
    ],
)
def test_texts_that_are_refused(settings, typed, sentence):
    with translation.override("en"), pytest.raises(ValidationError, match=sentence):
        values.cleaned(field("text", **settings), typed)


@pytest.mark.parametrize(
    ("settings", "typed", "kept"),
    [
        ({}, "12", 12), ({}, "-3", -3), ({}, "+7", 7), ({}, "１２", 12), ({}, "1,234,567", 1234567), ({}, "007", 7),
        ({"decimals": 2}, "99.50", 99.5), ({"decimals": 2}, ".5", 0.5), ({"decimals": 2}, "3.00", 3),
        ({"decimals": 6}, "0.000001", 0.000001), ({}, "999999999999999", 999999999999999), ({}, "0", 0),
        ({"least": Decimal("1"), "most": Decimal("5")}, "5", 5),
    ],
)  # fmt: skip
def test_numbers(settings, typed, kept):
    assert values.cleaned(field("number", **settings), typed) == kept


@pytest.mark.parametrize(
    ("settings", "typed", "sentence"),
    [
        ({}, "twelve", "This is no number"), ({}, "1.5", "A whole number"), ({}, "12,34", "This is no number"),
        ({"decimals": 1}, "1.25", "At most 1 decimal places"), ({}, "1e5", "This is no number"),
        ({}, "1234567890123456", "At most 15 digits"), ({}, "-", "This is no number"), ({}, "NaN", "no number"),
        ({"least": Decimal("10")}, "9", "At least 10"), ({"most": Decimal("2.5"), "decimals": 1}, "2.6", "At most 2.5"),
    ],
)  # fmt: skip
def test_numbers_that_are_refused(settings, typed, sentence):
    with translation.override("en"), pytest.raises(ValidationError, match=sentence):
        values.cleaned(field("number", **settings), typed)


@pytest.mark.parametrize(
    "typed", ["2026-05-01", "2026/5/1", "20260501", "2026年5月1日", "2026.05.01", " 2026-05-01 ", "２０２６-05-01"]
)
def test_dates(typed):
    assert values.cleaned(field("date"), typed) == "2026-05-01"


@pytest.mark.parametrize("typed", ["2026-02-30", "01/05/2026", "yesterday", "0000-01-01", "2026-13-01", "202605"])
def test_dates_that_are_refused(typed):
    with translation.override("en"), pytest.raises(ValidationError, match="This is no date"):
        values.cleaned(field("date"), typed)


def test_choices_by_code_or_name_in_the_order_of_the_field(db, fields):
    likes, source = fields["likes"], fields["source"]
    assert values.cleaned(likes, ["travel", "Tea", "tea"]) == ["tea", "travel"]
    assert values.cleaned(likes, "Books、tea") == ["tea", "books"]
    assert values.cleaned(likes, []) is None and values.cleaned(source, "") is None
    assert values.cleaned(source, "Friend") == "friend"
    for wrong in (["tea", "gin"], "gin"):
        with translation.override("en"), pytest.raises(ValidationError, match="“gin” is not in the list"):
            values.cleaned(likes, wrong)


def test_a_choice_out_of_use_stays_where_it_was_and_is_not_offered(db, fields):
    source = fields["source"]
    source.choices.filter(code="fair").update(active=False)
    assert values.cleaned(source, "fair", had="fair") == "fair"
    with pytest.raises(ValidationError):
        values.cleaned(source, "fair", had="web")
    assert values.shown(source, "fair") == "Fair"


ANY = st.one_of(
    st.text(max_size=40), st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str), st.integers().map(str),
    st.dates().map(str), st.floats().map(repr), st.from_regex(r"[+-]?[0-9,]{0,18}\.?[0-9]{0,8}", fullmatch=True),
    st.from_regex(r"[0-9]{17}", fullmatch=True).map(lambda digits: digits + id_card_mark(digits)),
)  # fmt: skip
PLAIN = [
    field("text"), field("text", form="email"), field("text", form="id_card"), field("text", form="web"),
    field("number"), field("number", decimals=6), field("number", decimals=2, least=Decimal("-5")), field("date"),
    field("file"),
]  # fmt: skip


@given(st.sampled_from(PLAIN), ANY)
def test_any_input_is_a_sentence_or_a_value_that_says_itself_again(one, typed):
    try:
        kept = values.cleaned(one, typed)
    except ValidationError as error:
        assert all(str(sentence).strip() for sentence in error.messages)
        return
    assert values.cleaned(one, values.said(kept)) == kept
    stored = json.loads(json.dumps(kept))  # as the database gives it back
    assert stored == kept and values.said(stored) == values.said(kept)
    if one.kind == "number" and kept is not None:
        assert values.decimal_of(stored) == values.number_typed(typed)
    if one.kind != "file":
        assert bool(values.shown(one, stored)) == (kept is not None)
