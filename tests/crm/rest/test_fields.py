"""Other programs define fields, fill them, and ask by them."""

import pytest

from crm.customers.models import Customer
from tests.crm.customers.centre import PDF, define, fields, place

__all__ = ["define", "fields", "place"]


@pytest.fixture
def shop(programs):
    return programs("customers.fields", "customers.see", "customers.add", "customers.edit", "numbers.whole")


def test_projects_and_fields_are_defined_and_changed(shop):
    project = shop.post("/projects", {"name": "Spring sale"})
    assert (project.status_code, project.body["code"]) == (201, "spring_sale")
    field = shop.post("/fields", {"name": "Source", "kind": "choice", "project": "spring_sale",
                                  "choices": [{"name": "Web"}, {"name": "Fair", "order": 1}]})  # fmt: skip
    assert field.status_code == 201 and [one["code"] for one in field.body["choices"]] == ["fair", "web"]
    path, tag = field["Location"], field["ETag"]
    again = {"required": True, "choices": [field.body["choices"][0] | {"name": "Trade fair"}]}
    again["choices"][0].pop("code")
    changed = shop.patch(path, again, if_match=tag)
    assert (changed.body["required"], changed.body["choices"][0]["name"]) == (True, "Trade fair")
    assert shop.patch(path, {"required": False}, if_match=tag).status_code == 412
    assert shop.patch(project["Location"], {"active": False}).body["active"] is False
    assert [one["code"] for one in shop.get("/projects?active=false").body["items"]] == ["spring_sale"]
    assert [one["code"] for one in shop.get("/fields").body["items"]] == ["source"]


def test_what_is_wrong_is_named_by_its_field(shop, programs):
    for path, said, field in (
        ("/fields", {"name": "X", "kind": "colour"}, "kind"), ("/fields", {"name": "X", "kind": "choice"}, "choices"),
        ("/fields", {"name": "X", "kind": "text", "code": "A b"}, "code"),
        ("/fields", {"name": "X", "kind": "number", "least": 2, "most": 1}, "most"),
        ("/fields", {"name": "X", "kind": "choice", "choices": [{"name": ""}]}, "choices.0.name"),
        ("/projects", {"name": ""}, "name"),
    ):  # fmt: skip
        wrong = shop.post(path, said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert programs("customers.see").post("/projects", {"name": "X"}).status_code == 403
    assert shop.get("/fields/999").status_code == shop.patch("/projects/999", {}).status_code == 404


def test_customers_are_found_by_fields_of_the_centre(shop, fields):
    for name, values in (("A", {"spend": "10", "source": "web"}), ("B", {"spend": "20", "source": "fair"}), ("C", {})):
        assert shop.post("/customers", {"name": name, "values": values}).status_code == 201
    for asked, names in (
        ("f_spend_from=15", {"B"}), ("f_source=web&f_source=fair", {"A", "B"}), ("f_spend_to=15&f_source=web", {"A"}),
        ("f_source_has=no&kind=person", {"C", "Mei Zhang"}),
    ):  # fmt: skip
        assert {one["name"] for one in shop.get(f"/customers?{asked}").body["items"]} == names, asked
    for asked, field in (
        ("f_colour=red", "f_colour"),
        ("f_spend_from=much", "f_spend_from"),
        ("f_source=x", "f_source"),
    ):
        wrong = shop.get(f"/customers?{asked}")
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field)


def test_a_file_is_uploaded_written_with_the_customer_and_read(shop, fields, place, cast, programs):
    def upload(name: str, content: bytes):
        return shop.upload("/customers/files", name, content, field="contract")

    assert upload("a.pdf", b"").json()["errors"][0]["field"] == "file"
    kept = upload("a.pdf", PDF)
    assert kept.status_code == 201
    path, key = kept["Location"], kept.json()["key"]
    assert shop.patch(f"/customers/{cast.caller.pk}", {"values": {"contract": key}}).status_code == 200
    assert b"".join(shop.get(path, accept="application/pdf").streaming_content) == PDF
    Customer.objects.filter(pk=cast.caller.pk).update(owner=cast.alice)
    other = programs("customers.see", scope="department", department=cast.boris.department, name="Other")
    assert other.get(path).status_code == 404
