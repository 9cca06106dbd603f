"""Whatever people bring: encodings, delimiters, workbooks, and what only looks like one."""

import csv
import io
import os
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.imports.asking import package_set, package_upload
from crm.customers.imports.files import folder, packages_erase, packages_expire
from crm.customers.imports.targets import Targets
from crm.customers.models import CustomerNumber, Package, PackageCustomer
from crm.numbers import _parsed, e164
from crm.sheets.plain import plain
from crm.sheets.reading import rows_read
from crm.sheets.streams import xml
from crm.sheets.streams.csvrows import CsvRows, encoding_of
from crm.sheets.streams.opening import rows_open
from crm.sheets.writing import Figure, xlsx_pieces
from tests.crm.customers.imports.importing import csv_file

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
BOOK = (
    '<workbook xmlns="x" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="a" r:id="r1"/></sheets></workbook>'
)
RELATIONS = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/one.xml"/></Relationships>'


DAYS = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def workbook(path: Path, sheet: str, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", parts.get("book", BOOK))
        styled = '<Relationship Id="r2" Type="x/styles" Target="styles.xml"/></Relationships>'
        book.writestr("xl/_rels/workbook.xml.rels", RELATIONS.replace("</Relationships>", styled))
        book.writestr("xl/styles.xml", parts.get("styles", "<styleSheet/>"))
        book.writestr("xl/worksheets/one.xml", sheet)
    return path


def read(path: Path, form: str, encoding: str = "") -> list:
    rows = rows_open(path, form, encoding)
    try:
        return [(row.number, row.cells) for row in rows]
    finally:
        rows.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_as_offices_write_it(tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    path.write_bytes(
        f'姓名{delimiter}备注\r\n\r\n王{delimiter}"一\r\n""二"""\r\n李\u2028{delimiter}\r\n'.encode(encoding)
    )
    told = encoding_of(path)
    assert told == ("gb18030" if encoding == "gb18030" else "utf-8")
    assert read(path, "csv", told) == [(1, ["姓名", "备注"]), (3, ["王", '一\n"二"']), (4, ["李", ""])]


ANY = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=9)


@given(st.lists(st.lists(ANY, min_size=2, max_size=4)))
def test_csv_says_what_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b"], *rows])
    opened = CsvRows(path, "utf-8")
    found = [row.cells for row in opened][1:]
    opened.close()
    said = [[plain(cell.replace("\r\n", "\n").replace("\r", "\n")) for cell in row] for row in rows]
    assert found == [row for row in said if any(row)]


def test_a_workbook_with_days_numbers_and_formulas(tmp_path):
    day, moment = datetime(2026, 5, 1), datetime(2026, 5, 1, 9, 30)
    figures = [(13800138000, "0"), (day, "yyyy-mm-dd"), (99.5, "0.0"), (moment, "yyyy-mm-dd hh:mm")]
    rows = [["王", *(Figure(value, shown, "") for value, shown in figures)]]
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"".join(xlsx_pieces(["=1+1", "b", "c", "d", "e"], rows)))
    assert read(path, "xlsx") == [
        (1, ["=1+1", "b", "c", "d", "e"]), (2, ["王", "13800138000", "2026-05-01", "99.5", "2026-05-01 09:30:00"])
    ]  # fmt: skip
    cells = (
        '<row r="3"><c r="B3"><f>A1+1</f><v>1.38E10</v></c><c r="D3" t="str"><f>x</f><v>said</v></c>'
        '<c r="E3" t="inlineStr"><is><r><t>in </t></r><r><t>line</t></r></is></c><c t="e"><v>#REF!</v></c></row>'
    )
    assert read(workbook(tmp_path / "b.xlsx", SHEET.format(cells)), "xlsx") == [
        (3, ["", "13800000000", "", "said", "in line", "#REF!"])
    ]


def test_what_is_no_workbook_or_a_bomb_is_refused(tmp_path, monkeypatch):
    entity = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + SHEET.format('<row><c t="str"><v>&a;</v></c></row>')
    monkeypatch.setattr(xml, "UNPACKED", 100_000)
    bomb = workbook(tmp_path / "a.xlsx", SHEET.format("<row>" + " " * 200_000 + "</row>"))
    cut = tmp_path / "c.xlsx"
    cut.write_bytes(bomb.read_bytes()[:-60])
    no_zip = tmp_path / "d.xlsx"
    no_zip.write_bytes(b"PK\x03\x04" + os.urandom(200))
    broken = [workbook(tmp_path / "b.xlsx", entity), cut, no_zip, workbook(tmp_path / "e.xlsx", "<a>")]
    with translation.override("en"):
        for path, why in ((bomb, "too large"), *((path, "cannot be read") for path in broken)):
            with pytest.raises(ValidationError, match=why):
                read(path, "xlsx")


CELL = '<row r="{}"><c r="A1" t="{}" s="{}"><v>{}</v></c></row>'


@pytest.mark.parametrize(("row", "kind", "value", "told"), [
    ("1", "n", "2958465.9999999", (1, ["2958465.9999999"])),  # a day behind the last one that there is
    ("1", "n", "1e400", (1, ["inf"])),
    ("99999999999999999999", "str", "a", (1, ["a"])),
    ("0", "str", "a", (1, ["a"])),
    ("1", "s", "77", None),
    ("1", "str", "a" * 40_000, (1, ["a" * 32_767])),
])  # fmt: skip
def test_cells_that_no_office_program_wrote(tmp_path, row, kind, value, told):
    path = workbook(tmp_path / "a.xlsx", SHEET.format(CELL.format(row, kind, 1, value)), styles=DAYS)
    assert read(path, "xlsx") == ([told] if told else [])


