"""A file of rows by its form."""

from pathlib import Path

from crm.sheets.streams.csvrows import CsvRows
from crm.sheets.streams.rows import Rows
from crm.sheets.streams.xlsxrows import XlsxRows


def rows_open(path: Path, form: str, encoding: str = "") -> Rows:
    """The rows of a file of the form csv (in ``encoding``) or xlsx (its first sheet), blank ones left out. Raises
    ValidationError."""
    return XlsxRows(path) if form == "xlsx" else CsvRows(path, encoding)
