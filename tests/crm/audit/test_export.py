"""The trail as a file: whole, harmless, streamed, and itself an entry."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.test import AsyncClient

from crm.audit import selectors
from crm.audit.models import Entry
from crm.customers.models import Customer
from crm.sheets import writing

DANGEROUS = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"]
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> list[list[list[str]]]:
    """Sheets of rows of cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        named = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/"))
        sheets = [ElementTree.fromstring(book.read(name)) for name in named]
    return [[[said(cell) for cell in row] for row in sheet.iter(f"{CELL}row")] for sheet in sheets]


def said(cell: ElementTree.Element) -> str:
    """A carriage return is written as the format wants it."""
    return "".join(cell.itertext()).replace("_x000D_", "\r")


@pytest.fixture
def download(client, cast):
    client.force_login(cast.ada)
    client.cookies["django_language"] = "en"

    def get(query: str) -> bytes:
        answer = client.get(f"/audit/{query}")
        assert answer.streaming and "attachment" in answer["Content-Disposition"]
        return b"".join(answer.streaming_content)

    return get


def test_csv(download, cast):
    cast.support.service_level_s = 30
    cast.support.save()
    header, row = read_csv(download("export.csv?kind=telephony_queue&action=update"))
    assert header[:4] == ["Entry number", "Time", "Login", "Name"] and len(header) == len(row)
    assert row[6:] == [
        "changed", "queue", str(cast.support.pk), "support · Support · 客服", "service level, seconds: 15",
        "service level, seconds: 30",
    ]  # fmt: skip


def test_xlsx_says_the_same(download, cast):
    Customer.objects.create(name="张三 <&> \x0b ]]>")
    ((header, *rows),) = read_xlsx(download("export.xlsx?kind=customers_customer"))
    from_csv = read_csv(download("export.csv?kind=customers_customer"))
    assert [header, *rows] == [[cell.replace("\x0b", "\ufffd") for cell in row] for row in from_csv]
    assert rows[0][9] == "张三 <&> \ufffd ]]>"


@pytest.mark.parametrize("form, read", [("csv", read_csv), ("xlsx", lambda data: read_xlsx(data)[0])])
def test_no_cell_is_a_formula(form, read, download, cast):
    for name in DANGEROUS:
        Customer.objects.create(name=name)
    rows = read(download(f"export.{form}?kind=customers_customer&action=insert"))
    labels = [row[9] for row in rows[1:]]
    assert [label for label in labels if label.startswith("'")] == [f"'{name}" for name in reversed(DANGEROUS)]
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_each_export_is_an_entry_with_what_was_asked_for(download, cast, trail):
    trail.forget()
    download("export.xlsx?who=alice&text=note")
    entry = trail.one()
    assert (entry.action, entry.who, entry.person) == ("audit.exported", "ada", cast.ada.pk)
    assert entry.after == {"format": "xlsx", "filters": {"who": "alice", "text": "note"}}


def test_all_is_there_in_chunks_and_in_order(download, cast, monkeypatch):
    monkeypatch.setattr(selectors, "CHUNK", 3)
    monkeypatch.setattr(selectors.chunks, "__defaults__", (3,))
    Customer.objects.bulk_create(Customer(name=f"Customer {n}") for n in range(20))
    rows = read_csv(download("export.csv?kind=customers_customer&action=insert&text=customer"))[1:]
    assert [row[9] for row in rows] == [f"Customer {n}" for n in reversed(range(20))]


def test_a_long_list_goes_over_several_sheets(monkeypatch):
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 1000)
    rows = ([n, "x"] for n in range(2500))
    sheets = read_xlsx(b"".join(writing.xlsx_pieces(["number", "text"], rows)))
    assert [len(sheet) for sheet in sheets] == [1001, 1001, 501]
    assert all(sheet[0] == ["number", "text"] for sheet in sheets) and sheets[2][1] == ["2000", "x"]


def test_no_rows_make_a_sheet_with_its_header():
    assert read_xlsx(b"".join(writing.xlsx_pieces(["a"], []))) == [[["a"]]]
    assert read_csv(b"".join(writing.csv_pieces(["a"], []))) == [["a"]]


def test_the_first_piece_comes_before_the_last_row_is_made():
    made = []

    def rows():
        for number in range(5000):
            made.append(number)
            yield [number, "x" * 50]

    stream = writing.csv_pieces(["number", "text"], rows())
    next(stream), next(stream)
    assert len(made) <= 1000


@pytest.mark.django_db(transaction=True)
async def test_over_asgi_it_is_streamed_too(cast):
    client = AsyncClient()
    await client.aforce_login(cast.ada)
    answer = await client.get("/audit/export.csv?kind=customers_customer")
    assert answer.is_async
    rows = read_csv(b"".join([piece async for piece in answer.streaming_content]))
    assert rows[1][9] == "Mei Zhang · Harbour Books"
    assert (await Entry.objects.alatest("id")).action == "audit.exported"
