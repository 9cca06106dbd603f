"""Rows as CSV or XLSX downloads: memory stays flat however many there are.

No cell is ever a formula: Excel and its like run what begins with = + - @, also after a tab or a line break, and a
caller's name or an agent's note can begin so. Such a cell gets an apostrophe in front, as in the OWASP's advice.
"""

import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

Row = Sequence[Any]
CSV, XLSX, PDF = "csv", "xlsx", "pdf"
LISTS = (CSV, XLSX)
"""Forms of a list of rows."""
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PDF: "application/pdf",
}
ROWS_OF_A_SHEET = 1_000_000
"""Excel takes 1,048,576."""
CELL = 32_000
"""Characters of a cell; Excel takes 32,767."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AT_ONCE = 500
_PIECE = 1 << 16
_TEXT_ONLY = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of ours that is no text: a number, or a time without a zone. A workbook holds the value itself, shown by
    ``shown`` (a number format of Excel); a csv has ``text``."""

    value: int | float | datetime
    shown: str
    text: str


def safe(value: Any) -> str:
    """The cell's text; nothing for None."""
    text = "" if value is None else str(value)
    if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS):
        text = f"'{text}"
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def response(request: HttpRequest, name: str, form: str, header: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download ``name.form``; ``form`` is one of LISTS."""
    pieces = (csv_pieces if form == CSV else xlsx_pieces)(header, rows)
    return download(request, f"{name}.{form}", TYPES[form], pieces)


def download(request: HttpRequest, name: str, kind: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """The pieces as a file, never more than one of them in memory: under ASGI Django would collect a plain iterator."""
    streamed = _threaded(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(streamed, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"  # nginx would collect it first
    return answer


def file_pieces(path: Path) -> Iterator[bytes]:
    """A file that lies on disk."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def csv_pieces(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with the mark by which Excel knows it."""
    yield "\ufeff".encode()
    lines = chain([header], rows)
    while batch := list(islice(lines, _AT_ONCE)):
        yield csv_text(batch).encode("utf-8", "replace")


def csv_text(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([cell.text if isinstance(cell, Figure) else safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def xlsx_pieces(header: Row, rows: Iterable[Row], folder: Path | None = None) -> Iterator[bytes]:
    """A workbook of plain text (so leading zeros stay) and of ``Figure``s; a new sheet after each million rows. Made on
    disk, then sent: in ``folder``, if it matters where drafts stay when the process is killed."""
    with tempfile.TemporaryFile(dir=folder) as file:
        _workbook(file, header, iter(rows), folder)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _workbook(file: Any, header: Row, rows: Iterator[Row], folder: Path | None) -> None:
    first = next(rows, None)
    options = _TEXT_ONLY | ({"tmpdir": str(folder)} if folder else {})
    with xlsxwriter.Workbook(file, options) as book:
        formats: dict[str, Any] = {}
        while True:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            lines = chain([header], [] if first is None else [first], islice(rows, ROWS_OF_A_SHEET - 1))
            for number, row in enumerate(lines):
                for column, cell in enumerate(row):
                    if not isinstance(cell, Figure):
                        sheet.write_string(number, column, _NOT_XML.sub("\ufffd", safe(cell)))
                        continue
                    if cell.shown not in formats:
                        formats[cell.shown] = book.add_format({"num_format": cell.shown})
                    write = sheet.write_datetime if isinstance(cell.value, datetime) else sheet.write_number
                    write(number, column, cell.value, formats[cell.shown])
            if (first := next(rows, None)) is None:
                return


async def _threaded(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is made in the request's own thread, where its database connection is."""
    while (piece := await sync_to_async(next)(pieces, None)) is not None:
        yield piece
