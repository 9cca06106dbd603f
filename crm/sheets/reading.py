"""Rows of what people upload: csv in the encodings that they have, or xlsx."""

import csv
import io
import zipfile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from crm.sheets.writing import DANGEROUS

_UNPACKED_AT_MOST = 50_000_000


def plain(cell: str) -> str:
    """The cell without the apostrophe of ``safe``, without blanks around it and without what no row may hold."""
    cell = cell.replace("\x00", "").strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGEROUS) else cell


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
