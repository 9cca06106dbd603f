"""A worker may die anywhere: the next one goes on where it stopped, and nothing is imported twice."""

import pytest
from django.db import connection

from crm.customers.imports import running
from crm.customers.imports.asking import package_cancel, package_import, package_undo
from crm.customers.imports.badrows import bad_rows
from crm.customers.imports.running import packages_run
from crm.customers.imports.selectors import package_customers
from crm.customers.models import Customer, CustomerNumber, PackageCustomer
from tests.crm.calls.test_process import until

ROWS = [
    ["Name", "Number", "Company"],
    *([f"P{n}", f"138010030{n:02}", f"Firm {n % 3}"] for n in range(9)),
    ["bad", "x", ""], ["again", "13801003001", ""], ["last", "13801003050", "firm 1"],
]  # fmt: skip


class Killed(BaseException):
    """As SIGKILL: nothing is tidied up."""


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)


@pytest.mark.parametrize("at", range(1, 6))
def test_what_was_left_is_done_once(cast, tried, small, at):
    made = tried(cast.ada, ROWS)
    package_import(user=cast.ada, package_id=made.pk)
    left = [at]

    def die(_package):
        left[0] -= 1
        if not left[0]:
            raise Killed

    with pytest.raises(Killed):
        packages_run(between=die)
    made.refresh_from_db()
    assert (made.state, made.done) == ("working", 2 * at)
    packages_run()
    made.refresh_from_db()
    assert (made.state, made.counts) == ("done", {"added": 10, "companies": 3, "wrong": 1, "twice": 1})
    assert CustomerNumber.objects.filter(number__startswith="+86138010030").count() == 10
    assert package_customers(made.pk).count() == 10
    assert [one.row for one in bad_rows(made)] == [11, 12]
    assert Customer.objects.filter(kind="company", name__startswith="Firm").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_chunk_is_decided_beside_the_one_that_is_written(cast, tried, small):
    """Outside of a test's transaction: by a thread, whose connection is closed behind it."""
    made = tried(cast.ada, ROWS)
    package_import(user=cast.ada, package_id=made.pk)
    before = connections()
    packages_run()
    made.refresh_from_db()
    assert (made.state, made.counts) == ("done", {"added": 10, "companies": 3, "wrong": 1, "twice": 1})
    assert package_customers(made.pk).count() == 10 and [one.row for one in bad_rows(made)] == [11, 12]
    until(lambda: connections() <= before)  # one more for each thread that left its own


def connections() -> set[int]:
    """Those to the tests' database, some of them of servers that other tests left running; the server ends one a
    moment after it was closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


def test_a_chunk_that_fails_leaves_nothing_of_itself(cast, tried, small, monkeypatch):
    made = tried(cast.ada, ROWS)
    package_import(user=cast.ada, package_id=made.pk)
    whole = running.BadBook.add

    def die(self, lines):
        if lines[0].row > 2:
            raise Killed
        whole(self, lines)

    monkeypatch.setattr(running.BadBook, "add", die)
    with pytest.raises(Killed):
        packages_run()
    made.refresh_from_db()
    assert made.done == PackageCustomer.objects.filter(package=made, named=False).count() == 2


def test_one_that_is_cancelled_stops_at_the_next_chunk_and_can_be_undone(cast, tried, small):
    made = tried(cast.ada, ROWS)
    before = Customer.objects.count()
    package_import(user=cast.ada, package_id=made.pk)
    packages_run(between=lambda package: package_cancel(user=cast.ada, package_id=package.pk))
    made.refresh_from_db()
    assert (made.state, made.done, package_customers(made.pk).count()) == ("cancelled", 2, 2)
    package_undo(user=cast.ada, package_id=made.pk)
    packages_run()
    made.refresh_from_db()
    assert made.state == "undone" and Customer.objects.count() == before


def test_one_that_kills_its_worker_each_time_is_given_up(cast, tried, small):
    made = tried(cast.ada, ROWS)
    package_import(user=cast.ada, package_id=made.pk)

    def die(_package):
        raise Killed

    type(made).objects.filter(pk=made.pk).update(begun=running.BEGUN_AT_MOST, state="working")
    packages_run(between=die)
    made.refresh_from_db()
    assert (made.state, made.reason) == ("failed", "given_up")


def test_who_lost_the_right_imports_no_more(cast, tried):
    made = tried(cast.ada, ROWS)
    package_import(user=cast.ada, package_id=made.pk)
    cast.ada.roles.clear()
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(is_superuser=False)
    packages_run()
    made.refresh_from_db()
    assert (made.state, made.reason) == ("failed", "not_allowed")
    assert not CustomerNumber.objects.filter(number="+8613801003000").exists()