def test_a_text_or_a_tag_without_end_is_not_held_in_memory(tmp_path):
    text = workbook(tmp_path / "a.xlsx", SHEET.format(CELL.format(1, "str", 0, "x" * 40_000_000)))
    tag = workbook(tmp_path / "b.xlsx", SHEET.format(f'<row r="{"1" * 40_000_000}"/>'))
    tracemalloc.start()
    try:
        assert read(text, "xlsx") == [(1, ["x" * 32_767])]
        with pytest.raises(ValidationError):
            read(tag, "xlsx")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_in_words(tmp_path_factory, data):
    whole = _whole()
    places = st.integers(0, len(whole) - 1)
    damaged = bytearray(whole)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=4)):
        damaged[place] = byte
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(damaged)
    for ways in (lambda: read(path, "xlsx"), lambda: rows_read(b"PK\x03\x04" + bytes(damaged[4:]))):
        try:
            assert isinstance(ways(), list)
        except ValidationError:
            pass


@cache
def _whole() -> bytes:
    return b"".join(xlsx_pieces(["a", "b"], [["王", "1"], [Figure(datetime(2026, 5, 1), "yyyy-mm-dd", ""), "2"]]))


def test_uploads_that_are_refused_leave_nothing(cast, place):
    no_book = io.BytesIO()
    with zipfile.ZipFile(no_book, "w") as packed:
        packed.writestr("a", "a")
    no_text = b"MZ\x00\x01" * 9
    for name, content in (("a.csv", b""), ("a.csv", b"Name\n"), ("a.exe", no_text), ("a.xlsx", no_book.getvalue())):
        with pytest.raises(ValidationError):
            package_upload(user=cast.ada, upload=SimpleUploadedFile(name, content))
    assert not Package.objects.exists() and not list((place / "exports" / "imports").glob("*"))


def test_headers_are_known_in_both_languages_and_templates_always(cast, define, project):
    define("note", "text")  # called as a column of every customer
    define("shoe", "number", name_zh="鞋码", project=project)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            targets = Targets(project)
            template = targets.template()
            other = "zh-hans" if language == "en" else "en"
        with translation.override(other):
            guessed = targets.guess(template)
            wanted = ["name", "number", "number2", "company", "level", "note", "f_note", "f_shoe"]
            assert [guessed[str(n)] for n in range(len(template))] == wanted
    assert Targets(None).guess(["客户姓名*", " 手机号 ", "鞋码", "whatever", "Phone"]) == {"0": "name", "1": "number"}


@pytest.mark.parametrize("mapping", [{"0": "note"}, {"0": "name", "1": "name"}])
@pytest.mark.django_db
def test_a_mapping_must_make_sense(mapping):
    with pytest.raises(ValidationError):
        Targets(None).checked(mapping)


def test_another_encoding_guesses_anew(cast, place):
    made = package_upload(user=cast.ada, upload=csv_file([["姓名", "电话"], ["王", "1"]], encoding="gb18030"))
    assert (made.encoding, made.mapping) == ("gb18030", {"0": "name", "1": "number"})
    wrong = package_set(
        user=cast.ada, package_id=made.pk, name="", encoding="utf-8", project=None, mapping=made.mapping, same="skip"
    )
    assert wrong.mapping == {} and wrong.name == "客户.csv"


def test_files_go_when_their_time_is_over(cast, tried, imported):
    rows = [["Name", "Number"], ["A", "13801002001"], ["B", "x"]]
    waiting, done = tried(cast.ada, rows), imported(cast.ada, rows)
    now = timezone.now()
    packages_expire(now + timedelta(hours=23))
    assert folder(waiting).exists() and folder(done).exists()
    packages_expire(now + timedelta(hours=25))
    assert not Package.objects.filter(pk=waiting.pk).exists() and not folder(waiting).exists()
    packages_expire(now + timedelta(days=8))
    assert Package.objects.get(pk=done.pk).file_key is None and not folder(done).exists()


def test_an_erasure_leaves_nothing_of_her(cast, tried, imported):
    rows = [["Name", "Number", "Note"], ["A", "13801002001", "y"], ["B", "x", ""]]
    imported(cast.ada, [["Name", "Number"], ["Old", "13801002001"]])
    her = CustomerNumber.objects.get(number="+8613801002001").customer_id
    done, waiting = imported(cast.ada, rows, same="update"), tried(cast.ada, rows)
    assert PackageCustomer.objects.get(package=done).before["name"] == "Old"
    packages_erase([her], timezone.now())
    waiting.refresh_from_db()
    assert PackageCustomer.objects.get(package=done).before == {}
    assert (waiting.state, waiting.reason) == ("cancelled", "erased")
    assert not folder(done).exists() and not folder(waiting).exists()


@given(st.from_regex(r"(\+86)?1[3-9][0-9]{9}", fullmatch=True))
def test_the_short_way_to_a_mobile_is_that_of_the_library(raw):
    parsed = _parsed(raw, "CN")
    assert e164(raw) == f"+{parsed.country_code}{parsed.national_number}"
