"""Orders go to the daemon's stream; nothing on the page is changed by them."""

import pytest

from crm.calls.models import CallRecord, Offer
from switchctl.contract import commands
from switchctl.contract.names import MAIN


def order(client, **fields):
    return client.post("/desk/orders/", fields, headers={"accept-language": "en"})


def test_an_order_is_a_command_with_an_id_and_a_deadline(client, cast, bus):
    client.force_login(cast.alice)
    answer = order(client, kind="Pause", reason="break")
    [(_id, fields)] = bus.xrange(MAIN.commands)
    command = commands.decode(fields[b"c"])
    assert answer.status_code == 202 and answer.json() == {"id": command.id}
    assert isinstance(command, commands.Pause)
    assert (command.agent, command.by, command.reason) == ("alice", "alice", "break")
    assert command.deadline > 0


@pytest.mark.parametrize("reason", ["break", ""])
def test_a_pause_is_planned_and_taken_back(client, cast, bus, reason):
    client.force_login(cast.alice)
    assert order(client, kind="PlanPause", reason=reason).status_code == 202
    [(_id, fields)] = bus.xrange(MAIN.commands)
    command = commands.decode(fields[b"c"])
    assert (type(command), command.agent, command.reason) == (commands.PlanPause, "alice", reason)


@pytest.mark.parametrize(
    "fields",
    [{"kind": "Invented"}, {"kind": "Pause", "reason": "nonsense"}, {"kind": "PlanPause", "reason": "nonsense"}, {}],
)
def test_an_order_that_makes_no_sense_is_refused_in_words(client, cast, bus, fields):
    client.force_login(cast.alice)
    answer = order(client, **fields)
    assert answer.status_code == 400 and answer.json()["error"].endswith(".")
    assert not bus.exists(MAIN.commands)


def test_an_order_concerns_only_oneself(client, cast, bus):
    client.force_login(cast.alice)
    order(client, kind="SignIn", agent="bob")
    [(_id, fields)] = bus.xrange(MAIN.commands)
    assert commands.decode(fields[b"c"]).agent == "alice"


def test_orders_come_only_by_post_with_the_token(cast, bus):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    assert client.get("/desk/orders/").status_code == 405
    assert client.post("/desk/orders/", {"kind": "SignIn"}).status_code == 403
    assert not bus.exists(MAIN.commands)


@pytest.fixture
def call(cast):
    record = CallRecord.objects.create(call_id="c1", agent="alice", queue="support")
    Offer.objects.create(offer="o1", call=record, agent="alice")
    return record


def test_outcome_and_note_are_kept(client, cast, call):
    client.force_login(cast.alice)
    answer = client.post("/desk/notes/c1/", {"note": "agreed on Friday", "disposition": "resolved"})
    call.refresh_from_db()
    assert (call.note, call.disposition.code, call.noted_by) == ("agreed on Friday", "resolved", cast.alice)
    assert len(answer.json()["saved"]) == len("10:00:00")


def test_a_field_that_is_not_sent_stays(client, cast, call):
    client.force_login(cast.alice)
    client.post("/desk/notes/c1/", {"note": "one"})
    client.post("/desk/notes/c1/", {"disposition": "resolved"})
    call.refresh_from_db()
    assert call.note == "one" and call.disposition.code == "resolved"


def test_notes_on_another_agents_call_are_refused(client, cast, call):
    client.force_login(cast.bob)
    answer = client.post("/desk/notes/c1/", {"note": "x"})
    assert answer.status_code == 403 and answer.json()["error"]
