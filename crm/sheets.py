"""Lists as csv and xlsx, out and in. What a person typed never becomes a formula in somebody's office program."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

Rows = Iterable[Sequence[object]]

CSV, XLSX = "csv", "xlsx"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPACKED_AT_MOST = 50_000_000


def sheet_response(name: str, kind: str, rows: Rows) -> HttpResponse:
    """A download; ``kind`` is "csv" (UTF-8 with a mark, as Excel wants it) or "xlsx"."""
    if kind == XLSX:
        content, mime = xlsx(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        content, mime = "\ufeff".encode() + csv_text(rows).encode(), "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=mime, headers=headers)


def csv_text(rows: Rows) -> str:
    """Cells that an office program would take for a formula get an apostrophe in front."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def xlsx(rows: Rows) -> bytes:
    """Every cell is text, so leading zeros stay and nothing is computed. The first row stays in view."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, str(cell))
    return out.getvalue()


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def plain(cell: str) -> str:
    """The cell without the apostrophe of ``safe``, without blanks around it and without what no row may hold."""
    cell = cell.replace("\x00", "").strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def rows_read(content: bytes) -> list[list[str]]:
    """Rows of an uploaded csv (UTF-8 or GB18030; comma, semicolon or tab) or xlsx, its first sheet.

    Raises ValidationError when it is neither.
    """
    if content[:4] == b"PK\x03\x04":
        return _of_xlsx(content)
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [[plain(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise ValidationError(_("This file cannot be read as a csv: %(why)s") % {"why": error}) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("This file is neither a csv in UTF-8 or GB18030 nor an xlsx."))


def _of_xlsx(content: bytes) -> list[list[str]]:
    try:
        _check_size(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[plain(_word(cell)) for cell in row] for row in sheet.to_python()]
    except (CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        raise ValidationError(_("This file cannot be read as an xlsx.")) from error


def _check_size(content: bytes) -> None:
    """What unpacks to far more than it is never reaches the reader. The zip's own word of its sizes is not trusted."""
    left = _UNPACKED_AT_MOST
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.infolist():
            with packed.open(part) as opened:
                while block := opened.read(min(left, 1 << 20) + 1):
                    left -= len(block)
                    if left < 0:
                        raise ValidationError(_("This file is too large."))


def _word(cell: object) -> str:
    """A number of a sheet is a float, even where somebody typed 1001."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
