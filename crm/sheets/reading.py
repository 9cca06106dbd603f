"""Rows of what people upload: csv in the encodings that they have, or xlsx."""

import csv
import io
import zipfile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.sheets.plain import plain
from crm.sheets.streams.xlsxrows import BROKEN, XlsxRows

_UNPACKED_AT_MOST = 50_000_000
_ROWS_AT_MOST = 100_000
"""More than anybody who asks for all rows at once takes."""


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
    """With blank rows in their places, so that a row is found by its number."""
    _check_size(content)
    opened = XlsxRows(io.BytesIO(content))
    rows: list[list[str]] = []
    try:
        for row in opened:
            if row.number > _ROWS_AT_MOST:
                raise ValidationError(_("This file is too large."))
            rows += [[] for _blank in range(row.number - 1 - len(rows))]
            rows.append(row.cells)
    finally:
        opened.close()
    return rows


def _check_size(content: bytes) -> None:
    """What unpacks to far more than it is never reaches the reader. The zip's own word of its sizes is not trusted."""
    left = _UNPACKED_AT_MOST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                with packed.open(part) as opened:
                    while block := opened.read(min(left, 1 << 20) + 1):
                        left -= len(block)
                        if left < 0:
                            raise ValidationError(_("This file is too large."))
    except BROKEN as error:
        raise ValidationError(_("This file cannot be read as an xlsx.")) from error
