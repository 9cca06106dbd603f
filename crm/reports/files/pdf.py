"""A sheet as PDF: title, what it is about, the table with its head on each page, notes at the end, numbered pages."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from crm.reports.files import type as typed
from crm.reports.files.cells import RIGHT, finality, head, text
from crm.reports.files.layout import GAP, MARGIN, Layout, layout
from crm.reports.files.rows import counting
from crm.reports.files.sheet import Sheet
from crm.reports.tables import Kind, Row
from crm.sheets.writing import file_pieces

SAMPLE = 300
INK, QUIET, LINE, TINT = HexColor(0x131D28), HexColor(0x5F6D7D), HexColor(0xC4CCD6), HexColor(0xEEF1F5)
TITLE, SMALL = 15.0, 8.0
TOTAL = "pages"
"""Name of the form that says how many pages there are: known last, and drawn on each of them."""


def pdf_pieces(sheet: Sheet, folder: Path, note: Callable[..., None]) -> Iterator[bytes]:
    """Written into ``folder``, then read from there."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".draft") as draft:
        _Paper(sheet, draft.name).write(counting(sheet, note))
        yield from file_pieces(Path(draft.name))


class _Paper:
    """The pages of one file. ``y`` is where the next line stands."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._heads = [head(column) for column in sheet.columns] + ([_("State")] if sheet.flagged else [])
        self._right = [column.kind in RIGHT for column in sheet.columns] + [False]
        self._canvas = Canvas(name, pageCompression=1, lang=translation.get_language() or "")
        self._layout: Layout
        self._page, self._y = 0, 0.0

    def write(self, rows: Iterator[Row]) -> None:
        first = [(self._texts(row), row) for row in islice(rows, SAMPLE)]
        folds = [column.kind == Kind.TEXT for column in self._sheet.columns] + [False]
        self._layout = layout(self._heads, [cells for cells, _row in first], folds[: len(self._heads)])
        self._canvas.setTitle(self._sheet.title)
        self._canvas.setAuthor("Switchdesk")
        self._begin()
        for cells, row in chain(first, ((self._texts(row), row) for row in rows)):
            self._row(cells, row)
        if not first:
            self._line(_("Nothing falls into this time."))
        self._y -= self._layout.line
        for told in self._sheet.notes:
            self._line(told)
        self._end()
        self._canvas.beginForm(TOTAL)
        self._canvas.setFillColor(QUIET)
        typed.draw(self._canvas, 0, 0, f"/ {self._page}", SMALL)
        self._canvas.endForm()
        self._canvas.save()

    def _texts(self, row: Row) -> list[str]:
        cells = [text(column, row) for column in self._sheet.columns]
        return [*cells, finality(row)] if self._sheet.flagged else cells

    def _begin(self) -> None:
        """A page, with the title on the first and the head of the table on each."""
        self._page += 1
        width, height = self._layout.paper
        self._canvas.setPageSize(self._layout.paper)
        self._y = height - MARGIN
        if self._page == 1:
            self._canvas.setFillColor(INK)
            for line in typed.folded(self._sheet.title, TITLE, width - 2 * MARGIN, True):
                typed.draw(self._canvas, MARGIN, self._y - TITLE, line, TITLE, True)
                self._y -= TITLE * 1.4
            if self._sheet.notes:  # the first note is the period
                self._line(self._sheet.notes[0])
            self._y -= SMALL
        self._head()

    def _head(self) -> None:
        lay = self._layout
        folded = [
            typed.folded(word, lay.size, room, True) for word, room in zip(self._heads, lay.widths, strict=True)
        ]  # fmt: skip
        height = max(map(len, folded)) * lay.line + 4
        self._canvas.setFillColor(TINT)
        self._canvas.rect(
            MARGIN - 4, self._y - height, sum(lay.widths) + GAP * (len(lay.widths) - 1) + 8, height, stroke=0, fill=1
        )  # fmt: skip
        self._canvas.setFillColor(INK)
        self._cells(folded, bold=True)
        self._y -= height + 2

    def _row(self, cells: Sequence[str], row: Row) -> None:
        lay, bold = self._layout, row.kind == "total"
        folded = [typed.folded(cell, lay.size, room, bold) for cell, room in zip(cells, lay.widths, strict=True)]
        height = max(map(len, folded)) * lay.line + 3
        if self._y - height < MARGIN + 2 * SMALL:
            self._end()
            self._begin()
        self._canvas.setFillColor(INK if row.final and row.kind != "compared" else QUIET)
        self._cells(folded, bold=bold)
        self._y -= height
        self._canvas.setStrokeColor(LINE)
        self._canvas.setLineWidth(0.3)
        width = sum(lay.widths) + GAP * (len(lay.widths) - 1)
        self._canvas.line(MARGIN - 4, self._y + 1, MARGIN + width + 4, self._y + 1)

    def _cells(self, folded: Sequence[Sequence[str]], *, bold: bool) -> None:
        x, lay = MARGIN, self._layout
        for lines, room, right in zip(folded, lay.widths, self._right[: len(folded)], strict=True):
            for n, line in enumerate(lines):
                y = self._y - lay.size - n * lay.line - 1
                typed.draw(self._canvas, x + room if right else x, y, line, lay.size, bold, right)
            x += room + GAP

    def _line(self, told: str) -> None:
        """A line of its own, folded over the width of the page."""
        for line in typed.folded(told, SMALL, self._layout.paper[0] - 2 * MARGIN):
            if self._y - SMALL < MARGIN + 2 * SMALL:
                self._end()
                self._begin()
            self._canvas.setFillColor(QUIET)
            typed.draw(self._canvas, MARGIN, self._y - SMALL, line, SMALL)
            self._y -= SMALL * 1.5

    def _end(self) -> None:
        width = self._layout.paper[0]
        self._canvas.setFillColor(QUIET)
        made = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        typed.draw(self._canvas, MARGIN, MARGIN - SMALL, _("made %(at)s") % {"at": made}, SMALL)
        typed.draw(self._canvas, width - MARGIN - 30, MARGIN - SMALL, str(self._page), SMALL, right=True)
        self._canvas.saveState()
        self._canvas.translate(width - MARGIN - 27, MARGIN - SMALL)
        self._canvas.doForm(TOTAL)
        self._canvas.restoreState()
        self._canvas.showPage()
