"""A file holds what the list finds, as its orderer may see it when it is written, and is hers alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import AsyncClient
from django.utils import timezone, translation

from crm.access.holding import forget
from crm.accounts.models import Role, User
from crm.audit.models import Entry
from crm.calls import tasks
from crm.calls.exports import writing
from crm.calls.exports.asking import export_ask
from crm.calls.exports.files import SHELF, exports_erase
from crm.calls.filters import filters
from crm.calls.lists.columns import COLUMNS
from crm.calls.models import CallExport, CallRecord
from crm.calls.selectors import calls_found
from crm.sheets.orders.asking import order_cancel
from crm.sheets.orders.writing import BEGUN_AT_MOST
from tests.crm.audit.test_export import read_csv, read_xlsx

from .calls import call, many, rang

State = CallExport.State


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"
    return settings.EXPORTS_DIR


def ask(user: User, asked=None, *, form="csv", columns=("call_id",), language="en", **more) -> CallExport:
    with translation.override(language):
        return export_ask(user=user, form=form, asked=filters(asked or {}), columns=columns, **more)


def rows(export: CallExport) -> list[list[str]]:
    """Of the finished file, its head first."""
    export.refresh_from_db()
    assert export.state == State.READY, export.state
    data = SHELF.file(export).read_bytes()
    return read_csv(data) if export.form == "csv" else read_xlsx(data)[0]


def ids(export: CallExport) -> list[str]:
    return [row[0] for row in rows(export)[1:]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("asked", [{}, {"number": "0001"}, {"waited": "1"}, {"note": "=1"}, {"queue": "none"}])
def test_it_holds_what_the_list_finds_in_its_order(cast, monkeypatch, form, asked):
    monkeypatch.setattr(writing, "CHUNK", 7)
    many(120)
    made = ask(cast.ada, asked, form=form)
    tasks.exports()
    found = calls_found(cast.ada, **filters(asked).query()).order_by("-arrived_at", "-call_id")
    assert ids(made) == list(found.values_list("call_id", flat=True))
    assert (made.expected, made.written, made.size) == (len(found), len(found), SHELF.file(made).stat().st_size)


def test_all_columns_in_her_language(cast):
    call(
        "a", agent="alice", queue="support", talk_ms=57_000, wait_ms=13_040, hold_ms=0, ended_by="customer",
        hangup_cause="NORMAL_CLEARING", customer=cast.caller, caller_name="154 0140 0001", note="asks", node="fs1",
    )  # fmt: skip
    rang("a", ms=3000)
    rang("a", ms=20_000, agent="bob", offer="missed")
    english = ask(cast.sofia, columns=[column.code for column in COLUMNS])
    chinese = ask(cast.sofia, columns=["queue", "result"], language="zh-hans")
    tasks.exports()
    head, row = rows(english)
    told = dict(zip(head, row, strict=True))
    assert told | {
        "Arrived": "2026-09-16 09:00:00", "Customer": "Mei Zhang", "Number": "154****0001",
        "Name sent": "154****0001", "Direction": "inbound", "Queue": "Support", "Agent": "Alice",
        "Agent's login": "alice", "Department": "Support", "Result": "answered", "Ended": "2026-09-16 09:01:00",
        "Ended by": "the caller", "Cause": "hung up normally", "Waited (s)": "13.0", "Rang (s)": "23.0",
        "Talk (s)": "57.0", "Hold (s)": "0.0", "Wrap-up (s)": "", "Outcome": "", "Note": "asks", "Switch": "fs1",
    } == told  # fmt: skip
    assert rows(chinese)[1] == ["客服", "已接通"] or rows(chinese)[1][0] == "客服"


def test_the_number_that_the_page_shows_under_the_customer_has_a_column(cast):
    call("a")
    made = ask(cast.sofia, columns=["customer"])
    tasks.exports()
    assert rows(made) == [["Customer", "Number"], ["", "154****0001"]]


def test_no_cell_is_a_formula(cast):
    call("a", note="=cmd|' /C calc'!A1", caller_name="+1+1", number="")
    made = ask(cast.ada, columns=["note", "caller_name"])
    tasks.exports()
    assert rows(made)[1] == ["'+1+1", "'=cmd|' /C calc'!A1"]


def test_each_gets_her_own_calls_and_numbers_as_she_sees_them(cast):
    for name in ("alice", "bob", "carol"):
        call(name, agent=name)
    agents, sofia, ada = (ask(user, columns=["caller", "call_id"]) for user in (cast.alice, cast.sofia, cast.ada))
    tasks.exports()
    assert rows(agents)[1:] == [["154****0001", "alice"]]
    assert sorted(row[1] for row in rows(sofia)[1:]) == ["alice", "bob"]
    assert sorted(rows(ada)[1:]) == [["154 0140 0001", name] for name in ("alice", "bob", "carol")]


def test_what_she_may_see_is_decided_when_it_is_written(cast):
    call("alice", agent="alice")
    call("carol", agent="carol")
    made = ask(cast.ada, columns=["caller", "call_id"])
    cast.ada.roles.set([Role.objects.get(code="supervisor")])
    cast.ada.department = cast.carol.department
    cast.ada.save()
    tasks.exports()
    assert rows(made)[1:] == [["154****0001", "carol"]]


def test_the_narrower_of_seeing_and_exporting_counts(cast):
    call("alice", agent="alice")
    call("bob", agent="bob")
    only = Role.objects.create(code="reader", name="Reader", scope="all", permissions=["calls.see"])
    cast.alice.roles.add(only)
    forget(cast.alice)
    made = ask(cast.alice)
    tasks.exports()
    assert calls_found(cast.alice).count() == 2 and ids(made) == ["alice"]


@pytest.mark.parametrize("how", ["left", "no longer allowed"])
def test_who_may_no_longer_export_gets_nothing(cast, how):
    call("alice", agent="alice")
    made = ask(cast.alice, {"number": "15401400001"})
    if how == "left":
        User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    else:
        cast.alice.roles.clear()
    tasks.exports()
    made.refresh_from_db()
    assert (made.state, made.reason, made.filters) == (State.FAILED, "not_allowed", {})
    assert not SHELF.folder(made).exists()


def test_the_ticked_ones_and_no_more(cast):
    for name in ("alice", "bob", "carol"):
        call(name, agent=name)
    made = ask(cast.sofia, {"queue": "none"}, calls=["alice", "carol", "unknown", "\x00"])
    tasks.exports()
    assert ids(made) == ["alice"]
    made.refresh_from_db()
    assert made.calls == []


def test_it_takes_the_permission_a_known_form_and_patience(cast):
    cast.bob.roles.set([])
    forget(cast.bob)
    with pytest.raises(PermissionDenied):
        ask(cast.bob)
    with pytest.raises(ValidationError):
        ask(cast.ada, form="exe")
    for _n in range(3):
        ask(cast.ada)
    with pytest.raises(ValidationError):
        ask(cast.ada)
    assert CallExport.objects.count() == 3


def test_cancelled_while_it_is_written_it_stops_and_leaves_nothing(cast, monkeypatch, place):
    monkeypatch.setattr(writing, "CHUNK", 5)
    many(50)
    made = ask(cast.ada, {"number": "00001"})
    other = ask(cast.ada)
    told = []

    def cancel(order):
        order.refresh_from_db()
        told.append((order.pk, order.written))
        if told[-1] == (other.pk, 10):
            assert not order_cancel(shelf=SHELF, user=cast.sofia, order_id=other.pk)
            assert order_cancel(shelf=SHELF, user=cast.ada, order_id=other.pk)

    writing.WRITER.write_all(between=cancel)
    other.refresh_from_db()
    assert other.state == State.CANCELLED
    assert told == [(made.pk, 0), (made.pk, 1), (made.pk, 1), (other.pk, 0), (other.pk, 5), (other.pk, 10)]
    assert ids(made) == ["c1"] and [path.name for path in place.iterdir()] == [str(made.pk)]
    assert not order_cancel(shelf=SHELF, user=cast.ada, order_id=made.pk)


def test_after_a_day_the_file_is_gone(client, cast):
    call("a")
    made = ask(cast.ada)
    tasks.exports()
    client.force_login(cast.ada)
    assert client.get(f"/calls/exports/{made.pk}/file/").status_code == 200
    CallExport.objects.update(finished_at=timezone.now() - timedelta(hours=24, minutes=1))
    tasks.exports()
    made.refresh_from_db()
    assert made.state == State.EXPIRED and not SHELF.folder(made).exists()
    assert client.get(f"/calls/exports/{made.pk}/file/").status_code == 404
    CallExport.objects.update(finished_at=timezone.now() - timedelta(days=31))
    tasks.exports()
    assert not CallExport.objects.exists()


def test_only_who_ordered_it_fetches_it_and_each_time_is_told(client, cast):
    call("a")
    made = ask(cast.sofia)
    tasks.exports()
    for user in (cast.ada, cast.alice):
        client.force_login(user)
        assert client.get(f"/calls/exports/{made.pk}/file/").status_code == 404
        assert client.post(f"/calls/exports/{made.pk}/cancel/").status_code == 404
    client.force_login(cast.sofia)
    answer = client.get(f"/calls/exports/{made.pk}/file/")
    assert b"".join(answer.streaming_content).endswith(b"a\r\n") and "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith('attachment; filename="calls-')
    entries = Entry.objects.filter(kind="calls_callexport", object=str(made.pk)).order_by("id")
    assert [(one.action, one.who) for one in entries][-1] == ("export.fetched", "sofia")
    assert entries[0].action == "export.made"


def test_the_trail_says_what_was_asked_for_but_not_who_somebody_is(cast):
    ask(cast.ada, {"number": "15401400001", "note": "Mei Zhang", "queue": "support"})
    told = Entry.objects.filter(action="export.made").latest("id").after
    assert told["filters"] == {"number": "154****0001", "note": "…", "queue": "support"}


def test_what_is_through_no_longer_says_whom_it_asked_for(cast):
    made = ask(cast.ada, {"number": "15401400001", "queue": "support"})
    tasks.exports()
    made.refresh_from_db()
    assert (made.state, made.filters) == (State.READY, {"queue": "support"})


def test_an_erasure_takes_every_file_with_it(cast):
    call("a")
    done = ask(cast.ada)
    tasks.exports()
    asking, waiting = ask(cast.ada, {"number": "15401400001"}), ask(cast.ada)
    writes = ask(cast.sofia)
    CallExport.objects.filter(pk=writes.pk).update(state=State.WRITING)
    exports_erase()
    states = {one: CallExport.objects.get(pk=one.pk).state for one in (done, asking, waiting, writes)}
    assert list(states.values()) == [State.EXPIRED, State.CANCELLED, State.WAITING, State.WAITING]
    assert not SHELF.folder(done).exists() and CallExport.objects.get(pk=asking.pk).filters == {}


def test_a_full_disk_is_told_and_the_next_order_is_written(cast, settings, tmp_path):
    call("a")
    (tmp_path / "file").write_text("no folder")
    settings.EXPORTS_DIR = tmp_path / "file"
    made = ask(cast.ada)
    tasks.exports()
    made.refresh_from_db()
    assert (made.state, made.reason) == (State.FAILED, "disk")
    settings.EXPORTS_DIR = tmp_path / "again"
    after = ask(cast.ada)
    tasks.exports()
    assert ids(after) == ["a"]


def test_what_kills_its_worker_each_time_is_given_up(cast):
    made = ask(cast.ada)
    CallExport.objects.update(state=State.WRITING, begun=BEGUN_AT_MOST)
    after = ask(cast.ada)
    tasks.exports()
    made.refresh_from_db()
    assert (made.state, made.reason) == (State.FAILED, "given_up") and rows(after)


def test_one_writes_at_a_time(cast):
    made = ask(cast.ada)
    copy = connection.copy()
    try:
        with copy.cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s)", [writing.LOCK])
            tasks.exports()
            made.refresh_from_db()
            assert made.state == State.WAITING
            # Said, not left to close(): the lock of a closed connection stands until its server process ends.
            other.execute("SELECT pg_advisory_unlock(%s)", [writing.LOCK])
    finally:
        copy.close()
    tasks.exports()
    assert rows(made)


def test_the_page_orders_what_it_shows(client, cast):
    for name in ("alice", "bob"):
        call(name, agent=name, queue="support")
    client.force_login(cast.sofia)
    form = {"agent": "alice", "columns": "queue,call_id", "back": "?agent=alice", "form": "csv"}
    assert client.post("/calls/exports/", form).url == "/calls/?agent=alice"
    assert client.post("/calls/exports/", form | {"form": "exe"}).status_code == 302
    made = CallExport.objects.get()
    assert (made.filters, made.columns) == ({"agent": "alice"}, ["queue", "call_id"])
    assert "data-pending" in client.get("/calls/exports/").content.decode()
    tasks.exports()
    assert rows(made)[1:] == [["客服", "alice"]] or rows(made)[1:] == [["Support", "alice"]]
    assert f"/calls/exports/{made.pk}/file/" in client.get("/calls/exports/").content.decode()
    assert CallRecord.objects.count() == 2


@pytest.fixture
def written(transactional_db, cast):
    call("a")
    made = ask(cast.ada)
    tasks.exports()
    return made


@pytest.mark.django_db(transaction=True)
async def test_over_asgi_it_is_handed_out_piece_by_piece(cast, written):
    client = AsyncClient()
    await client.aforce_login(cast.ada)
    answer = await client.get(f"/calls/exports/{written.pk}/file/")
    assert answer.is_async
    data = b"".join([piece async for piece in answer.streaming_content])
    assert read_csv(data)[1:] == [["a"]] and int(answer["Content-Length"]) == len(data)
