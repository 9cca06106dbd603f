"""Numbers: one stored form, a national one to read, and nothing made of what is no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.numbers import e164, national
from crm.places import operator_of, region_of


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        ("13801001234", "+8613801001234"),
        ("+86 138-0100-1234", "+8613801001234"),
        ("008613801001234", "+8613801001234"),
        ("8613801001234", "+8613801001234"),
        ("15401400001", "+8615401400001"),
        ("8615401400001", "+8615401400001"),
        ("(010) 6555 1234", "+861065551234"),
        ("+447700900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        (" 13801001234 ", "+8613801001234"),
    ],
)
def test_one_form_for_all_ways_to_write_it(raw, whole):
    assert e164(raw) == whole


@pytest.mark.parametrize(
    "raw",
    ["", "1001", "4001", "95588", "anonymous", "Bob", "+", "sip:bob@example.org", "138010012345678901234567",
     "1380100\n1234", "13801001234;ext=5", "'; --", "１３８０１００１２３４", "\x00", "\ud800"],
)  # fmt: skip
def test_no_number(raw):
    assert e164(raw) == ""


@given(st.text(max_size=60))
def test_whatever_comes_is_e164_or_empty(raw):
    whole = e164(raw)
    assert whole == "" or (whole[0] == "+" and whole[1:].isdigit() and e164(whole) == whole)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613801001234", "138 0100 1234"),
        ("+8615401400001", "154 0140 0001"),
        ("+861065551234", "010 6555 1234"),
        ("+447700900123", "+44 7700 900123"),
        ("1001", "1001"),
        ("anonymous", "anonymous"),
    ],
)
def test_shown_as_people_write_it(number, shown):
    assert national(number) == shown


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [("+8613801001234", "北京市", "Beijing"), ("+8615401400001", "中国", "China"),
     ("+447700900123", "英国", "United Kingdom"), ("+4420794", "英国", "United Kingdom"),
     ("", "", "")],
)  # fmt: skip
def test_region(number, zh, en):
    assert (region_of(number, "zh-hans"), region_of(number, "en")) == (zh, en)


def test_operator():
    assert (operator_of("+8613801001234", "zh-hans"), operator_of("+8613801001234", "en")) == (
        "中国移动",
        "China Mobile",
    )
    assert operator_of("+8615401400001") == ""
