"""Rows of proposals for one batch, merged among themselves by the same rule as in the database. Pure."""

from collections.abc import Iterator
from typing import Any

from crm.calls.recording.tables import Table

Row = list[Any]


class Proposals:
    """Key → proposed row of one table. Times are microseconds since the epoch."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: dict[str, Row] = {}
        self.told: dict[str, int] = {}
        """Key → the earliest time that was told of it."""
        self._places = table.places
        self._fixed = {column: place for place, column in enumerate(table.columns[: 1 + len(table.fixed)])}

    def row(self, key: str, at: int, **fixed: str) -> Row:
        """The key's row, made on first sight; fixed columns are filled where they are empty."""
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = list(self.table.blank)
            row[0] = key
            self.told[key] = at
        elif at < self.told[key]:
            self.told[key] = at
        for column, value in fixed.items():
            place = self._fixed[column]
            if not row[place]:
                row[place] = value
        return row

    def propose(self, row: Row, group: str, *values: Any) -> None:
        """``values`` for all columns of the group whose time column is ``group``, in its order."""
        begin, end, time = self._places[group]
        if row[time] is None or values < tuple(row[begin:end]):
            row[begin:end] = values

    def staged(self) -> Iterator[Row]:
        """Each row as its stage takes it: with the time by which it is stored."""
        for key, row in self.rows.items():
            yield [*row, self.told[key]]
