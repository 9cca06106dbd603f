"""Which entry decides about a number: a table of cases, and any lists against the definition said once more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.numbers import e164
from switchctl.contract.dialling import Home, beginning
from switchctl.contract.listbook import (
    Book,
    Change,
    beginnings,
    decode_change,
    decode_snapshot,
    encode,
    snapshot_of,
)
from switchctl.contract.numberlists import Entry, Verdict, canonical, digest

HOME = Home(country="86", area="21", outside=("+",))
SECRET = b"a key of digests"
SHE = "+8613801001234"


def book(*entries: Entry) -> Book:
    """As a daemon gets it."""
    return Book(decode_snapshot(encode(snapshot_of(1, SECRET, entries))))


def black(first: str, last: str = "", kind: str = "number", way: str = "both", id: int = 1, **times: int) -> Entry:
    return Entry(id, "black", way, kind, first, last, **times)


def white(first: str, last: str = "", kind: str = "number", way: str = "both", id: int = 2, **times: int) -> Entry:
    return Entry(id, "white", way, kind, first, last, **times)


def no_call(first: str, last: str = "", kind: str = "number", id: int = 3, **times: int) -> Entry:
    return Entry(id, "no_call", "out", kind, first, last, **times)


ERASED = Entry(4, "no_call", "out", "erased", digest(SHE, SECRET))

CASES = {
    # name: entries, way, number, what is said
    "nothing is listed": ((), "in", SHE, Verdict()),
    "another is listed": ((black("+8613801001235"),), "in", SHE, Verdict()),
    "black": ((black(SHE),), "in", SHE, Verdict(False, "black", 1, "number")),
    "black for the other way": ((black(SHE, way="out"),), "in", SHE, Verdict()),
    "black out": ((black(SHE, way="out"),), "out", SHE, Verdict(False, "black", 1, "number")),
    "a beginning": ((black("+86138", kind="prefix"),), "in", SHE, Verdict(False, "black", 1, "prefix")),
    "a range": (
        (black("+8613801001200", "+8613801001299", "range"),), "in", SHE, Verdict(False, "black", 1, "range"),
    ),
    "just outside a range": ((black("+8613801001235", "+8613801001299", "range"),), "in", SHE, Verdict()),
    "a range of other lengths": ((black("+861380100120", "+861380100129", "range"),), "in", SHE, Verdict()),
    "white over black, both exact": ((black(SHE), white(SHE)), "in", SHE, Verdict(True, "white", 2, "number")),
    "white number in a black segment": (
        (black("+86138", kind="prefix"), white(SHE)), "in", SHE, Verdict(True, "white", 2, "number"),
    ),
    "black number in a white segment": (
        (white("+86138", kind="prefix"), black(SHE)), "out", SHE, Verdict(False, "black", 1, "number"),
    ),
    "the narrower segment": (
        (white("+86138", kind="prefix"), black("+8613801000000", "+8613801009999", "range")), "in", SHE,
        Verdict(False, "black", 1, "range"),
    ),
    "segments of one size: white": (
        (black("+8613801", kind="prefix"), white("+8613801000000", "+8613801999999", "range")), "in", SHE,
        Verdict(True, "white", 2, "range"),
    ),
    "do not call": ((no_call(SHE),), "out", SHE, Verdict(False, "no_call", 3, "number")),
    "do not call is no matter of calls in": ((no_call(SHE),), "in", SHE, Verdict()),
    "no white lifts do not call": ((white(SHE), no_call(SHE)), "out", SHE, Verdict(False, "no_call", 3, "number")),
    "nor a segment of it": (
        (white(SHE), no_call("+86138", kind="prefix")), "out", SHE, Verdict(False, "no_call", 3, "prefix"),
    ),
    "emergency": ((black("110"), no_call("1", kind="prefix")), "out", "110", Verdict(True, "emergency")),
    "in from an emergency number": ((black("110"),), "in", "110", Verdict(False, "black", 1, "number")),
    "not yet": ((black(SHE, since=101),), "in", SHE, Verdict()),
    "begins now": ((black(SHE, since=100),), "in", SHE, Verdict(False, "black", 1, "number")),
    "still": ((black(SHE, until=101),), "in", SHE, Verdict(False, "black", 1, "number")),
    "over": ((black(SHE, until=100),), "in", SHE, Verdict()),
    "the white one is over": ((black(SHE), white(SHE, until=100)), "in", SHE, Verdict(False, "black", 1, "number")),
    "an extension is no country": ((black("+861001"),), "out", "1001", Verdict()),
    "zeros in front count": ((black("0123"),), "in", "123", Verdict()),
    "withheld": ((black("+86", kind="prefix"),), "in", "", Verdict()),
    "erased": ((ERASED,), "out", SHE, Verdict(False, "no_call", 4, "erased")),
    "erased, another": ((ERASED,), "out", "+8613801001235", Verdict()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str):
    entries, way, number, said = CASES[name]
    assert book(*entries).verdict(number, way, 100, HOME) == said


QUIET = Home(country="86", area="21", emergency=(), outside=("+",))
DIGITS = st.text("012", min_size=1, max_size=3)
NUMBERS = st.builds(lambda plus, digits: plus + digits, st.sampled_from(["", "+"]), DIGITS)


@st.composite
def entries(draw: st.DrawFn, id: int = 0) -> Entry:
    kind = draw(st.sampled_from(["number", "number", "prefix", "range", "erased"]))
    first, last = draw(NUMBERS), ""
    if kind == "range":
        plus = "+" if first.startswith("+") else ""
        size = len(first) - len(plus)
        last = plus + draw(st.text("012", min_size=size, max_size=size))
        first, last = min(first, last), max(first, last)
    if kind == "erased":
        first = digest(first, SECRET)
    which = draw(st.sampled_from(["black", "white", "no_call"]))
    way = "out" if which == "no_call" else draw(st.sampled_from(["in", "out", "both"]))
    since, until = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    return Entry(id or draw(st.integers(1, 12)), which, way, kind, first, last, since, until)


def names(entry: Entry, number: str) -> int:
    """How many numbers of this one's form the entry names, if this is one of them: by counting them."""
    plus = "+" if number.startswith("+") else ""
    size = len(number) - len(plus)
    forms = [f"{plus}{value:0{size}}" for value in range(10**size)]
    if entry.kind == "erased":
        return int(entry.first == digest(number, SECRET))
    if entry.kind == "number":
        return int(entry.first == number)
    fits = {
        form
        for form in forms
        if (form.startswith(entry.first) if entry.kind == "prefix" else
            len(form) == len(entry.first) and entry.first <= form <= entry.last)
    }  # fmt: skip
    return len(fits) if number in fits else 0


