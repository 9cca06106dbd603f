"""Rows of a csv: UTF-8 with or without a mark, or GB18030; comma, semicolon or tab."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.sheets.plain import plain
from crm.sheets.streams.rows import CELLS, LETTERS, Row

ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}
"""What a file may be written in → the codec that reads it."""
UNREADABLE = "\ufffd"
"""Stands in a cell for what the encoding does not know."""
_BLOCK = 1 << 20
_DELIMITERS = ",;\t"


def encoding_of(path: Path) -> str:
    """A key of ENCODINGS: UTF-8 if all of the file is, else GB18030. Raises ValidationError for what is no text."""
    told = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if b"\x00" in file.read(4096):
            raise ValidationError(_("This file is neither a csv in UTF-8 or GB18030 nor an xlsx."))
        file.seek(0)
        try:
            while block := file.read(_BLOCK):
                told.decode(block)
            told.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


class CsvRows:
    """Rows that are not blank; ``part`` tells how far it is."""

    def __init__(self, path: Path, encoding: str) -> None:
        if encoding not in ENCODINGS:
            raise ValidationError(_("There is no such encoding."))
        self._size = path.stat().st_size
        self._bytes = path.open("rb")
        reader = codecs.getreader(ENCODINGS[encoding])(self._bytes, errors="replace")
        first = reader.readline(1 << 16)
        self._delimiter = max(_DELIMITERS, key=first.count)
        self._bytes.seek(0)
        self._text = codecs.getreader(ENCODINGS[encoding])(self._bytes, errors="replace")

    def __iter__(self) -> Iterator[Row]:
        rows = csv.reader(self._lines(), delimiter=self._delimiter)
        try:
            for number, row in enumerate(rows, 1):
                cells = [plain(cell[:LETTERS]) for cell in row[:CELLS]]
                if any(cells):
                    yield Row(number, cells)
        except csv.Error as error:
            raise ValidationError(_("This file cannot be read as a csv: %(why)s") % {"why": error}) from error

    def part(self) -> float:
        return self._bytes.tell() / self._size if self._size else 1.0

    def close(self) -> None:
        self._bytes.close()

    def _lines(self) -> Iterator[str]:
        """Lines with their ends, split only where a csv does: a cell may hold what Unicode calls the end of a line."""
        rest = ""
        while block := self._text.read(1 << 16):
            rest += block.replace("\x00", "")
            if len(rest) > 1 << 22:
                raise ValidationError(
                    _("This file cannot be read as a csv: %(why)s") % {"why": _("a line is too long")}
                )
            held = "\r" if rest.endswith("\r") else ""  # the other half of the end may follow
            lines = _split(rest.removesuffix(held) if held else rest)
            rest = lines.pop() + held
            yield from lines
        if rest:
            yield rest


def _split(text: str) -> list[str]:
    """Lines with their ends, the last one without."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + [lines[-1]]
