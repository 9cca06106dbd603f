"""What a file is drawn from: a report's table, or a long list whose rows are read while the file is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.reports.tables import Column, Row, Table


@dataclass(frozen=True)
class Sheet:
    """``rows`` are gone through once. ``expected``: how many there will be. ``flagged``: a last column says of each row
    whether it is final."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    expected: int
    notes: Sequence[str] = ()
    flagged: bool = True


def sheet_of(table: Table) -> Sheet:
    """A table is whole already."""
    return Sheet(table.title, table.columns, table.rows, len(table.rows), table.notes)
