"""The chain: nothing of the trail can be changed, and what is changed by force is found."""

import json
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction

from crm.accounts.models import Department
from crm.alarms.models import Alarm
from crm.audit import anchors, chain
from crm.audit.check import check
from crm.audit.models import Entry, Link
from crm.audit.tasks import check_and_alarm
from crm.customers.models import Customer
from tests.crm.audit.trail import by_hand, unguarded

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = Path("/nonexistent/anchors")


@pytest.fixture(autouse=True)
def empty(chain):
    """Each story begins with an empty trail."""


@pytest.fixture
def file(tmp_path, settings) -> Path:
    settings.AUDIT_ANCHORS = tmp_path / "state" / "anchors.jsonl"
    return settings.AUDIT_ANCHORS


def written(count: int) -> list[int]:
    for number in range(count):
        Department.objects.create(name=f"Department {number}", name_zh="部门")
    return list(Entry.objects.order_by("id").values_list("id", flat=True))


def first_wrong(file: Path = NOWHERE) -> str:
    found = check(file).first
    return found[0] % found[1] if found else ""


@pytest.mark.parametrize("table", ["audit_entry", "audit_link"])
@pytest.mark.parametrize("how", ["UPDATE {} SET {} = 1", "DELETE FROM {}", "DELETE FROM {} WHERE false", "TRUNCATE {}"])
def test_the_application_cannot_change_what_was_written(table, how):
    written(2)
    chain.seal()
    statement = how.format(table, {"audit_entry": "person", "audit_link": "entry_id"}[table])
    with pytest.raises(Error, match="only ever appended to"), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(Error, match="only ever appended to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # turns ordinary triggers off
        cursor.execute(statement)
    assert not first_wrong()


def test_nor_by_the_models():
    written(1)
    with pytest.raises(Error, match="only ever appended to"):
        Entry.objects.update(who="somebody else")
    with pytest.raises(Error, match="only ever appended to"):
        Entry.objects.get().delete()


def test_nobody_chooses_the_time_or_the_digest_of_an_entry():
    by_hand(
        "INSERT INTO audit_entry (at, who, address, door, action, transaction, values_digest, digest) "
        "VALUES ('2001-01-01', 'alice', '', 'page', 'login.done', 1, '', '')"
    )
    assert Entry.objects.get().at.year > 2001
    assert not first_wrong()


def test_every_entry_gets_its_link_and_the_check_is_content():
    ids = written(7)
    assert chain.seal() == 7 and chain.seal() == 0
    assert list(Link.objects.order_by("seq").values_list("seq", "entry_id")) == list(enumerate(ids, 1))
    verdict = check(NOWHERE)
    assert (verdict.entries, verdict.wrong, verdict.tip.seq) == (7, 0, 7)


def test_more_than_a_batch(monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 3)
    monkeypatch.setattr("crm.audit.check.BATCH", 2)
    written(8)
    assert chain.seal() == 8
    assert check(NOWHERE).entries == 8 and not first_wrong()


@pytest.mark.parametrize("value", [None, "", "张三 🙂", 'quote" \\ back', "1e3", "a\nb\tc", "<b>"])
def test_the_digest_that_the_database_makes_is_the_one_that_is_checked(value):
    told = json.dumps({"x": value, "n": 1.50, "l": [1, {"a": None}]})
    by_hand(
        "INSERT INTO audit_entry (who, address, door, action, label, before) VALUES (%s, %s, %s, %s, %s, %s)",
        [value or "", value or "", "page", "login.done", value or "", told],
    )
    assert not first_wrong() and check(NOWHERE).entries == 1


def test_a_deleted_entry_is_named():
    ids = written(5)
    chain.seal()
    with unguarded("audit_entry"):
        by_hand("DELETE FROM audit_entry WHERE id = %s", [ids[2]])
    assert first_wrong() == f"Entry {ids[2]} is gone: somebody took it out of the trail."


def test_an_entry_that_was_deleted_before_it_was_sealed_is_named():
    ids = written(3)
    with unguarded("audit_entry"):
        by_hand("DELETE FROM audit_entry WHERE id = %s", [ids[1]])
    assert first_wrong() == f"Entry {ids[1]} is gone: somebody took it out of the trail."


def test_an_entry_deleted_together_with_its_link_is_missed():
    ids = written(5)
    chain.seal()
    with unguarded("audit_entry", "audit_link"):
        by_hand("DELETE FROM audit_entry WHERE id = %s", [ids[2]])
        by_hand("DELETE FROM audit_link WHERE entry_id = %s", [ids[2]])
    assert first_wrong() == "Link 3 of the chain is gone, and its entry with it."


@pytest.mark.parametrize(
    "change, what",
    [
        ("who = 'somebody'", "who, when, where or what is not as its digest says."),
        ("at = at - interval '1 hour'", "who, when, where or what is not as its digest says."),
        ("after = jsonb_set(after, '{name}', '\"Other\"')", "its values before or after are not those of its digest."),
        ("before = '{}'", "its values before or after are not those of its digest."),
    ],
)
def test_a_changed_entry_is_named(change, what):
    ids = written(5)
    chain.seal()
    with unguarded("audit_entry"):
        by_hand(f"UPDATE audit_entry SET {change} WHERE id = %s", [ids[3]])
    assert first_wrong() == f"Entry {ids[3]} was changed: {what}"
    assert check(NOWHERE).wrong == 1, "the others are still as they were"


def _rewritten(id_: int) -> None:
    """As the trigger would: another name, and both digests anew."""
    by_hand("UPDATE audit_entry SET who = 'somebody' WHERE id = %s", [id_])
    by_hand(f"UPDATE audit_entry e SET digest = sha256(convert_to({chain.HEAD}, 'UTF8')) WHERE id = %s", [id_])


def test_an_entry_rewritten_with_its_digest_breaks_the_chain():
    ids = written(5)
    chain.seal()
    with unguarded("audit_entry"):
        _rewritten(ids[3])
    assert first_wrong() == f"The chain is broken at link 4, entry {ids[3]}."


def test_a_chain_rewritten_from_there_on_is_found_by_the_anchor(file):
    ids = written(5)
    assert not check_and_alarm().first
    assert json.loads(file.read_text())["seq"] == 5
    with unguarded("audit_entry", "audit_link"):
        _rewritten(ids[1])
        by_hand("DELETE FROM audit_link")
    by_hand("INSERT INTO audit_pending SELECT id FROM audit_entry")
    chain.seal()
    assert not first_wrong(), "without the anchors it cannot be told"
    assert first_wrong(file).startswith("Link 5 is not the one that was anchored at ")


def test_an_end_that_was_cut_off_is_found_by_the_anchor(file):
    ids = written(5)
    chain.seal()
    anchors.cast()
    with unguarded("audit_entry", "audit_link"):
        by_hand("DELETE FROM audit_entry WHERE id > %s", [ids[2]])
        by_hand("DELETE FROM audit_link WHERE entry_id > %s", [ids[2]])
    assert not first_wrong()
    assert first_wrong(file).startswith("The chain ends at link 3, but link 5 was anchored at ")


def test_an_entry_that_somebody_took_from_the_sealer_is_named():
    ids = written(2)
    with unguarded("audit_entry"):
        by_hand("DELETE FROM audit_pending WHERE entry_id = %s", [ids[0]])
        assert not first_wrong(), "one of just now may be on its way"
        by_hand("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        by_hand("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = %s", [ids[0]])
    assert first_wrong() == f"Entry {ids[0]} is in no link of the chain."


def test_a_trigger_that_was_turned_off_is_named():
    by_hand("ALTER TABLE telephony_queue DISABLE TRIGGER audit_rows")
    try:
        assert "telephony_queue audit_rows is missing or turned off" in first_wrong()
    finally:
        by_hand("ALTER TABLE telephony_queue ENABLE TRIGGER audit_rows")


def test_after_a_restore_the_anchors_of_what_came_later_do_not_hold(file):
    ids = written(5)
    chain.seal()
    anchors.cast()
    with unguarded("audit_entry", "audit_link"):  # as the rows of a backup are
        by_hand("DELETE FROM audit_entry WHERE id > %s", [ids[2]])
        by_hand("DELETE FROM audit_link WHERE entry_id > %s", [ids[2]])
    call_command("anchor_audit", "--restored")
    written(3)
    assert not check_and_alarm().first
    assert [(one.seq, one.restored) for one in anchors.anchors(file)] == [(3, True), (7, False)]
    assert Entry.objects.filter(action="centre.restored").exists()


def test_a_file_of_anchors_that_was_tampered_with_is_no_clean_bill(file):
    written(1)
    check_and_alarm()
    file.write_text(file.read_text() + "not an anchor\n")
    assert first_wrong(file) == f"The anchors cannot be read: {file}, line 2 is no anchor."


def test_who_commits_late_is_chained_late_and_nobody_is_left_out():
    ready, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            Customer.objects.create(name="Late")
            ready.set()
            assert go.wait(60)
        connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert ready.wait(60)
    Customer.objects.create(name="Early")
    assert chain.seal() == 1
    go.set()
    thread.join()
    assert chain.seal() == 1
    labels = dict(Entry.objects.values_list("id", "label"))
    assert [labels[id_] for id_ in Link.objects.order_by("seq").values_list("entry_id", flat=True)] == ["Early", "Late"]
    assert not first_wrong()


def test_of_two_sealers_one_does_nothing():
    written(3)
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain.LOCK])
            holding.set()
            assert done.wait(60)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(60)
    assert chain.seal() == 0
    done.set()
    thread.join()
    assert chain.seal() == 3


