"""Addresses with placeholders, their signatures, and what is taken out of answers."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.outward.targets import WrongAddress
from crm.popups.addresses import PLACES, checked, examples, filled, signed
from crm.popups.answers import WrongFields, decoded, fields_of, taken

HOSTS = {"billing.example.com": False, "10.0.0.5:8090": True}
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://billing.example.com/customer?number={number}&worker={work_number}",
        "https://BILLING.example.com:443/c/{customer}/#/{call}",
        "http://10.0.0.5:8090/?n={e164}",
    ],
)
def test_good_addresses(url):
    checked(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://{number}.example.com/", "https://billing.example.com{number}/", "https://{number}@billing.example.com/",
        "{number}://billing.example.com/", "https://billing.example.com:{number}/", "//billing.example.com/",
        "http://billing.example.com/", "https://billing.example.com.evil.net/", "https://evil.net/?billing.example.com",
        "https://billing.example.com:8443/", "https://billing.example.com@evil.net/",
        "https://billing.example.com\\@evil/",
        "javascript:alert({number})", "https://billing.example.com/{name}", "https://billing.example.com/{",
        "https://billing.example.com/{{number}}",
        "https://billing.example.com/a b", "https://10.0.0.5/", "", "{number}",
        "https://billing.example.com/" + "a" * 2000,
    ],
)  # fmt: skip
def test_wrong_addresses(url):
    with pytest.raises(WrongAddress):
        checked(url, HOSTS)


@settings(max_examples=60)
@given(st.text())
def test_no_value_changes_where_an_address_leads(value):
    url = filled("https://billing.example.com/c/{number}/x?n={number}#{number}", {"number": value})
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "billing.example.com")
    steps = parts.path.split("/")
    assert steps[1] == "c" and steps[3:] == ["x"] and steps[2] not in (".", "..")
    if value not in (".", ".."):
        shown = value.encode("utf-8", "replace").decode()
        assert parse_qs(parts.query, keep_blank_values=True)["n"] == [shown]


@pytest.mark.parametrize(
    ("url", "before"),
    [
        ("https://h/a", "https://h/a?t=1795406400"),
        ("https://h/a?", "https://h/a?t=1795406400"),
        ("https://h/a?b=1", "https://h/a?b=1&t=1795406400"),
        ("https://h/a?b=1#c?d", "https://h/a?b=1&t=1795406400"),
    ],
)
def test_a_signature_covers_all_before_it(url, before):
    sig = hmac.new(b"sdpop_x", before.encode(), hashlib.sha256).hexdigest()
    fragment = url.partition("#")[1] + url.partition("#")[2]
    assert signed(url, ["sdpop_x"], NOON) == f"{before}&sig={sig}{fragment}"
    both = hmac.new(b"sdpop_y", before.encode(), hashlib.sha256).hexdigest()
    assert signed(url, ["sdpop_x", "sdpop_y"], NOON) == f"{before}&sig={sig}.{both}{fragment}"
    assert signed(url, [], NOON) == url


def test_there_is_an_example_of_each_placeholder():
    assert "{" not in filled("".join(f"{{{name}}}" for name in PLACES), examples())
    assert all(examples().values())


def test_fields_are_taken_out_of_an_answer():
    fields = fields_of(
        "Balance = account.balance\n\n Last bill=bills.0.sum\nGone = bills.7.sum\nVip = vip\nAll = bills"
    )
    answer = {"account": {"balance": 12.5}, "bills": [{"sum": "9\n9"}], "vip": 7}
    assert taken(answer, fields) == [("Balance", "12.5"), ("Last bill", "9 9"), ("Gone", ""), ("Vip", "7"), ("All", "")]
    assert taken({"account": {"balance": "x" * 900}}, fields[:1])[0][1] == "x" * 199 + "…"


@pytest.mark.parametrize(
    "typed", ["", "Balance", "= a.b", "Balance = ", "Balance = a..b", "B = a b", "x" * 41 + " = a"]
)
def test_wrong_fields(typed):
    with pytest.raises(WrongFields):
        fields_of(typed)


def test_nine_fields_are_too_many():
    with pytest.raises(WrongFields):
        fields_of("\n".join(f"F{n} = a" for n in range(9)))


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 60_000])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(ValueError, match="."):
        decoded(body)


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_no_answer_breaks_the_taking(answer):
    found = taken(decoded(json.dumps(answer).encode()), [["A", "a.0.b"], ["B", "0"]])
    assert all(isinstance(value, str) and len(value) <= 200 for _label, value in found)
