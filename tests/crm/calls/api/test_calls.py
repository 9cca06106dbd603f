"""Calls by the API: the list as its page finds them, one call, its timeline, and what is noted of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import Department, Scope
from crm.calls.models import CallRecord
from crm.live.state import Saved, encode
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.crm.calls.calls import MORNING, call, many
from tests.crm.calls.rows import record
from tests.stories import Story, numbered

QUERIES = 15
"""So many a request may take at most."""


@pytest.fixture
def reader(programs):
    return programs("calls.see", "numbers.whole")


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.body["items"]]


def test_filters_are_those_of_the_page(reader, cast):
    call("old", 0, agent="alice", queue="support", talk_ms=61_000, note="About the invoice")
    call("out", 1, agent="bob", direction="outbound", number="13800138000", ended_by="agent", dial_result="busy")
    call("lost", 2, queue="sales", wait_ms=90_000, queue_entered_at=MORNING, number="15401409999")
    wanted = {
        "": ["lost", "out", "old"], "agent=alice": ["old"], "queue=sales": ["lost"], "direction=outbound": ["out"],
        "outcome=busy": ["out"], "outcome=not_reached": ["out"], "outcome=abandoned_in_queue": ["lost"],
        "ended_by=agent": ["out"], "talked=61": ["old"], "talked=62": [], "waited=90": ["lost"], "marked=yes": [],
        "note=INVOICE": ["old"],
        "number=154%200140%200001": ["old"], "number=9999": ["lost"], "number=%2B8613800138000": ["out"],
        "since=2026-09-16T01:01:00Z": ["lost", "out"], "since=2026-09-16T09:01:00%2B08:00": ["lost", "out"],
        "until=2026-09-16T01:01:00Z": ["old"], f"department={cast.support.pk + 999}": [],
        f"department={cast.alice.department_id}": ["out", "old"], "disposition=resolved": [],
    }  # fmt: skip
    assert {asked: ids(reader.get(f"/calls?{asked}")) for asked in wanted} == wanted


@pytest.mark.parametrize(
    "asked",
    ["colour=red", "since=yesterday", "since=9999-12-31T23:59:59Z", "outcome=fine", "talked=-1", "department=x",
     "note=%00ab", "cursor=nonsense", "cursor=bzIwMjY%3D", "behind=nothing", "fields=colour", "number=%00"],
)  # fmt: skip
def test_what_makes_no_sense_names_its_field(reader, asked):
    call("c", 0)
    wrong = reader.get(f"/calls?{asked}")
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, asked.partition("=")[0])


def test_pages_are_the_whole_list_forth_and_back_whatever_comes_in_between(reader, cast):
    many(5)
    CallRecord.objects.update(arrived_at=MORNING, note="seldom")  # all in one moment
    for text in ("", "&note=seldom"):
        page, told, pages = reader.get(f"/calls?limit=2{text}").body, [], []
        assert page["previous"] is None
        while page:
            told, pages = [*told, *(one["id"] for one in page["items"])], [*pages, page]
            call(f"new{text[:2]}{len(told)}", 9)
            page = reader.get(page["next"].removeprefix("http://testserver")).body if page["next"] else None
        assert told == ["c4", "c3", "c2", "c1", "c0"] and len(pages) == 3
        back = reader.get(pages[2]["previous"].removeprefix("http://testserver")).body
        assert back["items"] == pages[1]["items"]
        CallRecord.objects.filter(call_id__startswith="new").delete()


def test_a_page_is_read_by_the_index_of_moments(reader, cast):
    """Deep in a list nothing is read but the page."""
    many(400)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calls_callrecord")
    deep = reader.get(reader.get("/calls?limit=200").body["next"].removeprefix("http://testserver"))
    with CaptureQueriesContext(connection) as seen:
        assert len(ids(reader.get(deep.body["previous"].removeprefix("http://testserver")))) == 200
    assert len(seen) <= QUERIES
    (paged,) = (query["sql"] for query in seen if 'FROM "calls_callrecord"' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {paged}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ROW(arrived_at, (call_id)::text) > ROW(" in plan and "Filter:" not in plan, plan


def test_a_figure_of_a_report_asks_for_its_calls(reader, cast):
    stories = (
        Story("gone").greeted().queued().gave_up(),
        Story("fine").greeted().queued().offered_to("alice").answered(),
    )
    record(numbered(fact for story in stories for fact in story.facts))
    day = "20261122T000000Z~20261123T000000Z"
    assert ids(reader.get(f"/calls?behind=visits.abandoned~{day}")) == ["gone"]
    assert ids(reader.get(f"/calls?behind=visits.abandoned~{day}~sales")) == []
    for wrong in ("visits.abandoned~00010101T000000Z~00020101T000000Z", f"visits.none~{day}"):
        assert reader.get(f"/calls?behind={wrong}").status_code == 400


def test_each_sees_what_her_scope_reaches(programs, cast):
    call("alices", 0, agent="alice")
    call("carols", 1, agent="carol")
    sales = Department.objects.get(name="Sales")
    seller = programs("calls.see", "calls.note", name="Shop", department=sales, scope=Scope.DEPARTMENT)
    assert ids(seller.get("/calls")) == ["carols"]
    assert seller.get("/calls/carols").status_code == 200
    for path in ("/calls/alices", "/calls/alices/timeline", "/calls/none", "/calls/a%00b", "/calls/none/timeline"):
        assert seller.get(path).status_code == 404
    assert seller.patch("/calls/alices", {"note": "x"}).status_code == 404
    assert programs("customers.see").get("/calls").status_code == 403


def test_numbers_are_masked_without_the_permission(programs, cast):
    call("c", 0, note="She said 13800138000", caller_name="15401400001", dialled="4001")
    call("o", 1, direction="outbound", number="13800138000", dialled="13800138000")
    for reader, whole in ((programs("calls.see"), False), (programs("calls.see", "numbers.whole"), True)):
        said = reader.get("/calls").content.decode() + reader.get("/calls/c").content.decode()
        assert ("13800138000" in said) is whole and ("15401400001" in said) is whole and "4001" in said
        assert ids(reader.get("/calls?number=400001")) == (["c"] if whole else [])  # nobody tries digit by digit


def test_a_call_is_told_with_its_timeline(reader, cast):
    story = Story("c1").greeted().queued().offered_to("alice").answered().held().hung_up().wrapped_up()
    record(numbered(story.facts))
    one = reader.get("/calls/c1").body
    assert (one["id"], one["agent"], one["queue"], one["outcome"]) == ("c1", "alice", "support", "answered")
    assert one["arrived_at"].endswith("Z") and one["final"] and one["number"] == "+8615401400001"
    with CaptureQueriesContext(connection) as seen:
        told = reader.get("/calls/c1/timeline").body
    assert len(seen) <= QUERIES
    kinds = [item["kind"] for item in told["items"]]
    assert told["call"] == "c1" and kinds[0] == "call.arrived" and {"call.held", "call.connected"} <= set(kinds)
    held = next(item for item in told["items"] if item["kind"] == "call.resumed")
    assert held["data"]["held_ms"] == 5000 and held["agent"] == "alice" and held["title"]
    assert told["items"][0]["offset_ms"] == 0 and told["items"][0]["at"] == one["arrived_at"]


def test_what_a_timeline_tells_of_a_caller_is_masked(programs, cast):
    record(numbered(Story("c1", name="15401400001").greeted().pressed("13800138000").over().facts))
    said = programs("calls.see").get("/calls/c1/timeline").content.decode()
    assert "15401400001" not in said and "13800138000" not in said
    whole = programs("calls.see", "numbers.whole").get("/calls/c1/timeline").content.decode()
    assert "15401400001" in whole and "13800138000" in whole


def test_a_call_that_is_up_and_no_row_yet_is_told(reader, cast, bus):
    now = LiveCall(id="up", stage="waiting", number="15401400001", queue="support", arrived=1_795_348_800_000_000)
    bus.set(MAIN.live, encode(Saved(view=LiveView(calls={"up": now}))))
    one = reader.get("/calls/up").body
    assert (one["outcome"], one["queue"], one["ended_at"]) == ("open", "support", None)
    assert reader.get("/calls/up/timeline").body["items"][0]["kind"] == "call.arrived"


def test_outcome_and_note_are_written_unless_somebody_else_did(programs, cast):
    writer = programs("calls.see", "calls.note")
    call("c", 0, agent="alice")
    tag = writer.get("/calls/c")["ETag"]
    done = writer.patch("/calls/c", {"disposition": "resolved", "note": "paid"}, if_match=tag)
    assert (done.status_code, done.body["disposition"], done.body["noted_by"]) == (200, "resolved", "app-billing")
    assert done["ETag"] == writer.get("/calls/c")["ETag"] != tag
    assert writer.patch("/calls/c", {"note": "late"}, if_match=tag).status_code == 412
    assert writer.patch("/calls/c", {"disposition": ""}, if_match=done["ETag"]).body["disposition"] is None
    wrong = writer.patch("/calls/c", {"disposition": "none such"})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "disposition")
    assert CallRecord.objects.get(pk="c").note == "paid"
    assert programs("calls.note").patch("/calls/c", {"note": "x"}).status_code == 403


def test_a_page_of_calls_takes_few_queries(reader, cast):
    many(50, disposition=None)
    with CaptureQueriesContext(connection) as seen:
        assert len(ids(reader.get("/calls?agent=alice"))) == 50
    assert len(seen) <= QUERIES
