"""What a workbook says of itself: where its first sheet and its texts are, and which formats are days."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from crm.sheets.streams.xml import Packed, parser

Start = Callable[[str, dict[str, str]], None]
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Formats that Excel has itself and that are days or times, the East Asian ones included."""
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DAY = re.compile(r"[ymdhs年月日时]", re.IGNORECASE)


@dataclass
class Book:
    """Names of parts in the zip; ``strings`` is "" where a book has none. ``days``: numbers of styles."""

    sheet: str
    strings: str = ""
    since_1904: bool = False
    days: set[int] = field(default_factory=set)


def book_of(packed: Packed) -> Book:
    """Raises KeyError for what is no workbook, or has no sheet."""
    sheets: list[str] = []
    flags: dict[str, bool] = {}

    def about(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            sheets.extend(value for name, value in attributes.items() if name.rpartition(":")[2] == "id")
        elif tag == "workbookPr":
            flags["1904"] = attributes.get("date1904", "0") in ("1", "true")

    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}

    def related(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            at = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
            targets[attributes["Id"]] = at
            kinds[attributes.get("Type", "").rpartition("/")[2]] = at

    _told(packed, "xl/workbook.xml", about)
    _told(packed, "xl/_rels/workbook.xml.rels", related)
    if not sheets:
        raise KeyError("sheet")
    strings, styles = kinds.get("sharedStrings", ""), kinds.get("styles", "")
    return Book(
        targets[sheets[0]],
        strings if strings and packed.has(strings) else "",
        flags.get("1904", False),
        _days(packed, styles) if styles and packed.has(styles) else set(),
    )


def _days(packed: Packed, name: str) -> set[int]:
    own: dict[str, bool] = {}
    found: set[int] = set()
    place = {"in": False, "at": 0}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            own[attributes["numFmtId"]] = bool(_DAY.search(_QUOTED.sub("", attributes.get("formatCode", ""))))
        elif tag == "cellXfs":
            place["in"] = True
        elif tag == "xf" and place["in"]:
            number = attributes.get("numFmtId", "0")
            if own.get(number, number.isdigit() and int(number) in _DAYS):
                found.add(place["at"])
            place["at"] += 1

    def end(tag: str) -> None:
        if tag == "cellXfs":
            place["in"] = False

    _told(packed, name, start, end)
    return found


def _told(packed: Packed, name: str, start: Start, end: Callable[[str], None] | None = None) -> None:
    read = parser(start, end)
    for piece in packed.pieces(name):
        read.feed(piece)
    read.end()