def defined(lists: dict[int, Entry], number: str, way: str, at: int) -> tuple[bool, str]:
    """The rules, without haste: whether it is allowed, and by which list."""
    now = [
        entry for entry in lists.values()
        if entry.way in (way, "both") and entry.since <= at and (entry.until == 0 or at < entry.until)
    ]  # fmt: skip
    if way == "out" and any(entry.list == "no_call" and names(entry, number) for entry in now):
        return False, "no_call"
    sizes = {
        which: [names(e, number) for e in now if e.list == which and names(e, number)] for which in ("black", "white")
    }
    if not sizes["black"] and not sizes["white"]:
        return True, ""
    if sizes["white"] and (not sizes["black"] or min(sizes["white"]) <= min(sizes["black"])):
        return True, "white"
    return False, "black"


CHANGES = st.lists(
    st.tuples(st.lists(entries(), max_size=3), st.lists(st.integers(1, 12), max_size=2)), max_size=4
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(entries(), max_size=6), CHANGES, st.lists(NUMBERS, min_size=1, max_size=6), st.integers(0, 4))
def test_any_lists(first: list[Entry], changes: list, numbers: list[str], at: int):
    """After a snapshot and any changes, each carried as bytes, the book says what the definition says."""
    lists = {entry.id: entry for entry in first}
    asked = book(*lists.values())
    for version, (brought, gone) in enumerate(changes, 2):
        new = {entry.id: entry for entry in brought}
        asked.amend(decode_change(encode(Change(version=version, entries=list(new.values()), gone=gone))))
        lists = {key: entry for key, entry in lists.items() if key not in gone} | new
    for number in numbers:
        for way in ("in", "out"):
            said = asked.verdict(number, way, at, QUIET)
            assert (said.allowed, said.by) == defined(lists, number, way, at)
            assert not said.entry or lists[said.entry].list == said.by
    again = book(*lists.values())
    assert [again.verdict(n, "in", at, HOME).by for n in numbers] == [
        asked.verdict(n, "in", at, HOME).by for n in numbers
    ]


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_range_is_cut_into_beginnings(one: int, other: int):
    low, high = f"{min(one, other):05}", f"{max(one, other):05}"
    found = list(beginnings(low, high))
    named = [number for start in found for number in range(int(start.ljust(5, "0")), int(start.ljust(5, "9")) + 1)]
    assert named == list(range(int(low), int(high) + 1))
    assert len(found) <= 2 * 9 * 5


def test_a_change_that_does_not_follow_is_refused():
    asked = book(black(SHE))
    for change in (Change(version=1), Change(version=3), Change(version=2, whole=True)):
        with pytest.raises(ValueError, match="does not follow"):
            asked.amend(change)
    assert not asked.verdict(SHE, "in", 0, HOME).allowed


WRITTEN = st.sampled_from(["{}", "+86{}", "0086{}", "86{}", "+86 {}", "0{}"])


@given(st.integers(13000000000, 13999999999), WRITTEN)
def test_a_mobile_is_the_same_however_it_is_written(number: int, written: str):
    assert canonical(written.format(number), HOME) == f"+86{number}" == e164(str(number))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("62345678", "+862162345678"), ("02162345678", "+862162345678"), ("862162345678", "+862162345678"),
        ("10086", "10086"), ("1001", "1001"), ("4008001234", "+864008001234"), ("00442079460000", "+442079460000"),
        ("+442079460000", "+442079460000"), ("110", "110"), ("anonymous", ""), ("", ""), ("sip:x@y", ""),
    ],
)  # fmt: skip
def test_a_number_is_compared_in_one_form(typed: str, said: str):
    assert canonical(typed, HOME) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("138001", "+86138001"), ("021", "+8621"), ("0044", "+44"), ("+86 138", "+86138"), ("400", "+86400"),
        ("80", "80"), ("95", "95"), ("x", ""),
    ],
)  # fmt: skip
def test_how_a_segment_begins(typed: str, said: str):
    assert beginning(typed, HOME) == said
