"""Agents and queues by the API, as they are now and as they were."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.accounts.models import Department, Scope
from crm.calls.models import AgentStateInterval
from crm.live.counted import count, keep
from crm.live.state import Saved, encode
from crm.reports.models import QueueHalfHour
from crm.reports.models.rollups import VERSION
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
MICROS = round(NOON.timestamp()) * 1_000_000


@pytest.fixture
def floor(cast, bus):
    """Alice talks and Bob is paused; one waits in support since noon, for one a phone rings; Carol was never here."""
    view = LiveView(
        agents={
            "alice": LiveAgent(id="alice", state="talking", since=MICROS, call_id="c1", answered=3, plan="break"),
            "bob": LiveAgent(id="bob", state="paused", reason="break", since=MICROS + 1),
        },
        calls={
            "c1": LiveCall(id="c1", stage="talking", queue="support", agent="alice"),
            "c2": LiveCall(id="c2", stage="waiting", queue="support", entered=MICROS),
            "c3": LiveCall(id="c3", stage="offered", queue="support", entered=MICROS + 5_000_000, agent="bob"),
        },
        devices={"2001": True, "2002": False},
    )
    bus.set(MAIN.live, encode(Saved(view=view)))
    return cast


def logins(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["login"] for one in answer.body["items"]]


def test_agents_as_they_are_now(programs, floor):
    board = programs("floor.watch")
    with CaptureQueriesContext(connection) as seen:
        alice, bob, carol = board.get("/agents").body["items"]
    assert len(seen) <= 15
    assert alice == board.get("/agents/alice").body
    assert alice | {"since": "2026-11-22T04:00:00Z", "state": "talking", "call": "c1", "plan": "break"} == alice
    assert alice | {"queues": ["support"], "department": "Support", "registered": True, "until": None} == alice
    assert (bob["state"], bob["reason"], bob["registered"]) == ("paused", "break", False)
    assert (carol["state"], carol["since"]) == ("offline", None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("state=paused", ["bob"]), ("state=offline", ["carol"]), ("queue=sales", ["carol"]), ("queue=none", []),
     ("limit=2", ["alice", "bob"])],
)  # fmt: skip
def test_agents_are_filtered(programs, floor, asked, found):
    assert logins(programs("floor.watch").get(f"/agents?{asked}")) == found


def test_agents_of_a_department_and_below(programs, floor):
    board = programs("floor.watch")
    assert logins(board.get(f"/agents?department={floor.carol.department_id}")) == ["carol"]
    assert logins(board.get("/agents?department=999999")) == []
    assert board.get("/agents?state=asleep").status_code == 400


def test_each_sees_what_her_scope_reaches(programs, floor):
    sales = Department.objects.get(name="Sales")
    more = {"name": "Shop", "department": sales, "scope": Scope.DEPARTMENT}
    seller = programs("floor.watch", "reports.see", **more)
    assert logins(seller.get("/agents")) == ["carol"]
    assert [one["code"] for one in seller.get("/queues").body["items"]] == ["sales"]
    for agent in ("alice", "a%00b"):
        assert seller.get(f"/agents/{agent}").status_code == seller.get(f"/agents/{agent}/states").status_code == 404
    for queue in ("support", "none", "a%00b"):
        for what in ("live", "intervals"):
            assert seller.get(f"/queues/{queue}/{what}").status_code == 404
    assert programs("calls.see").get("/agents").status_code == 403


def test_states_of_an_agent(programs, cast):
    for n, (state, minutes) in enumerate([("ready", 10), ("talking", 5), ("wrapup", None)]):
        began = NOON + timedelta(minutes=10 * n)
        ended = began + timedelta(minutes=minutes) if minutes else None
        AgentStateInterval.objects.create(
            id=f"j:{n}", agent="alice", state=state, started_at=began, ended_at=ended, seq=n, call_id="c" if n else ""
        )  # fmt: skip
    board = programs("reports.see")
    span = "since=2026-11-22T04:05:00Z&until=2026-11-22T05:00:00Z"
    told = board.get(f"/agents/alice/states?{span}").body["items"]
    assert [(one["state"], one["duration_ms"], one["call"]) for one in told] == [
        ("ready", 600_000, None), ("talking", 300_000, "c"), ("wrapup", None, "c"),
    ]  # fmt: skip
    page = board.get(f"/agents/alice/states?{span}&limit=2").body
    rest = board.get(page["next"].removeprefix("http://testserver")).body["items"]
    assert page["items"] + rest == told
    assert board.get("/agents/bob/states").body["items"] == []
    assert board.get("/agents/alice/states?since=never").status_code == 400


def test_queues_as_they_are_now(programs, floor):
    board = programs("floor.watch")
    sales, support = board.get("/queues").body["items"]
    assert (support["waiting"], sales["waiting"], sales["longest_wait_ms"]) == (2, 0, 0)
    waited = (timezone.now() - NOON).total_seconds() * 1000
    assert 0 <= support["longest_wait_ms"] <= max(0, waited)
    before = board.get("/queues/support/live").body
    assert before["agents"] | {"talking": 1, "paused": 1, "ready": 0} == before["agents"]
    assert before["today"] is None and before["counted_at"] is None
    keep(count(timezone.now()))
    after = board.get("/queues/support/live").body
    assert after["today"]["offered"] == 0 and after["today"]["service_level"] is None and after["counted_at"]


def test_half_hours_of_a_queue(programs, cast):
    for n in (0, 2):
        QueueHalfHour.objects.create(
            queue="support", start=NOON + timedelta(minutes=30 * n), by="offered", version=VERSION, final=True,
            offered=4, answered=3, in_time=2, abandoned=1, talk_ms=180_000, max_wait_ms=20_000,
        )  # fmt: skip
    board = programs("reports.see")
    told = board.get("/queues/support/intervals?since=2026-11-22T04:10:00Z&until=2026-11-22T05:10:00Z").body
    assert told["queue"] == "support"
    assert [(one["start"], one["end"]) for one in told["items"]] == [
        ("2026-11-22T04:00:00Z", "2026-11-22T04:30:00Z"), ("2026-11-22T05:00:00Z", "2026-11-22T05:30:00Z"),
    ]  # fmt: skip
    assert told["items"][0] | {"offered": 4, "in_time": 2, "talk_ms": 180_000, "final": True} == told["items"][0]
    first = board.get("/queues/support/intervals?since=2026-11-22T04:00:00Z&until=2026-11-22T04:30:00Z").body
    assert len(first["items"]) == 1
    for wrong in (
        "since=2026-01-01T00:00:00Z&until=2026-11-22T00:00:00Z",
        "since=2026-11-22T05:00:00Z&until=2026-11-22T04:00:00Z",
    ):
        assert board.get(f"/queues/support/intervals?{wrong}").body["errors"][0]["field"] == "since"
