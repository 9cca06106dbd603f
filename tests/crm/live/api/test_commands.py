"""Orders for agents by the API: each that there is, to whom it reaches, refused in words, and once however often."""

import pytest

from crm import switch
from crm.accounts.models import Department, Scope
from crm.audit.models import Entry
from crm.integrations.models import Answer
from crm.live.api.commands import COMMANDS
from switchctl.contract import commands, refusals
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from tests.crm.carrier import carrier

BODIES = {
    "pause": {"reason": "break"}, "plan-pause": {"reason": ""}, "transfer": {"what": "queue", "to": "sales"},
    "redirect": {"what": "queue", "to": "sales"}, "consult": {"what": "agent", "to": "bob"},
    "send-keys": {"keys": "12#"}, "retrieve": {"slot": "01"},
    "ask-call-back": {"of": "bob"}, "cancel-call-back": {"of": "bob"},
}  # fmt: skip


@pytest.fixture
def wallboard(programs):
    return programs("agents.command", "calls.dial_others")


def sent(bus) -> list[commands.AnyCommand]:
    return [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]


def refuse(daemon, reason: str) -> None:
    daemon[1]["with"] = lambda order: f.CommandRefused(
        agent=order.agent, command=type(order).__name__, reason=reason
    )  # fmt: skip


def test_every_order_that_exists_can_be_given(wallboard, cast, daemon):
    kinds = {kind for kind, _summary, _body in COMMANDS.values()}
    others = {"Dial", "DialLead", "DrainNode", "ReturnNode", "Watch", "EndWatch", "TakeOver"}
    others |= {kind.__name__ for kind in commands.KINDS if issubclass(kind, commands.RoomCommand)}  # doors of their own
    assert kinds | others == {kind.__name__ for kind in commands.KINDS}
    for word, (kind, _summary, _body) in COMMANDS.items():
        done = wallboard.post(f"/agents/alice/commands/{word}", BODIES.get(word))
        order = daemon[0][-1]
        assert (done.status_code, done.body) == (202, {"command": order.id, "state": "done"}), word
        assert (type(order).__name__, order.agent, order.by) == (kind, "alice", "app-billing")
    assert Entry.objects.filter(action="agents.commanded", who="app-billing").count() == len(COMMANDS)


def test_a_refusal_is_a_conflict_in_words_and_leaves_the_key_free(wallboard, cast, daemon):
    before = dict(daemon[1])
    refuse(daemon, refusals.TALKING)
    wrong = wallboard.post("/agents/alice/commands/sign-out", key="k")
    assert (wrong.status_code, wrong.body["detail"]) == (409, "She is in a call. It must end first.")
    assert Entry.objects.get(action="agents.commanded").after["command"] == "SignOut"
    daemon[1].update(before)
    assert wallboard.post("/agents/alice/commands/sign-out", key="k").body["state"] == "done"


def test_an_order_that_comes_again_is_given_once(wallboard, cast, daemon):
    first, again = (wallboard.post("/agents/alice/commands/hang-up", key="k") for _ in range(2))
    Answer.objects.all().delete()  # as if it had been killed after the order went out, before its answer was kept
    third = wallboard.post("/agents/alice/commands/hang-up", key="k")
    assert first.body == again.body == third.body and again["Idempotency-Replayed"] == "true"
    assert third.body["state"] == "done" and len(daemon[0]) == 1
    assert wallboard.post("/agents/bob/commands/hang-up", key="other").body != first.body


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("alice/commands/pause", {"reason": "none such"}, 400, "reason"),
        ("alice/commands/pause", {}, 400, "reason"),
        ("alice/commands/pause", {"reason": 7, "why": 1}, 400, "why"),
        ("alice/commands/hold", {"reason": "break"}, 400, "reason"),
        ("nobody/commands/hold", {}, 404, ""),
        ("a%00b/commands/hold", {}, 404, ""),
        ("sofia/commands/hold", {}, 404, ""),
        ("alice/commands/fly", {}, 404, ""),
    ],
)
def test_what_is_no_order_does_not_go_out(wallboard, cast, bus, path, body, status, field):
    wrong = wallboard.post(f"/agents/{path}", body)
    assert wrong.status_code == status and not sent(bus)
    assert {one["field"] for one in wrong.body["errors"]} == ({field} if field else set())


