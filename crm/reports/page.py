"""A table as its page draws it: cells in words, the figures on top, the chart's series."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm.reports.asking import Question
from crm.reports.explaining import Explained, explained, plain
from crm.reports.report import Answer, Report
from crm.reports.showing import dated, text
from crm.reports.tables import Cell, Column, Kind, Row, Table

NUMBERS = (Kind.COUNT, Kind.SHARE, Kind.SECONDS, Kind.NUMBER)
MOST_ROWS = 400
"""More are in the file, not on the page."""
MOST_NAMED = 24
"""So many queues or agents a chart can name."""


@dataclass(frozen=True)
class Drawn:
    """One cell of the page. ``parts``: numerator and denominator in words, "" where nothing was divided."""

    column: Column
    text: str
    cell: Cell
    head: bool = False

    @property
    def number(self) -> bool:
        return self.column.kind in NUMBERS

    @property
    def unit(self) -> str:
        """Of a time that is not written as one."""
        plain_s = self.column.kind == Kind.SECONDS and ":" not in self.text and self.cell.value is not None
        return _("s") if plain_s else ""

    @property
    def lists(self) -> tuple[str, str]:
        """Addresses of the rows behind numerator and denominator; made when they are drawn."""
        above, below = self.cell.lists() if self.cell.lists else ("", "")
        return (above if self.cell.numerator else "", below if self.cell.denominator else "")

    @property
    def into(self) -> str:
        """Where the value itself leads to: the rows of a count, or the one call of a longest wait."""
        if self.cell.drill or self.cell.lists is None or self.cell.denominator is not None:
            return self.cell.drill
        return self.cell.lists()[0] if self.cell.value else ""

    @property
    def parts(self) -> tuple[str, str]:
        n, d = self.cell.numerator, self.cell.denominator
        return ("", "") if n is None or not d else (plain(n), plain(d))


@dataclass(frozen=True)
class Line:
    """One row of the page."""

    row: Row
    cells: list[Drawn]


def lines(table: Table, *, newest_first: bool) -> list[Line]:
    """The total first, then the rows; each with what it is compared with under it."""
    groups: list[list[Row]] = []
    for row in table.rows:
        if row.kind == "compared" and groups:
            groups[-1].append(row)
        else:
            groups.append([row])
    totals = [group for group in groups if group[0].kind == "total"]
    rest = [group for group in groups if group[0].kind != "total"]
    if newest_first:
        rest.reverse()
    days = dated(table)
    return [Line(row, _cells(table, row, days)) for group in [*totals, *rest[:MOST_ROWS]] for row in group]


def facts(report: Report, table: Table) -> list[Drawn]:
    """The figures on top: some of the total's."""
    total = next((row for row in table.rows if row.kind == "total"), None)
    columns = {column.key: column for column in table.columns}
    wanted = [columns[key] for key in report.facts if key in columns] if total else []
    return [Drawn(column, text(total.cells[column.key], column.kind), total.cells[column.key]) for column in wanted]


def explanations(answer: Answer, question: Question) -> list[Explained]:
    """Of each figure in the table, once."""
    total = next((row for row in answer.table.rows if row.kind == "total"), None)
    seen: dict[str, Explained] = {}
    for column in answer.table.columns:
        if column.figure and column.figure not in seen:
            cell = total.cells.get(column.key, Cell(None)) if total else Cell(None)
            seen[column.figure] = explained(column.figure, cell, answer.total, question)
    return list(seen.values())


def chart(table: Table) -> str:
    """The series as JSON for the page's script; "" where there is nothing to draw."""
    columns = {column.key: column for column in table.columns}
    rows = [row for row in table.rows if row.kind == "row"]
    charted = [columns[key] for key in table.charted if key in columns]
    named = table.columns[0].kind == Kind.TEXT and table.columns[0].key != "time"
    if not charted or len(rows) < 2 or (named and len(rows) > MOST_NAMED) or table.columns[1].key == "key":
        return ""
    days, others = dated(table), _beside(table)
    head = table.columns[0]
    return json.dumps({
        "labels": [text(row.cells[head.key], head.kind, dated=days) for row in rows],
        "named": named,
        "final": [row.final for row in rows],
        "series": [_series(column, rows) for column in charted],
        "open": _("unfinished: still changes") if not all(row.final for row in rows) else "",
        "compared": _series(charted[0], others)["values"] if len(others) == len(rows) else [],
    })  # fmt: skip


def _series(column: Column, rows: Iterable[Row]) -> dict[str, Any]:
    made = [row.cells[column.key] for row in rows]
    share = 100 if column.kind == Kind.SHARE else 1
    values = [None if not isinstance(cell.value, (int, float)) else round(cell.value * share, 3) for cell in made]
    texts = [text(cell, column.kind) for cell in made]
    return {"key": column.key, "label": column.label, "kind": column.kind.value, "values": values, "texts": texts,
            "before": column.key.endswith("_before"), **_aims(column, made)}  # fmt: skip


def _aims(column: Column, cells: list[Cell]) -> dict[str, Any]:
    """The target of each row, and in words; of what is compared it is drawn once."""
    if column.key.endswith("_before"):
        return {"aims": [], "aim": ""}
    share = 100 if column.kind == Kind.SHARE else 1
    aims = [None if cell.aim is None else round(cell.aim * share, 3) for cell in cells]
    words = sorted({cell.target for cell in cells if cell.target})
    said = _("Target") + f" {column.label}: " + ", ".join(words) if words else ""
    return {"aims": aims if said else [], "aim": said}


def _beside(table: Table) -> list[Row]:
    """The compared row of each row."""
    pairs = zip(table.rows, table.rows[1:], strict=False)
    return [under for row, under in pairs if row.kind == "row" and under.kind == "compared"]


def _cells(table: Table, row: Row, days: bool) -> list[Drawn]:
    made = []
    for place, column in enumerate(table.columns):
        cell = row.cells.get(column.key, Cell(""))
        made.append(Drawn(column, text(cell, column.kind, dated=days), cell, head=place == 0))
    return made
