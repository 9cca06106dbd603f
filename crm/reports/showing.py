"""The values of a table as people read them. Rounded only here, half to even, from the very counts."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from django.utils import timezone

from crm.reports.tables import Cell, Kind, Table

NOTHING = "—"
HOUR_S = 3600
TENTHS = {Kind.SHARE: 1, Kind.SECONDS: 1, Kind.NUMBER: 2}
"""Decimals of a kind, of a percentage where it is a share."""


def rounded(cell: Cell, kind: Kind) -> Decimal | None:
    """A share in percent, seconds, or a number, as it is shown; None for nothing. A quotient is rounded as the quotient
    of its counts, for the nearest binary number of a tie lies on one side of it."""
    if cell.value is None or isinstance(cell.value, (str, datetime)):
        return None
    value = Fraction(cell.value)
    if cell.numerator is not None and cell.denominator:
        quotient = Fraction(cell.numerator) / Fraction(cell.denominator)
        if abs(quotient - value) <= abs(quotient) * Fraction(1, 10**9):
            value = quotient
    scaled = value * (100 if kind == Kind.SHARE else 1)
    places = TENTHS.get(kind, 0)
    return Decimal(round(scaled * 10**places)).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def text(cell: Cell, kind: Kind, *, dated: bool = True) -> str:
    """``dated``: a time is said with its day."""
    value = cell.value
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%m-%d %H:%M" if dated else "%H:%M")
    if isinstance(value, str):
        return value
    number = rounded(cell, kind)
    if kind == Kind.SHARE:
        return f"{number}%"
    if kind == Kind.SECONDS and value >= HOUR_S:
        return clock(float(value))
    return f"{number:,}"


def clock(seconds: float) -> str:
    """h:mm:ss."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def dated(table: Table) -> bool:
    """Whether its times are of more than one day."""
    times = [cell.value for row in table.rows for cell in row.cells.values() if isinstance(cell.value, datetime)]
    return len({timezone.localdate(one) for one in times}) > 1
