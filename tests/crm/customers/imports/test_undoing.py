"""Undone is undone, but for those whom somebody touched since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.audit.models import Entry
from crm.calls.models import CallRecord
from crm.customers import tasks
from crm.customers.editing import customer_change
from crm.customers.imports import undoing
from crm.customers.imports.asking import package_undo
from crm.customers.models import CallerChoice, Customer, CustomerFile
from crm.customers.services import customer_add

NAMES = ("old", "called", "changed", "chosen", "filed", "a")


@pytest.fixture
def undone(monkeypatch):
    """``undone(user, package)``: its counts."""
    monkeypatch.setattr(undoing, "CHUNK", 2)

    def make(user, package):
        package_undo(user=user, package_id=package.pk)
        tasks.imports()
        package.refresh_from_db()
        assert package.state == "undone"
        return package.counts

    return make


def test_those_it_added_go_unless_they_were_touched(cast, imported, undone, fields):
    before = set(Customer.objects.values_list("pk", flat=True))
    made = imported(cast.ada, [
        ["Name", "Number", "Company"],
        *([name, f"138010030{n:02}", "Firm"] for n, name in enumerate(NAMES)),
    ])  # fmt: skip
    hers = {one.name: one for one in Customer.objects.exclude(pk__in=before)}
    now = timezone.now()
    CallRecord.objects.create(call_id="c0", customer=hers["old"], arrived_at=now - timedelta(days=2))
    CallRecord.objects.create(call_id="c1", customer=hers["called"], arrived_at=now)
    customer_change(actor=cast.ada, customer_id=hers["changed"].pk, version=1, fields={"note": "x"})
    CallerChoice.objects.create(call_id="c2", customer=hers["chosen"])
    CustomerFile.objects.create(customer=hers["filed"], field=fields["contract"], name="a", kind="pdf", size=1)
    counts = undone(cast.ada, made)
    told = {name: n for name, n in counts.items() if name.startswith(("removed", "kept"))}
    assert made.done == made.total == len(NAMES)
    assert told == {"removed": 2, "kept_calls": 2, "kept_edits": 1, "kept_used": 2}  # the company has people yet
    left = Customer.objects.exclude(pk__in=before).values_list("name", flat=True)
    assert set(left) == {"called", "changed", "chosen", "filed", "Firm"}
    assert CallRecord.objects.get(call_id="c0").customer is None


def test_those_it_changed_are_as_they_were(cast, imported, undone, fields, project):
    there = customer_add(name="Old", numbers=["13801003001"], note="knows us", company="Old Firm")
    customer_change(actor=cast.ada, customer_id=there.pk, version=1, values={"hobby": "tea"})
    other = customer_add(name="Other", numbers=["13801003002"])
    made = imported(cast.ada, [
        ["Name", "Number", "Second number", "Company", "Level", "Hobby", "Spend"],
        ["New", "13801003001", "13801003009", "New Firm", "gold", "chess", "7"],
        ["Else", "13801003002", "", "", "", "", ""],
    ], same="update", project=project)  # fmt: skip
    customer_change(actor=cast.ada, customer_id=other.pk, version=2, fields={"note": "since"})
    counts = undone(cast.ada, made)
    assert counts["restored"] == counts["removed"] == counts["kept_edits"] == 1
    there.refresh_from_db()
    assert (there.name, there.company, there.level, there.values) == ("Old", "Old Firm", "normal", {"hobby": "tea"})
    assert [row.number for row in there.numbers.all()] == ["+8613801003001"] and not there.projects.exists()
    other.refresh_from_db()
    assert other.name == "Else"
    assert not Customer.objects.filter(name="New Firm").exists()


def test_the_trail_says_who_did_what(cast, imported, undone, trail):
    made = imported(cast.ada, [["Name", "Number"], *([f"P{n}", f"138010030{n:02}"] for n in range(60))])
    added = trail.one(kind="customers_customer", action="insert")
    assert added.who == "ada" and added.door == "task" and added.after["rows"] == 60 and added.object == ""
    assert added.after["last_key"] - added.after["first_key"] == 59
    assert trail.one(kind="customers_customernumber", action="insert").after["rows"] == 60
    told = [entry.action for entry in trail.entries(kind="customers_package")]
    assert told == ["import.made", "import.begun", "import.done"]
    undone(cast.ada, made)
    gone = trail.entries(kind="customers_customer", action="delete")
    assert len(gone) == 60 and gone[0].before["name"] == "P0", "what is taken away is told one by one"
    assert Entry.objects.get(action="import.undone").after["removed"] == 60
