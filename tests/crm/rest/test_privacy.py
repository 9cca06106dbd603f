"""Other programs take out and erase what is kept of a person."""

import io
import json
import zipfile

import pytest

from crm.audit.models import Entry
from crm.customers.models import Customer
from crm.customers.services import customer_add
from crm.live.state import Saved, encode
from crm.privacy import tasks
from crm.privacy.models import Erasure
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

WHY = {"reason": "Her letter of 22 November", "confirm": "吴晓兰"}
NUMBER = "+8615409876543"


@pytest.fixture
def lan(cast, bus, tmp_path, settings):
    """Address of Lan, who called once."""
    settings.CDR_DIR, settings.ERASURES = tmp_path, tmp_path / "erasures.jsonl"
    customer = customer_add(name="吴晓兰", numbers=[NUMBER])
    week_ago = NOON - 7 * 86_400 * SECOND
    record(numbered(Story("c1", week_ago, number="15409876543").greeted().queued().gave_up().facts))
    return f"/privacy/people/c{customer.pk}"


def test_a_person_is_found_and_looked_at(programs, lan):
    keeper = programs("privacy.export")
    (found,) = keeper.get("/privacy/people?q=晓兰").body["items"]
    assert (found["name"], found["numbers"], found["shared"]) == ("吴晓兰", ["154****6543"], [])
    read = keeper.get(lan)
    assert read.body == found | {"kept": {"calls": 1, "facts": 7, "notes": 0}}
    assert keeper.get(lan, if_none_match=read["ETag"]).status_code == 304
    assert keeper.get("/privacy/people?q=x").body["items"] == []
    assert keeper.get("/privacy/people").body["errors"][0]["field"] == "q"
    whole = programs("privacy.erase", "numbers.whole", name="Whole").get(f"{lan}?fields=numbers").body
    assert whole == {"numbers": ["154 0987 6543"]}
    assert [keeper.get(f"/privacy/people/{key}").status_code for key in ("c0", "x", "n12", "c%00")] == [404] * 4


def test_everything_is_taken_out_and_the_audit_knows(programs, lan):
    answer = programs("privacy.export").get(f"{lan}/export")
    assert answer["Content-Type"] == "application/zip" and answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert json.loads(packed.read("person.json"))["numbers"] == [NUMBER]
        assert [call["call_id"] for call in json.loads(packed.read("calls.json"))] == ["c1"]
    assert Entry.objects.filter(action="privacy.export", who="app-billing").count() == 1
    assert programs("privacy.erase", name="Other").get(f"{lan}/export").status_code == 403


def test_a_person_is_erased_once(programs, lan):
    keeper = programs("privacy.erase")
    for said, field in (
        (WHY | {"confirm": "吴晓"}, "confirm"), (WHY | {"reason": " x "}, "reason"), ({"reason": "x" * 9}, "confirm"),
    ):  # fmt: skip
        wrong = keeper.post(f"{lan}/erase", said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert not Erasure.objects.exists()
    made = keeper.post(f"{lan}/erase", WHY, key="e1")
    assert (made.status_code, made.body["state"], made.body["reason"]) == (202, "under_way", WHY["reason"])
    again = keeper.post(f"{lan}/erase", WHY, key="e1")
    assert again["Idempotency-Replayed"] == "true" and Erasure.objects.count() == 1
    tasks.erasures()
    done = keeper.get(made["Location"]).body
    assert (done["state"], done["calls"], done["id"]) == ("done", 1, made.body["id"])
    assert keeper.get(lan).status_code == 404 and not Customer.objects.filter(name="吴晓兰").exists()
    listed = {asked: len(keeper.get(f"/privacy/erasures?{asked}").body["items"]) for asked in (
        "", "state=done", "state=under_way", f"customer={lan.rsplit('c')[-1]}", "customer=1234567"
    )}  # fmt: skip
    assert list(listed.values()) == [1, 1, 0, 1, 0], listed
    assert Entry.objects.filter(action="privacy.erase", who="app-billing", door="api").exists()
    assert programs("privacy.export", name="Other").post(f"{lan}/erase", WHY).status_code == 403


def test_what_programs_were_answered_of_her_goes_too(programs, lan):
    """Answers are kept for a day, for requests that come twice: those are told that they were done, and not what."""
    keeper = programs("privacy.erase", "customers.see", "customers.add")
    li = {"name": "Li Na", "numbers": ["15400000007"]}
    made = keeper.post("/customers", li, key="c1")
    keeper.post(f"{lan}/erase", WHY, key="e1")
    tasks.erasures()
    again = keeper.post("/customers", li, key="c1")
    assert (again.status_code, again.body["type"]) == (409, "urn:switchdesk:problem:answer-lost")
    assert made["Location"] in again.body["detail"] and Customer.objects.filter(name="Li Na").count() == 1
    assert keeper.post(f"{lan}/erase", WHY, key="e1").status_code == 202
    assert keeper.post("/customers", li | {"name": "Li Mei"}, key="c2").status_code == 201


def test_not_while_she_is_on_the_line(programs, lan, bus):
    up = LiveCall(id="l1", number="15409876543", queue="support", stage="waiting")
    bus.set(MAIN.live, encode(Saved(feeder="f", view=LiveView(calls={"l1": up}))))
    refused = programs("privacy.erase").post(f"{lan}/erase", WHY)
    assert (refused.status_code, refused.body["type"]) == (409, "urn:switchdesk:problem:conflict")
    assert not Erasure.objects.exists()