def test_many_who_write_and_seal_at_once_make_one_whole_chain():
    def work(name: str) -> None:
        for number in range(25):
            with transaction.atomic():
                Customer.objects.create(name=f"{name} {number}")
                Customer.objects.create(name=f"{name} {number} too")
            chain.seal()
        connection.close()

    threads = [threading.Thread(target=work, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check(NOWHERE).entries == 200 and not first_wrong()


def test_the_command_says_what_is_wrong_and_ends_with_1(capsys, file):
    ids = written(3)
    call_command("check_audit")
    assert "3 entries" in (said := capsys.readouterr().out) and "All is as it was written." in said
    with unguarded("audit_entry"):
        by_hand("UPDATE audit_entry SET who = 'x'")
    with pytest.raises(SystemExit) as ended:
        call_command("check_audit")
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert f"Entry {ids[0]} was changed" in said and "In all 3 things are wrong." in said


def test_the_nightly_check_raises_an_alarm_and_clears_it(file):
    written(3)
    with unguarded("audit_entry"):
        by_hand("UPDATE audit_entry SET who = 'x' || who")
    check_and_alarm()
    alarm = Alarm.objects.get(code="audit_broken", cleared_at=None)
    assert alarm.params["wrong"] == 3 and not file.exists()
    with unguarded("audit_entry"):
        by_hand("UPDATE audit_entry SET who = substr(who, 2)")
    check_and_alarm()
    assert not Alarm.objects.filter(cleared_at=None).exists() and file.exists()
