"""Who did it, from where and through which door, in every way in which a row can be written."""

import threading

import pytest
from django.db import connection, transaction
from django.test import AsyncClient, RequestFactory
from psycopg2 import sql
from psycopg2.extras import execute_values

from crm.accounts.models import Department, User
from crm.audit import actor
from crm.audit.actor import Actor, acting
from crm.audit.doors import of_request
from crm.audit.models import Entry
from crm.calls.models import CallRecord
from crm.telephony.models import PauseReason
from tests.crm.audit.trail import Trail, by_hand

ALICE = Actor("alice", 7, "192.0.2.7", "page")


def test_a_page_writes_in_the_name_of_whoever_is_signed_in(client, cast, trail):
    CallRecord.objects.create(call_id="c-1", agent="alice")
    client.force_login(cast.alice)
    trail.forget()
    client.post("/calls/c-1/note/", {"note": "Called back"}, REMOTE_ADDR="192.0.2.10")
    entry = trail.one()
    assert (entry.who, entry.person, entry.address, entry.door) == ("alice", cast.alice.pk, "192.0.2.10", "page")


@pytest.mark.django_db(transaction=True)
async def test_so_it_does_over_asgi_where_threads_change(cast):
    await CallRecord.objects.acreate(call_id="c-1", agent="alice")
    client = AsyncClient()
    await client.aforce_login(cast.alice)
    await client.post("/calls/c-1/note/", {"note": "Called back"}, headers={"x-forwarded-for": "203.0.113.9"})
    entry = await Entry.objects.filter(kind="calls_callrecord").alatest("id")
    assert (entry.who, entry.door) == ("alice", "page")
    assert entry.address != "203.0.113.9", "a header that anybody can send says nothing"


@pytest.mark.parametrize("path, door", [("/calls/", "page"), ("/api/v1/calls/", "api"), ("/admin/", "admin")])
def test_the_address_of_a_request_tells_the_door(path, door, cast):
    request = RequestFactory().get(path, REMOTE_ADDR="192.0.2.3")
    request.user = cast.bob
    assert of_request(request) == Actor("bob", cast.bob.pk, "192.0.2.3", door)


def test_whoever_is_found_out_late_counts(rf, db):
    """A token of the API is read inside the view."""
    request = rf.get("/api/v1/calls/")
    with acting(lambda: of_request(request)):
        Department.objects.create(name="Before")
        request.user = User.objects.create(username="robot")
        Department.objects.create(name="After")
    assert list(Entry.objects.filter(label__in=["Before", "After"]).order_by("id").values_list("who", flat=True)) == [
        "", "robot",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_nothing_sticks_to_the_connection_in_autocommit():
    trail = Trail()
    with acting(ALICE):
        Department.objects.create(name="Hers")
    by_hand("INSERT INTO accounts_department (name, name_zh) VALUES ('By hand', '')")
    Department.objects.create(name="The process's")
    hers, by_psql, ours = trail.entries(action="insert")
    assert (hers.who, hers.person, hers.address, hers.door) == ("alice", 7, "192.0.2.7", "page")
    assert by_psql.who.startswith("system:") and (by_psql.person, by_psql.door) == (None, "database")
    assert (ours.who, ours.door) == (actor.process().who, "process")


@pytest.mark.django_db(transaction=True)
def test_nor_after_a_transaction_nor_after_one_that_failed():
    trail = Trail()
    with acting(ALICE), pytest.raises(RuntimeError), transaction.atomic():
        Department.objects.create(name="Gone")
        raise RuntimeError
    with acting(ALICE), transaction.atomic():
        Department.objects.create(name="Hers")
    by_hand("UPDATE accounts_department SET name = 'By hand'")
    assert [(e.who, e.door) for e in trail.entries()][1:] == [(trail.entries()[1].who, "database")]
    assert trail.entries()[0].who == "alice"


@pytest.mark.django_db(transaction=True)
def test_a_rollback_to_a_savepoint_does_not_forget_who_it_is():
    trail = Trail()
    with acting(ALICE), transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            Department.objects.create(name="Gone")
            raise RuntimeError
        Department.objects.create(name="Hers")
    assert trail.one().who == "alice"


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_mix_who_they_are():
    trail = Trail()
    meet = threading.Barrier(2, timeout=60)

    def write(name: str) -> None:
        with acting(Actor(name, None, "", "page")):
            for number in range(20):
                meet.wait()
                Department.objects.create(name=f"{name} {number}")
        connection.close()

    threads = [threading.Thread(target=write, args=[name]) for name in ("ann", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(trail.entries()) == 40
    assert all(entry.label.startswith(f"{entry.who} ") for entry in trail.entries())


HOSTILE = ["o'neill", '100%s "quoted" %(x)s', "back\\slash\\u0000", "nul\x00 half\ud800", "张三 🙂"]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_breaks_out_of_the_statement(name, trail):
    with acting(Actor(name, None, name, "page")):
        Department.objects.create(name="Plain")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_department SET name_zh = '100%'")
    assert {entry.who for entry in trail.entries(kind="accounts_department")} == {actor.plain(name)}


def test_statements_in_many_forms_say_who_it_is(db):
    trail = Trail()
    with acting(ALICE), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO accounts_department (name, name_zh) VALUES (%s, '50%%')", [["a"], ["b"]])
        cursor.execute(sql.SQL("UPDATE {} SET name_zh = 'x'").format(sql.Identifier("accounts_department")))
        made = [("c", ""), ("d", "")]
        execute_values(cursor.cursor, "INSERT INTO accounts_department (name, name_zh) VALUES %s", made)
        gone = "WITH gone AS (DELETE FROM accounts_department RETURNING id)"
        cursor.execute(f"/* why */ {gone} SELECT count(*) FROM gone")
        assert cursor.fetchone() == (4,)
    assert len(trail.entries()) == 10 and {entry.who for entry in trail.entries()} == {"alice"}


def test_what_watches_djangos_statements_sees_them_as_they_were_written(db):
    seen = []
    with acting(ALICE), connection.execute_wrapper(lambda run, sql, *rest: (seen.append(sql), run(sql, *rest))[1]):
        PauseReason.objects.create(code="seen")
    assert seen[0].startswith("INSERT INTO")


@pytest.mark.parametrize(
    "words, who, door",
    [
        (["manage.py", "seed_demo"], "system:seed_demo", "command"),
        (["/srv/manage.py", "shell", "-c", "…"], "system:shell", "shell"),
        (["/srv/.venv/bin/uvicorn", "ccsite.asgi:application"], "system:uvicorn", "process"),
        (["/x/site-packages/uvicorn/__main__.py", "a"], "system:uvicorn", "process"),
        (["/x/site-packages/celery/__main__.py", "-A", "ccsite.celery", "worker"], "system:worker", "process"),
        (["/srv/.venv/bin/celery", "-A", "ccsite.celery", "beat"], "system:beat", "process"),
        ([""], "system:python", "process"),
    ],
)
def test_a_process_has_a_name_of_its_own(words, who, door, monkeypatch):
    monkeypatch.setattr("sys.argv", words)
    actor.process.cache_clear()
    try:
        assert (actor.process().who, actor.process().door) == (who, door)
        assert actor.process().address
    finally:
        actor.process.cache_clear()
