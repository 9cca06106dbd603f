"""What leaves an entry without a change of a row: coming in, being refused, looking at what is sensitive."""

import pytest
from celery import shared_task
from celery.signals import before_task_publish

from ccsite.celery import app
from crm.accounts.models import Department
from crm.audit import services as audit
from crm.audit.actor import Actor, acting
from crm.audit.flood import MOST
from crm.audit.models import Entry
from crm.calls.models import CallRecord
from crm.logins.tickets import ticket_make
from crm.switch import command_send
from tests.cast import PASSWORD
from tests.crm.live.socket import Socket


@pytest.fixture(autouse=True)
def no_flood(bus):
    """Counting begins anew."""


def test_logging_in_and_out(client, cast, trail):
    client.post("/login/", {"username": "alice", "password": PASSWORD}, REMOTE_ADDR="192.0.2.10")
    client.post("/logout/", REMOTE_ADDR="192.0.2.10")
    told = [(e.action, e.who, e.address, e.door, e.label) for e in trail.entries()]
    assert told == [
        ("login.done", "alice", "192.0.2.10", "page", "Alice"),
        ("logout.done", "alice", "192.0.2.10", "page", "Alice"),
    ]


def test_a_failed_login_names_whose_it_was(client, cast, trail):
    client.post("/login/", {"username": "alice", "password": "wrong"}, REMOTE_ADDR="192.0.2.10")
    entry = trail.one()
    assert (entry.action, entry.who, entry.address) == ("login.failed", "", "192.0.2.10")
    assert (entry.object, entry.after) == (str(cast.alice.pk), {"login": "alice"})


def test_a_password_typed_as_a_login_is_not_kept(client, cast, trail):
    client.post("/login/", {"username": "My-Secret-Passw0rd", "password": "x"})
    assert trail.one().after == {"login": "My…"}


def test_who_tries_for_ever_does_not_fill_the_disk(client, cast, trail):
    for _ in range(2 * MOST + 1):  # a new minute may begin among them: one of the two is full for certain
        client.post("/login/", {"username": "alice", "password": "wrong"})
    assert MOST <= len(trail.entries()) <= 2 * MOST
    assert any((entry.after or {}).get("more") for entry in trail.entries())


def test_a_refused_page_is_told(client, cast, trail):
    client.force_login(cast.alice)
    trail.forget()
    assert client.get("/alarms/", REMOTE_ADDR="192.0.2.10").status_code == 403
    entry = trail.one()
    assert (entry.action, entry.who, entry.label, entry.after) == (
        "access.refused", "alice", "/alarms/", {"method": "GET"},
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
async def test_so_is_a_refused_websocket(client, cast):
    from asgiref.sync import sync_to_async

    await sync_to_async(client.force_login)(cast.alice)
    session = client.cookies["sessionid"].value
    socket = Socket("/ws/floor/", session, ticket_make(user_id=cast.alice.pk, session_key=session))
    await socket.open()
    assert (await socket.receive_output(5))["code"] == 4403
    await socket.close()
    entry = await Entry.objects.alatest("id")
    assert (entry.action, entry.who, entry.label) == ("access.refused", "alice", "/ws/floor/")


def test_a_sensitive_read_says_who_and_what(cast, trail):
    call = CallRecord.objects.create(call_id="c-9")
    with acting(Actor("", None, "192.0.2.4", "api")):
        audit.read(cast.sofia, "recording.played", call, details={"seconds": 12})
    entry = trail.one()
    assert (entry.who, entry.person, entry.address, entry.door) == ("sofia", cast.sofia.pk, "192.0.2.4", "api")
    assert (entry.kind, entry.object, entry.label, entry.after) == ("calls_callrecord", "c-9", "c-9", {"seconds": 12})


def test_an_event_that_nobody_could_read_is_refused(db):
    with pytest.raises(ValueError, match=r"coffee\.made"):
        audit.event("coffee.made")


def test_hostile_text_is_told_as_it_is(cast, trail):
    audit.event("login.failed", label="x\x00' %s \ud800", details={"path": ["\x00\\u0000", "=1+1"]})
    entry = trail.one()
    assert entry.label == "x' %s ?" and entry.after == {"path": ["\\u0000", "=1+1"]}


def test_commands_to_others_and_to_switches_are_told_and_those_of_her_own_desk_are_not(cast, trail):
    command_send(cast.sofia, "Pause", agent=cast.alice, reason="break")
    command_send(cast.ada, "DrainNode", node="fs1")
    command_send(cast.alice, "BecomeReady")
    assert [(e.action, e.who, e.label, e.after) for e in trail.entries()] == [
        ("agents.commanded", "sofia", "Alice", {"command": "Pause", "reason": "break"}),
        ("switches.commanded", "ada", "fs1", {"command": "DrainNode"}),
    ]


@shared_task
def open_a_department(name: str) -> None:
    Department.objects.create(name=name)


def test_a_task_acts_in_its_own_name(trail):
    open_a_department.apply(args=["By beat"])
    entry = trail.one()
    assert (entry.who, entry.door) == ("system:tests.crm.audit.test_events.open_a_department", "task")
    Department.objects.create(name="After it")
    assert trail.entries()[1].door == "process"


def test_a_task_that_a_person_asked_for_acts_in_hers(cast, trail):
    """The publisher writes her into the message's headers, and the worker reads them there."""
    headers: dict = {}
    with acting(Actor("alice", cast.alice.pk, "192.0.2.10", "page")):
        before_task_publish.send(sender="x", headers=headers, body=(), exchange="", routing_key="")
    open_a_department.apply(args=["For Alice"], headers=headers)
    entry = trail.one(kind="accounts_department")
    assert (entry.who, entry.address, entry.door) == ("alice", "192.0.2.10", "task")


def test_the_trail_has_its_tasks_in_the_timetable():
    assert {"audit-seal", "audit-anchor", "audit-check"} <= app.conf.beat_schedule.keys()
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= app.tasks.keys()
