"""What is left to see of a number for those who may not see it whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.access.numbers import shown_number
from crm.calls.filters import NOBODYS, Filters
from crm.numbers import masked, masked_text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13801001234", "138****1234"),
        ("+8613801001234", "138****1234"),
        ("138 0100 1234", "138****1234"),
        ("15401400001", "154****0001"),
        ("01088881234", "010****1234"),
        ("075512345678", "075*****5678"),
        ("+442079460018", "+44 20*****018"),
        ("+14155550123", "+1 41*****123"),
        ("88881234", "8*****34"),
        ("+9800000", "9****00"),
        ("1001", "1001"),
        ("10086", "10086"),
        ("110", "110"),
        ("", ""),
        ("anonymous", "anonymous"),
        ("sip:13801001234@example.com", "sip:138****1234@example.com"),
    ],
)
def test_masked(number, shown):
    assert shown_number(number, whole=False) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13801001234", "138****1234"),
        ("Wang 138-0100-1234", "Wang 138****1234"),
        ("Room 301, 4th floor", "Room 301, 4th floor"),
        ("", ""),
    ],
)
def test_numbers_in_texts(text, shown):
    assert masked_text(text) == shown


@given(st.from_regex(r"\+?[0-9]{7,18}", fullmatch=True))
def test_of_no_diallable_number_more_than_seven_digits_or_its_middle_survive(number):
    shown = masked(number)
    stars = shown.count("*")
    assert stars >= 3, shown
    own = shown.split(" ")[-1].strip("+*")
    assert sum(c.isdigit() for c in own) <= 7


@pytest.mark.parametrize(
    ("asked", "whole", "number"),
    [
        ("1234", False, "1234"),
        ("01234", False, NOBODYS),
        ("234", False, NOBODYS),
        ("01234", True, "01234"),
        ("234", True, NOBODYS),
        ("138 0100 1234", False, "+8613801001234"),
    ],
)
def test_a_search_does_not_tell_digit_after_digit(asked, whole, number):
    assert Filters(number=asked, whole=whole).query()["number"] == number
