"""Why a caller waits, and the stages that a call went through."""

import json

import msgspec
import pytest

from crm.live.state import Saved, encode
from crm.live.why import why_waiting
from switchctl.contract import facts as f
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN


def view() -> LiveView:
    calls = [
        LiveCall(id="c1", stage="waiting", queue="support", entered=10, why="all_busy:signed_in=2"),
        LiveCall(id="c2", stage="offered", queue="support", entered=5),
        LiveCall(id="c3", stage="waiting", queue="sales", entered=1),
    ]
    agents = [
        LiveAgent(id="alice", state="talking", since=3), LiveAgent(id="bob", state="wrapup", since=4, until=90),
        LiveAgent(id="carol", state="ready"),
    ]  # fmt: skip
    return LiveView(calls={call.id: call for call in calls}, agents={agent.id: agent for agent in agents})


def test_who_serves_the_queue_and_who_is_free_next():
    told = why_waiting(view(), view().calls["c1"], {"alice", "bob", "dora"}, {})
    assert told["states"] == {"talking": 1, "wrapup": 1, "offline": 1} and told["serving"] == 3
    assert told["next"] == {"agent": "bob", "until": 90} and told["talking_since"] == 3
    assert (told["place"], told["waiting"]) == (2, 2)


def test_nobody_serves_it():
    told = why_waiting(view(), view().calls["c3"], set(), {})
    assert (told["serving"], told["states"], told["next"], told["place"]) == (0, {}, None, 1)


@pytest.mark.django_db
def test_it_is_told_to_those_who_see_the_caller(client, cast, bus):
    bus.set(MAIN.live, encode(Saved(view=view())))

    def ask(user, call: str) -> dict:
        client.force_login(user)
        return client.get("/floor/why/", {"call": call}, headers={"accept-language": "en"}).json()

    told = ask(cast.sofia, "c1")
    assert told["next"] == {"name": "Bob", "until": 90} and told["said"] == "All 2 agents who are signed in are busy"
    assert ask(cast.boris, "c1") == ask(cast.sofia, "gone") == ask(cast.sofia, "c3") == {"gone": True}
    client.force_login(cast.alice)
    assert client.get("/floor/why/", {"call": "c1"}).status_code == 403


@pytest.mark.django_db
def test_who_is_free_next_has_no_name_in_another_department(client, cast, bus):
    from crm.telephony.services import queue_members_set

    queue_members_set(queue=cast.support, tiers={cast.alice: 1, cast.carol: 1})
    agents = {"carol": LiveAgent(id="carol", state="wrapup", until=50)}
    bus.set(MAIN.live, encode(Saved(view=LiveView(calls=view().calls, agents=agents))))
    client.force_login(cast.sofia)
    told = client.get("/floor/why/", {"call": "c1"}).json()
    assert told["next"] == {"name": "", "until": 50} and "carol" not in json.dumps(told).lower()


def test_a_call_remembers_its_stages_also_under_another_leader():
    live, ids = LiveView(), {"call_id": "c1"}
    offer = {"queue": "support", "visit": "v", "ring_s": 9, "waited_ms": 1, "reason": "x"}
    story = [
        f.CallArrived(**ids, at=10), f.FlowEntered(**ids, at=20, flow="x", flow_visit="y"),
        f.QueueEntered(**ids, at=31, queue="support", visit="v", entered=30),
        f.OfferMade(**ids, at=40, offer="o", agent="alice", **offer),
        f.OfferEnded(**ids, at=50, offer="o", agent="alice", visit="v", result="rna"),
        f.OfferMade(**ids, at=60, offer="p", agent="bob", **offer),
        f.OfferEnded(**ids, at=70, offer="p", agent="bob", visit="v", result="answered"),
        f.QueueLeft(**ids, at=70, queue="support", visit="v", exit="answered", wait_ms=1),
        f.TalkStarted(**ids, at=70, offer="p", agent="bob"), f.HoldStarted(**ids, at=80, offer="p", agent="bob"),
        f.HoldEnded(**ids, at=95, offer="p", agent="bob", held_ms=15),
    ]  # fmt: skip
    for seq, fact in enumerate(story, 1):
        live.apply(type(fact)(**{**_fields(fact), "id": f"j:{seq}", "seq": seq}))
    passed = [
        ("arrived", 10), ("flow", 20), ("waiting", 31), ("offered", 40), ("waiting", 50), ("offered", 60),
        ("talking", 70), ("held", 80), ("talking", 95),
    ]  # fmt: skip
    call = live.calls["c1"]
    assert [stage for stage, _ in call.passed] == [stage for stage, _ in passed]
    assert call.passed[3:] == passed[3:] and call.passed[2][1] in (30, 31)
    told = msgspec.structs.asdict(call)
    stated = f.decode(f.encode(f.CallStated(call_id=told.pop("id"), **told, id="k:1", seq=1)))
    other = LiveView()
    other.apply(stated)
    assert other.calls["c1"].passed == call.passed


def _fields(fact: f.Fact) -> dict:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}
