"""Cells of a file: real numbers and times for a workbook, words for csv and paper."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.reports import showing
from crm.reports.tables import Column, Kind, Row
from crm.sheets.writing import Figure

RIGHT = (Kind.COUNT, Kind.SHARE, Kind.SECONDS, Kind.NUMBER)
"""Kinds whose values stand at the right."""
SHOWN = {Kind.COUNT: "#,##0", Kind.SHARE: "0.0%", Kind.SECONDS: "0.0", Kind.NUMBER: "0.00"}
"""Excel's formats: as ``showing`` rounds."""
MOMENT = "yyyy-mm-dd hh:mm:ss"


def head(column: Column) -> str:
    """Seconds say so."""
    return _("%(what)s (s)") % {"what": column.label} if column.kind == Kind.SECONDS else str(column.label)


def cell(column: Column, row: Row) -> Any:
    """For csv and xlsx: a text or a ``Figure``; a dash where nothing can be said, nothing where nothing is told. A csv
    has numbers as they are shown, without commas."""
    found = row.cells.get(column.key)
    if found is None or found.value is None:
        return "" if found is None else showing.NOTHING
    if isinstance(found.value, datetime):
        local = timezone.localtime(found.value).replace(tzinfo=None)
        return Figure(local, MOMENT, f"{local:%Y-%m-%d %H:%M:%S}")
    if isinstance(found.value, str):
        return found.value
    number = showing.rounded(found, column.kind)
    shown = f"{number}%" if column.kind == Kind.SHARE else str(number)
    return Figure(found.value, SHOWN.get(column.kind, "General"), shown)


def text(column: Column, row: Row) -> str:
    """For paper. Where a row of a report begins is said to the minute, when something happened to the second."""
    found = row.cells.get(column.key)
    if found is None:
        return ""
    if isinstance(found.value, datetime):
        whole = found.value.second == found.value.microsecond == 0
        return timezone.localtime(found.value).strftime("%Y-%m-%d %H:%M" if whole else "%Y-%m-%d %H:%M:%S")
    return showing.text(found, column.kind)


def finality(row: Row) -> str:
    """In the last column: of a provisional row not all calls have ended."""
    return _("final") if row.final else _("provisional")
