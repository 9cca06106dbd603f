"""XML of a workbook, in pieces, as far as the zip and its reader are to be trusted."""

import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

UNPACKED = 1_500_000_000
"""Bytes that all parts of a workbook may have together: a million rows of twenty columns."""
_PACKED_TO = 400
"""A part that unpacks to more than so many times its size, and is large, is no sheet that somebody made."""
_LARGE = 50_000_000
_PIECE = 1 << 16
TAG = 1 << 20
"""Bytes of a tag with its attributes."""


class Packed:
    """A zip, read with a limit to what comes out of it: its own word of its sizes is not trusted."""

    def __init__(self, file: Any) -> None:
        self._zip = zipfile.ZipFile(file)
        self._left = UNPACKED
        if len(self._zip.namelist()) > 5000:
            raise ValidationError(_("This file is too large."))
        self.read = self.size = 0
        """Bytes of the part that is being read: packed ones as told, and how many came out of how many."""

    def has(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def pieces(self, name: str) -> Iterator[bytes]:
        """Raises ValidationError beyond the limits, BadZipFile and KeyError."""
        part = self._zip.getinfo(name)
        self.read, self.size = 0, part.file_size
        with self._zip.open(part) as opened:
            while piece := opened.read(_PIECE):
                self.read += len(piece)
                self._left -= len(piece)
                if self._left < 0 or (self.read > _LARGE and self.read > _PACKED_TO * part.compress_size):
                    raise ValidationError(_("This file is too large."))
                yield piece

    def close(self) -> None:
        self._zip.close()


class Reader:
    """A parser that is fed piece by piece."""

    def __init__(self, made: expat.XMLParserType) -> None:
        self._made = made
        self._fed = 0

    def feed(self, piece: bytes) -> None:
        """Raises ExpatError, and ValidationError for a tag that does not end: it would be held in memory."""
        self._made.Parse(piece, False)
        self._fed += len(piece)
        if self._fed - self._made.CurrentByteIndex > TAG:
            _refuse()

    def end(self) -> None:
        self._made.Parse(b"", True)


def parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Reader:
    """Calls back with the names of elements without their prefixes. A document type is refused: it may define what
    unfolds without end, or name files."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse
    made.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        made.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        made.CharacterDataHandler = text
    return Reader(made)


def _refuse(*_told: Any) -> None:
    raise ValidationError(_("This file cannot be read as an xlsx."))
