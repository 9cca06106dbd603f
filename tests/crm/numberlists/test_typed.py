"""What somebody typed as a number or a segment."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.timezone import localtime

from crm.numberlists.sheet import moment
from crm.numberlists.typed import Typed, typed_number

GOOD = {
    "13801001234": Typed("number", "+8613801001234"),
    " +86 138 0100 1234 ": Typed("number", "+8613801001234"),
    "021-62345678": Typed("number", "+862162345678"),
    "0086 10 6234 5678": Typed("number", "+861062345678"),
    "+44 20 7946 0000": Typed("number", "+442079460000"),
    "10086": Typed("number", "10086"),
    "138001*": Typed("prefix", "+86138001"),
    "021*": Typed("prefix", "+8621"),
    "+44*": Typed("prefix", "+44"),
    "0044 20*": Typed("prefix", "+4420"),
    "95*": Typed("prefix", "95"),
    "13800000000 ~ 13800009999": Typed("range", "+8613800000000", "+8613800009999"),
    "13800000000-13800009999": Typed("range", "+8613800000000", "+8613800009999"),
    "+8613800000000至13800009999": Typed("range", "+8613800000000", "+8613800009999"),
    "8000..8099": Typed("range", "8000", "8099"),
}
BAD = {
    "": "no telephone number",
    "she": "no telephone number",
    "*": "first digits are needed",
    "+*": "first digits are needed",
    "13800009999 ~ 13800000000": "lower number",
    "8000 ~ 80999": "same number of digits",
    "she ~ 13800009999": "from one telephone number to another",
    "1380000999912345678901": "no telephone number",
    "'; DROP TABLE--": "no telephone number",
}


@pytest.mark.parametrize("text", GOOD)
def test_good(text: str):
    assert typed_number(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_bad(text: str):
    with translation.override("en"), pytest.raises(ValidationError, match=BAD[text]):
        typed_number(text)


@pytest.mark.parametrize(("text", "last", "told"), [
    ("2030-12-31", False, "2030-12-31 00:00"), ("2030/12/31", True, "2031-01-01 00:00"),
    ("2030-12-31 18:00", True, "2030-12-31 18:00"), ("9998-12-31", True, "9999-01-01 00:00"),
    ("9999-12-31", True, ""), ("9999-12-31 23:59", True, ""), ("", True, ""),
])  # fmt: skip
def test_moments_as_people_write_them(text: str, last: bool, told: str):
    at = moment(text, last)
    assert (f"{localtime(at):%Y-%m-%d %H:%M}" if at else "") == told


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "2030-02-30", "soon", "1899-12-31 10:00"])
def test_no_moments(text: str):
    with pytest.raises(ValidationError):
        moment(text)
