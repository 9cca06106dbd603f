"""A sheet as rows of csv and xlsx: a head, the rows, and what is printed under them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from crm.reports.files.cells import cell, finality, head
from crm.reports.files.sheet import Sheet
from crm.sheets.writing import CSV, csv_pieces, xlsx_pieces

CHUNK = 500
"""So often it is noted how far a file is."""


def list_pieces(sheet: Sheet, form: str, folder: Path, note: Callable[..., None]) -> Iterator[bytes]:
    """``note``: told ``expected`` and ``written`` rows, as of ``crm.sheets.orders``."""
    header = [head(column) for column in sheet.columns] + ([_("State")] if sheet.flagged else [])
    rows = _rows(sheet, note)
    return csv_pieces(header, rows) if form == CSV else xlsx_pieces(header, rows, folder)


def counting(sheet: Sheet, note: Callable[..., None]) -> Iterator[Any]:
    """The rows, and how far one is with them."""
    note(expected=sheet.expected)
    written = 0
    for row in sheet.rows:
        yield row
        written += 1
        if written % CHUNK == 0:
            note(written=written)
    note(expected=written, written=written)


def _rows(sheet: Sheet, note: Callable[..., None]) -> Iterator[list[Any]]:
    for row in counting(sheet, note):
        yield [cell(column, row) for column in sheet.columns] + ([finality(row)] if sheet.flagged else [])
    if sheet.notes:
        yield []
        yield [sheet.title]
    for told in sheet.notes:
        yield [told]
