"""The lists in a form that answers in microseconds with a million entries, and the messages that carry them.

Theory of operation. Numbers lie in sorted columns (25 bytes an entry), where a bisection finds them: 25 MB for a
million, taken over from a snapshot as they are. Segments are few: a range is cut into the beginnings that it is made
of (``13800100000`` to ``13800199999`` is all of that length that begin with ``138001``), so each is found by looking up
the beginnings of a number, of which it has no more than its digits. What changed since the snapshot lies beside the
columns, and what it replaced is covered up.

Each change has a version, one more than the last; whoever misses one takes the snapshot anew.
"""

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from switchctl.contract.dialling import Home
from switchctl.contract.numberlists import (
    ERASED,
    LISTS,
    NUMBER,
    PREFIX,
    RANGE,
    WAYS,
    Entry,
    Verdict,
    canonical,
    decide,
    digest,
    emergency,
)

_COLUMNS = ("Q", "Q", "I", "I", "B")


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All lists at a version. The columns are arrays (little-endian) of the entries that name one number, ordered by
    its key: keys and ids of 8 bytes, since and until of 4, list and way in one."""

    version: int
    secret: bytes
    """The key of digests."""
    columns: tuple[bytes, bytes, bytes, bytes, bytes]
    others: list[Entry] = []
    """Segments, and numbers of erased people."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one change brought: entries that are new or now say so, ids of those that are gone. ``whole``: too much to
    be listed; the snapshot is to be taken."""

    version: int
    entries: list[Entry] = []
    gone: list[int] = []
    whole: bool = False


def encode(message: Snapshot | Change) -> bytes:
    """MessagePack."""
    return msgspec.msgpack.encode(message)


def decode_snapshot(raw: bytes) -> Snapshot:
    """Raises msgspec.DecodeError on what does not fit."""
    found = msgspec.msgpack.decode(raw, type=Snapshot)
    sizes = {len(column) / array(kind).itemsize for kind, column in zip(_COLUMNS, found.columns, strict=True)}
    if len(sizes) != 1 or not sizes.pop().is_integer():
        raise msgspec.DecodeError("the columns of the lists are not of the same length")
    return found


def decode_change(raw: bytes) -> Change:
    """Raises msgspec.DecodeError on what does not fit."""
    return msgspec.msgpack.decode(raw, type=Change)


Row = tuple[int, int, int, int, int]
"""An entry that names one number: its key, its id, since, until, and its list and way (``code``)."""


def snapshot(version: int, secret: bytes, rows: Iterable[Row], others: Iterable[Entry] = ()) -> Snapshot:
    """Of all entries: ``rows`` those that name one number, in the order of their keys."""
    columns = [array(kind) for kind in _COLUMNS]
    keys, ids, since, until, codes = (column.append for column in columns)
    before = 0
    for row in rows:
        if row[0] < before:
            raise ValueError("the rows are not in the order of their keys")
        before = row[0]
        keys(row[0])
        ids(row[1])
        since(row[2])
        until(row[3])
        codes(row[4])
    first, second, third, fourth, fifth = (_turned(column).tobytes() for column in columns)
    return Snapshot(version=version, secret=secret, columns=(first, second, third, fourth, fifth), others=list(others))


def snapshot_of(version: int, secret: bytes, entries: Iterable[Entry]) -> Snapshot:
    """Of few entries, in any order."""
    all_of = list(entries)
    rows = [(key(one.first), one.id, one.since, one.until, code(one)) for one in all_of if one.kind == NUMBER]
    return snapshot(version, secret, sorted(rows), [one for one in all_of if one.kind != NUMBER])


class Book:
    """All lists, to be asked. Not for several threads at once while it changes."""

    def __init__(self, whole: Snapshot | None = None) -> None:
        whole = whole or snapshot(0, b"", ())
        self.version = whole.version
        self._secret = whole.secret
        columns = [_column(kind, raw) for kind, raw in zip(_COLUMNS, whole.columns, strict=True)]
        self._keys, self._ids, self._since, self._until, self._codes = columns
        self._covered: set[int] = set()
        """Ids of entries of the columns that were changed or are gone."""
        self._beside: dict[int, Entry] = {}
        """Id → entry that is not in the columns."""
        self._single: dict[str, list[Entry]] = {}
        """Of those, which name a number, by the number, or by its digest."""
        self._starts: dict[str, list[tuple[int, Entry]]] = {}
        """Beginning → segments, each with the length of its numbers, 0 for any."""
        self._sizes: Counter[int] = Counter()
        """How long the beginnings are."""
        self._erased = 0
        for entry in whole.others:
            self._put(entry)

    @property
    def beside(self) -> int:
        """How many entries changed since the snapshot; with many of them a new one is worth its while."""
        return len(self._covered)

    def amend(self, change: Change) -> None:
        """Take a change over. ValueError if it does not follow upon what is known."""
        if change.version != self.version + 1 or change.whole:
            raise ValueError(f"change {change.version} does not follow upon version {self.version}")
        for gone in (*change.gone, *(entry.id for entry in change.entries)):
            self._drop(gone)
        for entry in change.entries:
            self._put(entry)
        self.version = change.version

    def verdict(self, number: str, way: str, at: int, home: Home) -> Verdict:
        """What the lists say about a number in its canonical form; ``way`` is in or out, ``at`` seconds."""
        if not number:
            return Verdict()
        return emergency(number, way, home) or decide(self.naming(number), way, at)

    def asked(self, raw: str, way: str, at: int, home: Home) -> Verdict:
        """The same of a number in any form."""
        return self.verdict(canonical(raw, home), way, at, home)

    def naming(self, number: str) -> Iterator[tuple[int, Entry]]:
        """The entries that name a number, each with how many numbers it names."""
        wanted = key(number)
        place = bisect_left(self._keys, wanted)
        while place < len(self._keys) and self._keys[place] == wanted:
            if self._ids[place] not in self._covered:
                yield 1, self._row(place, number)
            place += 1
        for entry in self._single.get(number, ()):
            yield 1, entry
        if self._erased:
            for entry in self._single.get(digest(number, self._secret), ()):
                yield 1, entry
        length = len(number)
        for size in self._sizes:
            for exact, entry in self._starts.get(number[:size], ()) if size <= length else ():
                if exact in (0, length):
                    yield entry.names(number), entry

    def _row(self, place: int, number: str) -> Entry:
        which, way = divmod(self._codes[place], len(WAYS))
        ids, since, until = self._ids[place], self._since[place], self._until[place]
        return Entry(ids, LISTS[which], WAYS[way], NUMBER, number, "", since, until)

    def _put(self, entry: Entry) -> None:
        self._beside[entry.id] = entry
        self._erased += entry.kind == ERASED
        if entry.kind in (NUMBER, ERASED):
            self._single.setdefault(entry.first, []).append(entry)
        for start, exact in starts(entry):
            self._starts.setdefault(start, []).append((exact, entry))
            self._sizes[len(start)] += 1

    def _drop(self, gone: int) -> None:
        # Where it lies in the columns is not known without its number; that it may lie there is enough.
        self._covered.add(gone)
        entry = self._beside.pop(gone, None)
        if entry is None:
            return
        self._erased -= entry.kind == ERASED
        if entry.kind in (NUMBER, ERASED):
            self._single[entry.first] = [other for other in self._single[entry.first] if other.id != gone]
            if not self._single[entry.first]:
                del self._single[entry.first]
        for start, _exact in starts(entry):
            self._starts[start] = [(exact, other) for exact, other in self._starts[start] if other.id != gone]
            self._sizes[len(start)] -= 1
            if not self._starts[start]:
                del self._starts[start]
            if not self._sizes[len(start)]:
                del self._sizes[len(start)]


def starts(entry: Entry) -> Iterator[tuple[str, int]]:
    """Beginnings of the numbers that a segment names, each with the length of those numbers, 0 for any."""
    if entry.kind == PREFIX:
        yield entry.first, 0
    elif entry.kind == RANGE:
        for start in beginnings(entry.first, entry.last):
            yield start, len(entry.first)


def beginnings(first: str, last: str) -> Iterator[str]:
    """The fewest beginnings that all numbers from ``first`` to ``last`` (of the same length) have, and no others."""
    plus = "+" if first.startswith("+") else ""
    low, high, width = int(first), int(last), len(first) - len(plus)
    while low <= high:
        zeros = 0
        while zeros < width - 1 and low % 10 ** (zeros + 1) == 0 and low + 10 ** (zeros + 1) - 1 <= high:
            zeros += 1
        yield plus + str(low).rjust(width, "0")[: width - zeros]
        low += 10**zeros


def key(number: str) -> int:
    """A whole number that stands for it: its digits behind a 1, so that zeros in front count; odd if it has a ``+``."""
    return int(f"1{number.removeprefix('+')[:18]}") * 2 + number.startswith("+")


def code(entry: Entry) -> int:
    """List and way in one."""
    return LISTS.index(entry.list) * len(WAYS) + WAYS.index(entry.way)


def _column(kind: str, raw: bytes) -> "array[int]":
    column = array(kind)
    column.frombytes(raw)
    return _turned(column)


def _turned(column: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        column.byteswap()
    return column
