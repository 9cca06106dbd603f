"""Cells of a file: real numbers and times for a workbook, words for paper. Rounding is the last thing, half to even."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.reports.tables import Cell, Column, Kind, Row
from crm.sheets.writing import Figure

NONE = "—"
"""Of 0/0 nothing can be said."""
RIGHT = (Kind.COUNT, Kind.SHARE, Kind.SECONDS, Kind.NUMBER)
"""Kinds whose values stand at the right."""
TENTH = Decimal("0.1")
SHOWN = {Kind.COUNT: "#,##0", Kind.SHARE: "0.0%", Kind.SECONDS: "0.0", Kind.NUMBER: "0.0"}
"""Excel's formats."""
MOMENT = "yyyy-mm-dd hh:mm:ss"


def head(column: Column) -> str:
    """Seconds say so."""
    return _("%(what)s (s)") % {"what": column.label} if column.kind == Kind.SECONDS else str(column.label)


def cell(column: Column, row: Row) -> Any:
    """For csv and xlsx: a text or a ``Figure``; a dash where nothing can be said, nothing where nothing is told."""
    found = row.cells.get(column.key)
    if found is None:
        return ""
    value = found.value
    if value is None:
        return NONE
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None)
        return Figure(local, MOMENT, f"{local:%Y-%m-%d %H:%M:%S}")
    if isinstance(value, str) or column.kind in (Kind.TEXT, Kind.TIME):
        return str(value)
    return Figure(value, SHOWN[column.kind], words(column, found).replace(",", ""))


def text(column: Column, row: Row) -> str:
    """For paper."""
    found = row.cells.get(column.key)
    if found is None:
        return ""
    if isinstance(found.value, datetime):
        return f"{timezone.localtime(found.value):%Y-%m-%d %H:%M:%S}"
    if found.value is None:
        return NONE
    return str(found.value) if isinstance(found.value, str) else words(column, found)


def words(column: Column, found: Cell) -> str:
    """A number as people read it: shares and seconds to a tenth, counts with commas."""
    value = _exact(found)
    if column.kind == Kind.SHARE:
        return f"{_tenth(value * 100)}%"
    if column.kind == Kind.COUNT:
        return f"{round(value):,}"
    return f"{_tenth(value):,}"


def finality(row: Row) -> str:
    """In the last column: a provisional row still has calls that have not ended."""
    return _("final") if row.final else _("provisional")


def _exact(found: Cell) -> Fraction:
    """From numerator and denominator where they are there: 1/8 is 12.5% exactly, its float need not be."""
    if found.numerator is not None and found.denominator:
        exact = Fraction(found.numerator) / Fraction(found.denominator)
        if abs(exact - Fraction(found.value)) < Fraction(1, 10**6):  # type: ignore[arg-type]
            return exact
    return Fraction(found.value)  # type: ignore[arg-type]


def _tenth(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(TENTH, ROUND_HALF_EVEN)