def test_the_data_scope_of_the_token_is_kept(programs, cast, daemon):
    sales = Department.objects.get(name="Sales")
    more = {"name": "Shop", "department": sales, "scope": Scope.DEPARTMENT}
    seller = programs("agents.command", "calls.dial_others", **more)
    assert seller.post("/agents/alice/commands/hold").status_code == 404
    assert seller.post("/agents/carol/commands/hold").status_code == 202
    assert seller.post("/calls", {"agent": "alice", "number": "2003"}).status_code == 400
    assert seller.post("/calls", {"agent": "carol", "number": "2001"}).status_code == 202
    assert [order.agent for order in daemon[0]] == ["carol", "carol"]
    assert programs("floor.watch").post("/agents/alice/commands/hold").status_code == 403


def test_nobody_answers_in_time(wallboard, cast, bus, monkeypatch):
    monkeypatch.setattr("crm.live.services.WAIT_S", 0.01)
    said = wallboard.post("/agents/alice/commands/ready")
    assert (said.status_code, said.body["state"]) == (202, "sent") and sent(bus)[0].id == said.body["command"]


def test_the_way_to_the_daemon_is_away(wallboard, cast, bus, monkeypatch):
    def away() -> None:
        raise switch.redis.ConnectionError

    monkeypatch.setattr("crm.switch.bus.client", away)
    said = wallboard.post("/agents/alice/commands/ready", key="k")
    assert (said.status_code, said.body["type"]) == (503, "urn:switchdesk:problem:switch-away")
    assert not Answer.objects.exists() and Entry.objects.filter(action="agents.commanded").exists()


def test_an_agent_is_made_to_dial_by_her_own_class_and_the_lists(wallboard, cast, daemon, settings):
    carrier()
    settings.DIAL_PREFIXES = ["+86"]
    cast.alice.dialling = "local"
    cast.alice.save()
    done = wallboard.post("/calls", {"agent": "bob", "number": "138 0000 1111"})
    (order,) = daemon[0]
    assert (done.status_code, done["Location"]) == (202, f"/api/v1/calls/{order.id}")
    assert (type(order), order.agent, order.by, order.number) == (commands.Dial, "bob", "app-billing", "138 0000 1111")
    for body, field, words in (
        ({"agent": "alice", "number": "138 0000 1111"}, "number", "She may dial extensions and local numbers only"),
        ({"agent": "bob", "number": "+44 20 7946 0000"}, "number", "not opened"),
        ({"agent": "bob", "number": "nonsense"}, "number", "not a number"),
        ({"agent": "bob"}, "number", "either"),
        ({"agent": "bob", "number": "2003", "customer": 1}, "number", "either"),
        ({"agent": "nobody", "number": "2003"}, "agent", "no such agent"),
        ({"agent": "bob", "customer": cast.caller.pk}, "customer", "no number"),
    ):
        wrong = wallboard.post("/calls", body)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), wrong.body
        assert words in wrong.body["detail"]
    assert len(daemon[0]) == 1


def test_a_customer_is_dialled_whose_number_the_program_does_not_see(programs, cast, daemon, settings):
    carrier()
    settings.DIAL_PREFIXES = ["+86"]
    crm = programs("calls.dial_others", "customers.see")
    assert crm.post("/calls", {"agent": "bob", "customer": cast.caller.pk}).status_code == 202
    assert daemon[0][0].number == "+8615401400001"


def test_whoever_may_not_dial_for_others_does_not(programs, cast, bus):
    assert programs("agents.command", "calls.dial").post(
        "/calls", {"agent": "alice", "number": "2003"}
    ).status_code == 403  # fmt: skip
    assert not sent(bus)


def test_what_the_switch_does_for_her_is_done_when_it_shows(wallboard, cast, daemon):
    daemon[1]["names"] = False
    for word, fact in (("answer", f.TalkStarted), ("hold", f.HoldStarted)):
        daemon[1]["with"] = lambda order, fact=fact: fact(agent=order.agent, offer="o", call_id="c")
        assert wallboard.post(f"/agents/alice/commands/{word}").body["state"] == "done"
