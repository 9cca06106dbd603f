"""Callbacks by the API: found, made, moved, handed over, cancelled, as far as the data scope reaches."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.accounts.models import Department, Scope
from crm.campaigns.models import Callback, CallbackState
from tests.crm.campaigns.people import campaign_of

ALL = ("callbacks.manage", "customers.see", "numbers.whole")


@pytest.fixture
def soon() -> str:
    return (timezone.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def planner(programs):
    return programs(*ALL)


@pytest.fixture
def made(planner, cast, soon):
    """Mei is to be called by Alice."""
    return planner.post(
        "/callbacks", {"customer": cast.caller.pk, "number": "154 0140 0001", "due_at": soon, "agent": "alice",
                       "note": "the order"}
    )  # fmt: skip


def test_what_is_made_is_read_and_found(planner, cast, made, soon):
    assert made.status_code == 201 and planner.get(made["Location"]).body == made.body
    said = {"number": "+8615401400001", "agent": "alice", "state": "waiting", "due_at": soon, "note": "the order",
            "campaign": None, "made_by": "app-billing", "customer": cast.caller.pk}  # fmt: skip
    assert made.body | said == made.body
    campaign = campaign_of()
    other = planner.post(
        "/callbacks", {"customer": cast.caller.pk, "number": "13800138000", "due_at": soon, "campaign": campaign.pk}
    ).body  # fmt: skip
    first, second = made.body["id"], other["id"]
    for asked, found in (
        ("", [first, second]), ("agent=alice", [first]), ("agent=pool", [second]), ("state=done", []),
        (f"campaign={campaign.pk}", [second]), (f"customer={cast.caller.pk}", [first, second]), ("customer=999", []),
        (f"until={soon}", []), (f"since={soon}", [first, second]), ("limit=1", [first]),
    ):  # fmt: skip
        listed = planner.get(f"/callbacks?{asked}").body["items"]
        assert [one["id"] for one in listed] == found, asked


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"number": "nobody"}, 400, "number"), ({"due_at": "2020-01-01T00:00:00Z"}, 400, "due_at"),
        ({"due_at": "soon"}, 400, "due_at"), ({"agent": "nobody"}, 400, "agent"), ({"agent": None}, 400, "agent"),
        ({"agent": "sofia"}, 400, "agent"), ({"campaign": 999_999}, 400, "campaign"),
        ({"customer": 2**70}, 400, "customer"),
        ({"customer": 999_999}, 403, ""), ({"note": "a\x00b"}, 400, "note"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(planner, cast, soon, wrong, status, field):
    right = {"customer": cast.caller.pk, "number": "15401400001", "due_at": soon, "agent": "alice"}
    answer = planner.post("/callbacks", right | wrong)
    assert answer.status_code == status, answer.body
    assert {one["field"] for one in answer.body["errors"]} == ({field} if field else set())
    assert not Callback.objects.exists()


def test_it_is_moved_handed_over_and_cancelled(planner, cast, made):
    path = made["Location"]
    later = "2027-01-04T02:00:00Z"
    assert planner.post(f"{path}/move", {"due_at": later}).body["due_at"] == later
    assert planner.post(f"{path}/hand-over", {"agent": "bob"}).body["agent"] == "bob"
    pool = planner.post(f"{path}/hand-over", {"agent": None})
    assert (pool.status_code, "without a campaign" in pool.body["detail"]) == (409, True)
    assert planner.post(f"{path}/cancel", key="k").body["state"] == "cancelled"
    assert planner.post(f"{path}/cancel", key="k")["Idempotency-Replayed"] == "true"
    assert planner.post(f"{path}/cancel").body["type"].endswith("conflict")
    assert planner.post(f"{path}/move", {}).status_code == 400
    assert Callback.objects.get().state == CallbackState.CANCELLED


def test_the_data_scope_of_the_token_is_kept(programs, cast, made, soon):
    sales = Department.objects.get(name="Sales")
    seller = programs("callbacks.manage", "customers.see", name="Shop", department=sales, scope=Scope.DEPARTMENT)
    assert seller.get("/callbacks").body["items"] == []
    path, body = made["Location"], {"due_at": soon}
    for method, address in (("GET", path), ("POST", f"{path}/cancel"), ("POST", f"{path}/move")):
        assert seller.send(method, address, body if address.endswith("move") else None).status_code == 404
    for number in (2**70, 999_999):
        assert seller.get(f"/callbacks/{number}").status_code == 404
    hers = {"customer": cast.caller.pk, "number": "15401400001", "due_at": soon}
    assert seller.post("/callbacks", hers | {"agent": "alice"}).status_code == 403
    made_for_carol = seller.post("/callbacks", hers | {"agent": "carol"})
    assert (made_for_carol.status_code, made_for_carol.body["number"]) == (201, "154****0001")
    assert programs("customers.see").get("/callbacks").status_code == 403
