"""Other programs bring files of customers, and take them back."""

import csv
import io

import pytest

from crm.customers import tasks
from crm.customers.models import Customer, Package
from tests.crm.customers.centre import place

__all__ = ["place"]
SHEET = "姓名,电话,城市\n王芳,13800001111,北京\n李娜,no number,上海\n张伟,13800002222,广州\n"


@pytest.fixture
def loader(programs, place, bus):
    return programs("customers.import", "customers.see", "numbers.whole")


def upload(program, text: str = SHEET, key: str = "", **fields):
    return program.upload("/imports", "客户.csv", text.encode(), key=key, **fields)


def step(program, path: str, name: str):
    answer = program.post(f"{path}/steps", {"step": name})
    tasks.imports()
    return answer.status_code, program.get(path).body["state"]


def test_a_file_is_uploaded_tried_imported_and_undone(loader):
    made = upload(loader, key="may")
    path = made["Location"]
    assert (made.status_code, made.body["state"], made.body["mapping"]) == (
        201,
        "uploaded",
        {"0": "name", "1": "number"},
    )
    assert upload(loader, key="may").body["id"] == made.body["id"]
    columns = loader.get(f"{path}/columns").body
    assert columns["columns"][1] == {"place": 1, "header": "电话", "target": "number",
                                     "sample": ["13800001111", "no number", "13800002222"]}  # fmt: skip
    assert {"code": "note", "label": "Note"} in columns["targets"]
    changed = loader.patch(path, {"name": "May", "mapping": {"0": "name", "1": "number", "2": "note"}})
    assert (changed.body["name"], changed.body["mapping"]["2"]) == ("May", "note")
    assert loader.patch(path, {"name": "Late"}, if_match=made["ETag"]).status_code == 412
    assert step(loader, path, "import") == (409, "uploaded")
    assert step(loader, path, "try") == (202, "tried") and not Customer.objects.filter(name="王芳").exists()
    assert step(loader, path, "import") == (202, "done")
    told = loader.get(path).body
    assert (told["counts"]["added"], told["not_taken"], told["percent"]) == (2, 1, 100)
    found = loader.get(f"/customers?package={told['id']}").body["items"]
    assert {one["note"] for one in found} == {"北京", "广州"}
    [bad] = loader.get(f"{path}/bad-rows").body["items"]
    assert (bad["row"], bad["cells"][0], bad["reasons"][0]["column"]) == (3, "李娜", "电话")
    file = loader.get(f"{path}/bad-rows/csv", accept="text/csv")
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert rows[1][2:] == ["李娜", "no number", "上海"]
    assert loader.get(f"{path}/bad-rows/pdf", accept="text/csv").status_code == 404
    assert step(loader, path, "undo") == (202, "undone") and not Customer.objects.filter(name="王芳").exists()


def test_what_is_no_file_of_customers_is_refused_by_its_field(loader, programs):
    for text, fields, field in (
        ("", {}, "file"),
        ("only a head\n", {}, "file"),
        (SHEET, {"project": "none"}, "project"),
    ):
        wrong = upload(loader, text, **fields)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), text
    assert loader.post("/imports", {"file": "x"}).status_code == 415
    assert not Package.objects.exists()
    path = upload(loader)["Location"]
    wrong = loader.patch(path, {"mapping": {"first": "name"}})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "mapping")
    loader.patch(path, {"mapping": {"0": "note"}})
    assert "column of the names" in loader.post(f"{path}/steps", {"step": "try"}).body["detail"]
    other = programs("customers.see", name="Other")
    assert other.get(path).status_code == 403 and loader.get("/imports/999999").status_code == 404
    assert len(loader.get("/imports?state=uploaded").body["items"]) == 1


def test_numbers_of_bad_rows_are_masked(programs, place, bus):
    loader = programs("customers.import")
    path = upload(loader, "姓名,电话\n王芳,13800001111\n李娜,13800001111\n")["Location"]
    step(loader, path, "try")
    assert "13800001111" not in str(loader.get(f"{path}/bad-rows").body)
    assert "13800001111" not in str(loader.get(f"{path}/columns").body)
