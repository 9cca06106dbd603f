"""Each change of a row that people configure or edit leaves an entry, whichever way it is made."""

import pytest
from django.db import connection

from crm.accounts.models import Department, User
from crm.calls.models import CallRecord
from crm.customers.models import Customer
from crm.telephony.models import Disposition, Queue, QueueMember


def test_an_insert_tells_what_was_written(trail):
    made = Department.objects.create(name="Night desk", name_zh="夜班")
    entry = trail.one()
    assert (entry.action, entry.kind, entry.object) == ("insert", "accounts_department", str(made.pk))
    assert entry.label == "Night desk · 夜班"
    assert entry.before is None
    assert entry.after == {"id": made.pk, "name": "Night desk", "name_zh": "夜班"}


def test_an_update_tells_only_what_changed(cast, trail):
    cast.support.service_level_s = 30
    cast.support.save()
    entry = trail.one()
    assert (entry.action, entry.kind, entry.label) == ("update", "telephony_queue", "support · Support · 客服")
    assert (entry.before, entry.after) == ({"service_level_s": 15}, {"service_level_s": 30})


def test_a_save_that_changes_nothing_leaves_nothing(cast, trail):
    cast.support.save()
    Queue.objects.update(head_start_s=0)
    assert not trail.entries()


def test_a_delete_tells_what_was_there(cast, trail):
    member = QueueMember.objects.get(queue=cast.sales)
    member.delete()
    entry = trail.one()
    assert (entry.action, entry.label) == ("delete", "sales · Sales · carol · Carol")
    assert entry.before["tier"] == 1 and entry.after is None


def test_updates_in_bulk_leave_an_entry_for_each_row(cast, trail):
    assert User.objects.filter(department=cast.alice.department).update(caller_number="4001") == 3
    assert {entry.label for entry in trail.entries(action="update")} == {"alice · Alice", "bob · Bob", "sofia · Sofia"}


def test_so_do_inserts_in_bulk_and_statements_by_hand(cast, trail):
    Customer.objects.bulk_create([Customer(name="Ann"), Customer(name="Ben")])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET company = upper(company) WHERE company LIKE %s", ["Harbour%"])
        cursor.execute("DELETE FROM customers_customer WHERE name = 'Ann' OR name LIKE '%enn'")
    assert [(e.action, e.label) for e in trail.entries()] == [
        ("insert", "Ann"), ("insert", "Ben"), ("update", "Mei Zhang · HARBOUR BOOKS"), ("delete", "Ann"),
    ]  # fmt: skip
    assert trail.entries()[2].before == {"company": "Harbour Books"}


def test_what_goes_with_a_row_leaves_entries_too(cast, trail):
    cast.caller.delete()
    assert [(e.kind, e.action) for e in trail.entries()] == [
        ("customers_customernumber", "delete"), ("customers_customer", "delete"),
    ]  # fmt: skip
    assert len({entry.transaction for entry in trail.entries()}) == 1


def test_an_emptied_table_is_told(cast, trail):
    connection.check_constraints()  # those that wait for the commit keep a table from being emptied
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE telephony_route")
    entry = trail.one()
    assert (entry.action, entry.kind) == ("truncate", "telephony_route")


def test_what_was_rolled_back_was_never_there(cast, trail):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        Department.objects.create(name="Nowhere")
        raise RuntimeError
    assert not trail.entries()


def test_a_password_is_told_as_changed_and_never_by_its_value(cast, trail):
    cast.alice.set_password("a-new-password-of-hers")
    cast.alice.display_name = "Alice B"
    cast.alice.save()
    entry = trail.one()
    assert entry.before == {"password": "changed", "display_name": "Alice"}
    assert entry.after == {"password": "changed", "display_name": "Alice B"}
    assert trail.entries(label__contains="md5") == []


def test_a_new_user_shows_no_password(cast, trail):
    User.objects.create_user("dora", password="something-long-enough")
    assert trail.one(kind="accounts_user").after["password"] == "changed"


def test_signing_in_is_an_event_and_no_change_of_the_row(cast, trail):
    User.objects.filter(pk=cast.alice.pk).update(last_login="2026-11-22T00:00Z")
    assert not trail.entries()


def test_what_people_write_on_calls_is_told_and_what_the_recorder_writes_is_not(cast, trail):
    record = CallRecord.objects.create(call_id="c-1", number="15401400001", agent="alice")
    CallRecord.objects.filter(call_id="c-1").update(wait_ms=1000, number_e164="+8615401400001")
    assert not trail.entries()
    resolved = Disposition.objects.get(code="resolved")
    record.note, record.disposition = "Wants a call back", resolved
    record.save(update_fields=["note", "disposition"])
    entry = trail.one()
    assert (entry.kind, entry.object, entry.label) == ("calls_callrecord", "c-1", "15401400001 · c-1")
    assert entry.after == {"note": "Wants a call back", "disposition_id": resolved.pk}


def test_a_deleted_call_is_told_if_somebody_had_written_on_it(cast, trail):
    CallRecord.objects.create(call_id="c-1")
    CallRecord.objects.create(call_id="c-2", note="Important")
    trail.forget()
    CallRecord.objects.all().delete()
    assert [(e.action, e.object, e.before) for e in trail.entries()] == [("delete", "c-2", {"note": "Important"})]
