"""Rows as CSV or XLSX, made while they are sent: memory stays flat however many there are.

No cell is ever a formula: Excel and its like run what begins with = + - @, also after a tab or a line break, and a
caller's name or an agent's note can begin so. Such a cell gets an apostrophe in front, as in the OWASP's advice.
"""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

Row = Sequence[Any]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROWS_OF_A_SHEET = 1_000_000
"""Excel takes 1,048,576."""
CELL = 32_000
"""Characters of a cell; Excel takes 32,767."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AT_ONCE = 500


def safe(value: Any) -> str:
    """The cell's text; nothing for None."""
    text = "" if value is None else str(value)
    if text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS):
        text = f"'{text}"
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def response(request: HttpRequest, name: str, form: str, header: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download ``name.form``; ``form`` is a key of TYPES."""
    pieces = (csv_pieces if form == "csv" else xlsx_pieces)(header, rows)
    streamed = _threaded(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(streamed, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"  # nginx would collect it first
    return answer


def csv_pieces(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with the mark by which Excel knows it."""
    yield "\ufeff".encode()
    lines = chain([header], rows)
    while batch := list(islice(lines, _AT_ONCE)):
        text = io.StringIO()
        csv.writer(text).writerows([safe(cell) for cell in row] for row in batch)
        yield text.getvalue().encode("utf-8", "replace")


def xlsx_pieces(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook of plain text; a new sheet after each million rows."""
    pipe, rest, sheets = _Pipe(), iter(rows), 0
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as book:  # type: ignore[call-overload]
        while sheets == 0 or (first := next(rest, None)) is not None:
            lines = chain([header], [] if sheets == 0 else [first], rest)
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                sheet.write(_SHEET)
                lines = islice(lines, ROWS_OF_A_SHEET + 1)
                while batch := list(islice(lines, _AT_ONCE)):
                    sheet.write("".join(map(_row, batch)).encode())
                    yield pipe.taken()
                sheet.write(b"</sheetData></worksheet>")
        for name, text in _frame(sheets).items():
            book.writestr(name, text)
    yield pipe.taken()


class _Pipe:
    """A file for a writer that is read from the other side."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


async def _threaded(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is made in the request's own thread, where its database connection is."""
    while (piece := await sync_to_async(next)(pieces, None)) is not None:
        yield piece


def _row(row: Row) -> str:
    cells = (escape(_NOT_XML.sub("\ufffd", safe(cell)), {"\r": "&#13;"}) for cell in row)
    return "<row>" + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{c}</t></is></c>' for c in cells) + "</row>"


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()


def _frame(sheets: int) -> dict[str, str]:
    """The other parts of a workbook."""
    numbers = range(1, sheets + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    relationships = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{relationships}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{relationships}{related}</Relationships>",
    }
