"""Reports: which there are, what their figures mean, and what they say."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.reports.answering import REPORTS, answered, reports_of
from crm.reports.api import shapes
from crm.reports.asking import Question, question
from crm.reports.kpi.figures import FIGURES
from crm.reports.scope import SEE, seen_by
from crm.reports.tables import Cell, Row, Table
from crm.rest.endpoint import Endpoint

TAGS = ["Reports"]


class Reports(Endpoint):
    serializer_class = shapes.CatalogueShape
    needs = {"GET": SEE}

    @extend_schema(
        operation_id="reports_catalogue", tags=TAGS, summary="List reports and figures with their definitions",
        responses=shapes.CatalogueShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """In the language of `Accept-Language`."""
        self.asked_for()
        figures = [
            {name: getattr(one, name) for name in ("id", "label", "words", "better", "target", "version")}
            | {"kind": one.kind.value}
            for one in FIGURES.values()
        ]
        return self.shown({"reports": reports_of(seen_by(request.user)), "figures": figures})


class ReportRun(Endpoint):
    serializer_class = shapes.TableShape
    asked = shapes.ReportAsked
    needs = {"GET": SEE}

    @extend_schema(operation_id="reports_run", tags=TAGS, summary="Run a report")
    def get(self, request: Request, code: str) -> Response:
        """Totals are computed from counts, never from means. What is not over yet is not final."""
        report, seen = REPORTS.get(code), seen_by(request.user)
        if report is None or not report.open_to(seen):
            raise Http404
        said = self.asked_for()
        calls = said.pop("calls", False)
        asked = question(plain(said), report=code, **report.usual)
        return self.shown(told(answered(request.user, asked).table, asked, calls=calls))


def plain(said: dict[str, Any]) -> dict[str, str]:
    """As the words of a page's address."""
    return {name: str(value) for name, value in said.items()}


def told(table: Table, asked: Question, *, calls: bool = False) -> dict[str, Any]:
    """``calls``: with the addresses of the calls behind counts."""
    columns = [
        {"key": one.key, "label": one.label, "kind": one.kind.value, "figure": one.figure} for one in table.columns
    ]
    return {
        "report": asked.report, "title": str(table.title), "asked": asked.said(), "columns": columns,
        "rows": [_row(row, calls) for row in table.rows], "notes": [str(note) for note in table.notes],
    }  # fmt: skip


def _row(row: Row, calls: bool) -> dict[str, Any]:
    return {
        "kind": row.kind, "final": row.final, "values": {key: _value(cell) for key, cell in row.cells.items()},
        "of": {key: [c.numerator, c.denominator] for key, c in row.cells.items() if c.denominator is not None},
        "calls": {key: _calls(cell) for key, cell in row.cells.items() if calls and cell.drill},
    }  # fmt: skip


def _calls(cell: Cell) -> str:
    """Its page's address names the same filters."""
    return f"{reverse('api_calls')}?{cell.drill.partition('?')[2]}"


def _value(cell: Cell) -> Any:
    if isinstance(cell.value, datetime):
        return cell.value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return cell.value
