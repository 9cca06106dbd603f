"""Lists out and in: no formula comes out, any office program's file goes in."""

import io
import zipfile

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import translation

from crm.sheets import reading
from crm.sheets.reading import rows_read
from crm.sheets.writing import csv_text, response, xlsx_pieces


def xlsx(rows: list[list[str]]) -> bytes:
    return b"".join(xlsx_pieces(rows[0], rows[1:]))


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("cell", EVIL)
def test_no_cell_of_a_csv_is_a_formula(cell):
    text = csv_text([[cell, f"a{cell}"]])
    assert rows_read(text.encode())[0][0] == cell.strip() or cell[0] in "\t\r"
    assert csv_text([[cell]]).lstrip('"').startswith("'")


def test_no_cell_of_an_xlsx_is_a_formula():
    with zipfile.ZipFile(io.BytesIO(xlsx([["head"], EVIL]))) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    assert rows_read(xlsx([EVIL[:4]])) == [EVIL[:4]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_file_of_any_office_program(encoding, mark):
    text = mark.join(["工号", "姓名"]) + "\r\n" + mark.join(["0012", '"王, 芳"']) + "\r\n"
    assert rows_read(text.encode(encoding)) == [["工号", "姓名"], ["0012", "王, 芳"]]


def test_numbers_of_a_sheet_are_what_somebody_typed():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, [1001, "0012", 2.5, True])
    assert rows_read(out.getvalue()) == [["1001", "0012", "2.5", "1"]]


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", b"\xff\xff\xff\xff", b"\x89PNG\r\n\x1a\n\xff\x00"])
def test_what_is_no_sheet_is_refused_in_words(content):
    with pytest.raises(ValidationError):
        rows_read(content)


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "_UNPACKED_AT_MOST", 10_000)
    with translation.override("en"), pytest.raises(ValidationError, match="too large"):
        rows_read(xlsx([["x" * 30_000]]))


def test_one_cell_at_the_far_end_of_a_sheet_takes_no_memory():
    far, row = io.BytesIO(), io.BytesIO()
    for out, place in ((far, (1_048_575, 16_383)), (row, (3, 1))):
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, "number")
            sheet.write_string(*place, "x")
    assert rows_read(row.getvalue()) == [["number"], [], [], ["", "x"]]
    assert rows_read(far.getvalue()) == [["number"]]  # no column of ours lies out there, so its row is blank


def test_downloads_are_named_and_not_kept(rf):
    answer = response(rf.get("/"), "users", "csv", ["工号"], [])
    assert answer["Content-Disposition"] == 'attachment; filename="users.csv"' and answer["Cache-Control"] == "no-store"
    assert b"".join(answer.streaming_content) == b"\xef\xbb\xbf" + "工号\r\n".encode()
