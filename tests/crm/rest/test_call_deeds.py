"""Other programs do to one call what its page does, look after lost calls, and read what agents did."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.audit.models import Entry
from crm.calls.models import AgentStateInterval
from crm.campaigns.models import Callback
from crm.live.state import Saved, encode
from crm.numberlists.models import ListedNumber
from switchctl.contract.live import LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.crm.calls.calls import MORNING, call
from tests.crm.desk.campaign import attempt_of, campaign_of, lead_of

NUMBER = "+8615401400001"


def test_a_masked_number_is_opened_and_the_audit_knows(programs, cast):
    call("c1", 0, agent="alice")
    near = programs("numbers.open", "calls.see", "customers.see", scope="department", department=cast.alice.department)
    assert near.get("/calls/c1").body["number"] == "154****0001"
    assert near.post("/calls/c1/number").body == {"number": NUMBER}
    whose = near.get(f"/customers/{cast.caller.pk}").body["numbers"][0]["id"]
    assert near.post(f"/customers/{cast.caller.pk}/numbers/{whose}/open").body == {"number": NUMBER}
    assert near.post(f"/customers/{cast.caller.pk + 1}/numbers/{whose}/open").status_code == 404
    assert Entry.objects.filter(action="numbers.opened", who="app-billing").count() == 2
    far = programs("numbers.open", "calls.see", scope="department", department=cast.carol.department, name="Sales")
    assert far.post("/calls/c1/number").status_code == 404


def test_somebody_says_who_called(programs, cast):
    call("c1", 0, agent="alice", number="15409990000")
    keeper = programs("calls.see", "calls.note", "customers.see", "customers.edit")
    said = keeper.post("/calls/c1/customer", {"customer": cast.caller.pk, "remember": True})
    assert (said.status_code, said.body["customer"]) == (200, cast.caller.pk)
    assert cast.caller.numbers.filter(number="+8615409990000").exists()
    (contact,) = keeper.get(f"/customers/{cast.caller.pk}/calls").body["items"]
    assert (contact["call"], contact["agent"], contact["direction"]) == ("c1", "alice", "inbound")
    blind = programs("customers.see", name="Blind").get(f"/customers/{cast.caller.pk}/calls").body["items"]
    assert [one["call"] for one in blind] == [None]
    assert keeper.post("/calls/c1/customer", {"customer": None}).body["customer"] is None
    wrong = keeper.post("/calls/c1/customer", {"customer": 10**9})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "customer")
    assert keeper.post("/calls/none/customer", {"customer": None}).status_code == 404


def test_a_caller_is_not_to_be_called_again(programs, cast):
    call("c1", 0, agent="alice")
    marker = programs("lists.mark", "calls.see")
    assert marker.post("/calls/c1/mark", {"reason": "asked for it"}).body == {"added": True}
    assert marker.post("/calls/c1/mark", {"reason": "asked for it"}).body == {"added": False}
    assert ListedNumber.objects.get().list == "no_call"
    assert marker.post("/calls/c1/mark", {"reason": "rude", "list": "black"}).status_code == 403


def test_an_outcome_has_what_follows_from_it_in_its_campaign(programs, cast):
    campaign = campaign_of(cast)
    attempt_of(lead_of(campaign, cast.caller), cast.alice)
    call("c1", 0, agent="alice", direction="outbound")
    keeper = programs("calls.see", "calls.note", "customers.see", "callbacks.manage")
    wrong = keeper.patch("/calls/c1", {"disposition": "later"})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "due_at")
    assert keeper.patch("/calls/c1", {"disposition": "resolved"}).body["errors"][0]["field"] == "disposition"
    due = (timezone.now() + timedelta(hours=3)).replace(microsecond=0)
    assert keeper.patch("/calls/c1", {"disposition": "later", "due_at": due.isoformat()}).status_code == 200
    agreed = Callback.objects.get()
    assert (agreed.agent, agreed.due_at, agreed.state) == (cast.alice, due, "waiting")
    assert keeper.patch("/calls/c1", {"disposition": "later", "note": "x"}).status_code == 200  # sent with the rest
    moved = {"disposition": "later", "due_at": (due + timedelta(hours=1)).isoformat(), "whose": "pool"}
    assert keeper.patch("/calls/c1", moved).status_code == 200
    assert Callback.objects.filter(state="waiting", agent=None, due_at=due + timedelta(hours=1)).count() == 1
    assert keeper.patch("/calls/c1", {"disposition": "again"}).status_code == 200
    assert not Callback.objects.filter(state="waiting").exists()


def test_calls_that_are_up_and_why_one_waits(programs, cast, bus):
    now = {"number": "15401400001", "dialled": "4001", "arrived": 1_795_348_800_000_000}
    calls = (
        LiveCall(id="w1", stage="waiting", queue="support", entered=now["arrived"], **now),
        LiveCall(id="t1", stage="talking", queue="sales", agent="carol", **now),
    )
    bus.set(MAIN.live, encode(Saved(view=LiveView(calls={call.id: call for call in calls}))))
    watcher = programs("floor.watch")
    told = watcher.get("/live/calls").body["items"]
    assert [(one["id"], one["number"], one["waits_ms"] > 0) for one in told] == [
        ("t1", "154****0001", False), ("w1", "154****0001", True)
    ]  # fmt: skip
    assert [one["id"] for one in watcher.get("/live/calls?queue=support&stage=waiting").body["items"]] == ["w1"]
    why = watcher.get("/live/calls/w1/why").body
    assert (why["place"], why["serving"], why["states"], why["next"]) == (1, 2, {"offline": 2}, None)
    assert watcher.get("/live/calls/t1/why").status_code == 404
    sales = programs("floor.watch", "numbers.whole", scope="department", department=cast.carol.department, name="Sales")
    assert [(one["id"], one["number"]) for one in sales.get("/live/calls").body["items"]] == [("t1", NUMBER)]
    assert sales.get("/live/calls/w1/why").status_code == 404


def test_lost_calls_are_looked_after(programs, cast):
    day = f"since={MORNING:%Y-%m-%d}&until={MORNING:%Y-%m-%d}"
    for n in range(3):
        call(f"l{n}", n, queue="support", outcome="abandoned_in_queue", number=f"1540140000{n}", wait_ms=5000)
    call("back", 9, number="15401400000", direction="outbound", agent="alice", outcome="answered", talk_ms=1)
    keeper = programs("calls.see", "calls.note")
    first = keeper.get(f"/lost-calls?{day}&limit=2").body
    assert [one["id"] for one in first["items"]] == ["l2", "l1"] and first["previous"] is None
    (last,) = keeper.get(first["next"]).body["items"]
    assert (last["id"], last["fate"], last["reached_by"], last["tried"]) == ("l0", "called_back", "alice", 1)
    settled = keeper.post("/lost-calls/l1/settle", {"note": "wrong number 13800001111"})
    assert (settled.body["fate"], settled.body["settled_by"]) == ("settled", "app-billing")
    assert settled.body["note"] == "wrong number 138****1111"
    fates = {fate: [one["id"] for one in keeper.get(f"/lost-calls?{day}&fate={fate}").body["items"]] for fate in (
        "open", "called_back", "settled"
    )}  # fmt: skip
    assert fates == {"open": ["l2"], "called_back": ["l0"], "settled": ["l1"]}
    assert keeper.post("/lost-calls/l1/settle", {"settled": False}).body["fate"] == "open"
    assert keeper.post("/lost-calls/back/settle", {}).status_code == 409
    assert keeper.post("/lost-calls/none/settle", {}).status_code == 404
    assert keeper.get("/lost-calls").body["items"] == []  # today


def test_the_state_record(programs, cast, states_of_a_morning):
    keeper = programs("reports.see")
    day = f"since={MORNING:%Y-%m-%d}&until={MORNING:%Y-%m-%d}"
    told = keeper.get(f"/state-record?{day}&limit=1").body
    (newest,) = told["items"]
    assert (newest["agent"], newest["state"], newest["seconds"]) == ("alice", "paused", 60)
    (older,) = keeper.get(told["next"]).body["items"]
    assert (older["state"], older["reason"], older["seconds"]) == ("ready", None, 600)
    assert len(keeper.get(f"/state-record?{day}&state=paused&agent=alice").body["items"]) == 1
    assert keeper.get(f"/state-record?{day}&agent=carol").body["items"] == []
    near = programs("reports.see", scope="department", department=cast.carol.department, name="Sales")
    assert near.get(f"/state-record?{day}").body["items"] == []


@pytest.fixture
def states_of_a_morning(cast):
    for n, (state, reason, minutes) in enumerate((("ready", "", 10), ("paused", "break", 1))):
        begun = MORNING + timedelta(minutes=10 * n)
        AgentStateInterval.objects.create(
            id=f"s{n}", agent="alice", state=state, reason=reason, seq=n, started_at=begun,
            ended_at=begun + timedelta(minutes=minutes), source="agent",
        )  # fmt: skip
