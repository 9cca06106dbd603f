"""Rows of the first sheet of a workbook, read as a stream.

Of a formula its last value is taken, as a text like all else; nothing is computed. A day or time is told as people
write it: a cell only has a number, its format says that it is a day.
"""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.sheets.plain import plain
from crm.sheets.streams.rows import CELLS, LETTERS, Row
from crm.sheets.streams.strings import Strings
from crm.sheets.streams.workbook import Book, book_of
from crm.sheets.streams.xml import Packed, parser

BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, ExpatError, OSError, EOFError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What a damaged or a made-up workbook leads to."""
LAST_ROW = 1_048_576
"""No office program has a row behind it."""
_FIRST = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001  a sheet's days have no zone


class XlsxRows:
    """Rows that are not blank; ``part`` tells how far it is. ``file``: where it lies, or open already."""

    def __init__(self, file: Path | BinaryIO) -> None:
        self._strings = Strings()
        self._file = file.open("rb") if isinstance(file, Path) else file
        try:
            self._packed = Packed(self._file)
            self._book = book_of(self._packed)
            if self._book.strings:
                self._strings_read(self._book.strings)
        except BROKEN as why:
            self.close()
            raise ValidationError(_("This file cannot be read as an xlsx.")) from why
        except ValidationError:
            self.close()
            raise

    def __iter__(self) -> Iterator[Row]:
        sheet = _Sheet(self._book, self._strings)
        read = parser(sheet.start, sheet.end, sheet.text)
        try:
            for piece in self._packed.pieces(self._book.sheet):
                read.feed(piece)
                yield from sheet.taken()
            read.end()
            yield from sheet.taken()
        except BROKEN as why:
            raise ValidationError(_("This file cannot be read as an xlsx.")) from why

    def part(self) -> float:
        return min(1.0, self._packed.read / self._packed.size) if self._packed.size else 1.0

    def close(self) -> None:
        self._strings.close()
        self._file.close()

    def _strings_read(self, name: str) -> None:
        pieces = Letters()
        inside = {"t": False, "rPh": False}  # how a text is pronounced is no part of it

        def start(tag: str, _attributes: dict[str, str]) -> None:
            if tag == "si":
                pieces.clear()
            elif tag in inside:
                inside[tag] = True

        def end(tag: str) -> None:
            if tag == "si":
                self._strings.add(pieces.text())
            elif tag in inside:
                inside[tag] = False

        def text(said: str) -> None:
            if inside["t"] and not inside["rPh"]:
                pieces.add(said)

        read = parser(start, end, text)
        for piece in self._packed.pieces(name):
            read.feed(piece)
        read.end()
        self._strings.done()


class Letters:
    """The text of one cell. However long it is, no more is kept than a cell has."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = LETTERS

    def add(self, said: str) -> None:
        if self._room > 0:
            self._pieces.append(said[: self._room])
            self._room -= len(said)

    def clear(self) -> None:
        self._pieces.clear()
        self._room = LETTERS

    def text(self) -> str:
        return "".join(self._pieces)


class _Sheet:
    """Takes rows together from what the parser tells."""

    def __init__(self, book: Book, strings: Strings) -> None:
        self._book, self._strings = book, strings
        self._rows: list[Row] = []
        self._number, self._cells = 0, list[str]()
        self._at, self._kind, self._style = 0, "", 0
        self._said = Letters()
        self._open = False

    def taken(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._at = _column(attributes.get("r", ""), len(self._cells))
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self._said.clear()
        elif tag in ("v", "t"):
            self._open = True
        elif tag == "row":
            self._number = _row(attributes.get("r", ""), self._number + 1)
            self._cells = []
        elif tag == "rPh":
            self._kind = "none"

    def text(self, said: str) -> None:
        if self._open and self._kind != "none":
            self._said.add(said)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._open = False
        elif tag == "c" and self._at < CELLS:
            self._cells += [""] * (self._at - len(self._cells))
            self._cells.append(plain(self._word(self._said.text())))
        elif tag == "row" and any(self._cells):
            self._rows.append(Row(self._number, self._cells))

    def _word(self, said: str) -> str:
        if self._kind == "s":
            return self._strings.read(int(said)) if said else ""
        if self._kind != "n" or not said:
            return said
        if self._style in self._book.days:
            return _day(float(said), self._book.since_1904)
        if said.isdigit():
            return said
        value = float(said)
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)


def _row(reference: str, following: int) -> int:
    """The one after the last, if it is not told, or stands there already."""
    told = int(reference) if reference.isdecimal() and len(reference) < 8 else 0
    number = max(told, following)
    if number > LAST_ROW:
        raise ValueError(reference)
    return number


def _column(reference: str, following: int) -> int:
    """``C5`` → 2; the one after the last without a reference."""
    at = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        at = at * 26 + ord(letter) - 64
    return at - 1 if 0 < at <= 16_384 and at > following else following


def _day(value: float, since_1904: bool) -> str:
    if not 0 <= value < 2_958_466:
        return repr(value)
    try:
        at = _FIRST[since_1904] + timedelta(days=value)
        at = (at + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:  # behind the year 9999
        return repr(value)
    if value < 1:
        return f"{at:%H:%M:%S}"
    return at.date().isoformat() if (at.hour, at.minute, at.second) == (0, 0, 0) else f"{at:%Y-%m-%d %H:%M:%S}"
