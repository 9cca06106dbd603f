"""One table as csv, xlsx and pdf: the same figures, real numbers where a program reads them."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import translation

from crm.reports.files.drawing import pieces
from crm.reports.files.layout import SIZES
from crm.reports.files.sheet import Sheet, sheet_of
from crm.reports.tables import Cell, Column, Kind, Row, Table
from tests.crm.audit.test_export import read_csv

from .papers import pages, sizes

NINE = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)  # in Shanghai
COLUMNS = [
    Column("at", "Time", Kind.TIME),
    Column("queue", "Queue"),
    Column("offered", "Offered", Kind.COUNT),
    Column("level", "Service level B", Kind.SHARE),
    Column("asa", "ASA", Kind.SECONDS),
    Column("rate", "Calls an hour", Kind.NUMBER),
]
NOTES = ("Period: 2026-09-16 to 2026-09-16 (Asia/Shanghai)", "Attribution: offered", "service_level B, version 1")
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def row(n: int = 0, **cells: Cell) -> Row:
    usual = {
        "at": Cell(NINE + timedelta(minutes=30 * n)), "queue": Cell("售后报修 · Repairs"), "offered": Cell(1234),
        "level": Cell(2 / 11, 2, 11), "asa": Cell(202 / 5, 202, 5), "rate": Cell(4.0),
    }  # fmt: skip
    return Row(usual | cells)


def table(rows: list[Row], columns=COLUMNS) -> Table:
    return Table("Queues 队列报表", columns, rows, NOTES)


def drawn(made: Table, form: str, tmp_path, language: str = "en") -> bytes:
    with translation.override(language):
        return b"".join(pieces(sheet_of(made), form, tmp_path))


def test_csv_has_what_the_page_shows_and_the_notes_at_its_end(tmp_path):
    lines = read_csv(drawn(table([row(), Row({}, final=False)]), "csv", tmp_path))
    assert lines[0] == ["Time", "Queue", "Offered", "Service level B", "ASA (s)", "Calls an hour", "State"]
    assert lines[1] == ["2026-09-16 09:00:00", "售后报修 · Repairs", "1234", "18.2%", "40.4", "4.00", "final"]
    assert lines[2] == ["", "", "", "", "", "", "provisional"]
    assert lines[3:] == [[], ["Queues 队列报表"], *([note] for note in NOTES)]


def test_zero_by_zero_is_a_dash_and_zero_is_zero(tmp_path):
    made = table([row(level=Cell(None, 0, 0), asa=Cell(0.0, 0, 3), offered=Cell(0), rate=Cell(None))])
    assert read_csv(drawn(made, "csv", tmp_path))[1][2:] == ["0", "—", "0.0", "—", "final"]
    assert "—" in "".join(pages(drawn(made, "pdf", tmp_path)))


@pytest.mark.parametrize("numerator, denominator, said", [(1, 8, "12.5%"), (1, 16, "6.2%"), (3, 16, "18.8%")])
def test_ties_are_rounded_half_to_even(tmp_path, numerator, denominator, said):
    made = table([row(level=Cell(numerator / denominator, numerator, denominator))])
    assert read_csv(drawn(made, "csv", tmp_path))[1][3] == said


def cells_of(data: bytes) -> list[list[tuple[str, str, str]]]:
    """Type, number format and content of each cell of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    own = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{SPACE}numFmt")}
    used = [one.get("numFmtId") for one in styles.find(f"{SPACE}cellXfs")]
    return [
        [
            (cell.get("t") or "n", own.get(used[int(cell.get("s") or 0)], used[int(cell.get("s") or 0)]),
             "".join(cell.itertext()))
            for cell in line
        ]
        for line in sheet.iter(f"{SPACE}row")
    ]  # fmt: skip


def test_xlsx_has_real_numbers_and_no_formula(tmp_path):
    made = table([row(queue=Cell("=1+1"))])
    head, line = cells_of(drawn(made, "xlsx", tmp_path))[:2]
    assert {kind for kind, _format, _text in head} == {"inlineStr"}
    at, queue, offered, level, asa, rate, state = line
    assert at[0] == "n" and float(at[2]) == pytest.approx(46281.375) and "yyyy" in at[1]
    assert queue[2] == "'=1+1" and state[2] == "final"
    assert (offered[0], offered[2]) == ("n", "1234")
    assert (level[0], level[1]) == ("n", "0.0%") and float(level[2]) == pytest.approx(2 / 11, abs=1e-15)
    assert (asa[1], float(asa[2]), float(rate[2])) == ("0.0", 40.4, 4.0)


def test_pdf_has_chinese_a_head_on_each_page_and_the_notes(tmp_path):
    data = drawn(table([row(n) for n in range(120)]), "pdf", tmp_path, "zh-hans")
    texts = [text for text in pages(data) if len(text) > 20]
    assert len(texts) == len(sizes(data)) > 2
    bare = [text.replace(" ", "") for text in texts]
    assert all("ServicelevelB" in text and "售后报修·Repairs" in text for text in bare)
    assert "Queues 队列报表" in texts[0] and NOTES[0] in texts[0]
    assert all(note in texts[-1] for note in NOTES)
    assert all(f"{number}" in text[-12:] for number, text in enumerate(texts, 1))
    assert f"/ {len(texts)}" in pages(data)
    told = "".join(texts)
    assert all(f"{NINE + timedelta(hours=8, minutes=30 * n):%Y-%m-%d %H:%M}" in told for n in range(120))


def test_pdf_marks_what_is_provisional(tmp_path):
    told = "".join(pages(drawn(table([Row(row().cells, final=False)]), "pdf", tmp_path)))
    assert "provisional" in told


def test_a_wide_table_lies_on_its_side(tmp_path):
    wide = [*COLUMNS, *(Column(f"c{n}", f"Figure number {n}", Kind.COUNT) for n in range(8))]
    more = {f"c{n}": Cell(10**6) for n in range(8)}
    (width, height), = sizes(drawn(table([row(**more)], wide), "pdf", tmp_path))  # fmt: skip
    assert width > height
    (width, height), = sizes(drawn(table([row()]), "pdf", tmp_path))  # fmt: skip
    assert height > width
    huge = [*COLUMNS, *(Column(f"c{n}", f"Figure {n}", Kind.COUNT) for n in range(60))]
    assert sizes(drawn(table([row(**{f"c{n}": Cell(10**9) for n in range(60)})], huge), "pdf", tmp_path)) == [
        pytest.approx(SIZES[-1][0], abs=0.01)
    ]


def test_long_texts_are_folded_and_nothing_of_them_is_lost(tmp_path):
    words = "请坐席于上午十点回拨并记录（重要）。 " * 12 + "Donaudampfschifffahrtsgesellschaft" * 4
    told = "".join(pages(drawn(table([row(queue=Cell(words)), row(queue=Cell("\U0001f600 smile"))]), "pdf", tmp_path)))
    assert words.replace(" ", "") in told.replace(" ", "") and "\ufffd smile" in told


def test_an_empty_table_says_so(tmp_path):
    assert "Nothing falls into this time." in "".join(pages(drawn(table([]), "pdf", tmp_path)))


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_it_tells_how_far_it_is(tmp_path, form):
    told: list[dict[str, int]] = []
    sheet = Sheet("Long", COLUMNS, (row(n) for n in range(1100)), 1100)
    size = sum(map(len, pieces(sheet, form, tmp_path, lambda **how_far: told.append(how_far))))
    assert told == [{"expected": 1100}, {"written": 500}, {"written": 1000}, {"expected": 1100, "written": 1100}]
    assert size and not list(tmp_path.iterdir())
