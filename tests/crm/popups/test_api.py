"""Pop-ups and lookups for programs: by the services of the pages, at hosts that an administrator allowed."""

from unittest.mock import ANY

from crm.popups.models import Host, Lookup, Popup
from tests.crm.rest.conftest import programs

__all__ = ["programs"]
ASKED = {"name": "Account", "answer": [{"label": "Balance", "path": "account.balance"}]}


def test_a_page_is_set_up_signed_and_removed(programs, billing, allowed):
    shop = programs("integrations.popups", "numbers.whole")
    assert shop.get("/popup-hosts").body["items"] == [{"id": ANY, "name": allowed, "plain": True}]
    url = f"{billing.address}/customer?number={{number}}"
    made = shop.post("/popups", {"name": "Bills", "url": url, "queues": ["support"], "whole": True})
    assert made.status_code == 201 and (made.body["signed"], made.body["moment"]) == (False, "offer")
    path = made["Location"]
    assert shop.get(f"{path}/example").body["url"].startswith(f"{billing.address}/customer?number=")
    assert shop.post(f"{path}/secret").body["secret"].startswith("sdpop_")
    assert "sig=" in shop.get(f"{path}/example").body["url"]
    assert shop.patch(path, {"moment": "talk"}, if_match=made["ETag"]).status_code == 412
    now = shop.get(path)
    assert now.body["signed"] and shop.patch(path, {"moment": "talk"}, if_match=now["ETag"]).body["moment"] == "talk"
    for said, field in (({"url": "https://evil.example/"}, "url"), ({"queues": ["none"]}, "queues"),
                        ({"moment": "never"}, "moment"), ({"moment": "done"}, "opens")):  # fmt: skip
        wrong = shop.patch(path, said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert shop.delete(f"{path}/secret").status_code == 204 and not Popup.objects.get().sealed
    assert programs("integrations.popups", name="Masked").patch(path, {"name": "x"}).status_code == 403
    assert [shop.delete(path).status_code for _ in range(2)] == [204, 404]


def test_a_lookup_is_set_up_and_tried(programs, billing, allowed):
    shop, billing.key = programs("integrations.popups", "numbers.whole"), "k"
    url = f"{billing.address}/api/subscriber?number={{e164}}"
    made = shop.post("/lookups", ASKED | {"url": url, "header": "Authorization", "value": "Bearer k", "kept_s": 0})
    assert made.status_code == 201 and made.body["answer"] == ASKED["answer"] and "value" not in made.body
    path = made["Location"]
    told = shop.post(f"{path}/test", {"number": "15401400001"}).body
    assert told == {"state": "found", "values": [{"label": "Balance", "value": "128.50"}], "why": ""}
    changed = shop.patch(path, {"value": "Bearer other"}, if_match=made["ETag"])
    assert changed.status_code == 200 and changed["ETag"] != made["ETag"] and Lookup.objects.get().header
    assert shop.post(f"{path}/test", {"number": "15401400001"}).body["why"] == "HTTP 403"
    wrong = shop.post("/lookups", {"name": "x", "url": url, "answer": [{"label": "a=b", "path": "c"}]})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "answer.0.label")
    assert programs("integrations.popups", name="Masked").patch(path, {"name": "x"}).status_code == 403
    assert len(shop.get("/lookups").body["items"]) == 1 and shop.delete(path).status_code == 204


def test_hosts_are_allowed_by_who_was_given_that_apart(programs, cast):
    keeper, shop = programs("integrations.hosts"), programs("integrations.popups", name="Shop")
    page = {"name": "Bills", "url": "https://bills.example.com/{number}"}
    assert shop.post("/popup-hosts", {"name": "bills.example.com"}).status_code == 403
    assert shop.post("/popups", page).body["errors"][0]["field"] == "url"
    made = keeper.post("/popup-hosts", {"name": "Bills.example.com"})
    assert (made.status_code, made.body["name"], made.body["plain"]) == (201, "bills.example.com", False)
    for wrong in ("", "bills.example.com", "https://x.example.com/", "x/y", "user@x.example.com"):
        assert keeper.post("/popup-hosts", {"name": wrong}).body["errors"][0]["field"] == "name", wrong
    popup = shop.post("/popups", page)
    assert popup.status_code == 201 and keeper.post("/popups", page).status_code == 403
    assert keeper.delete(made["Location"]).status_code == 409
    assert shop.get(made["Location"]).body == made.body and shop.delete(made["Location"]).status_code == 403
    assert shop.delete(popup["Location"]).status_code == 204
    assert keeper.delete(made["Location"], if_match='"another"').status_code == 412
    assert [keeper.delete(made["Location"], if_match=made["ETag"]).status_code, Host.objects.count()] == [204, 0]
