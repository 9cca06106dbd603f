"""Taking customers into a campaign."""

import contextlib

import pytest
from django.db import InterfaceError, OperationalError, connection

from crm.alone import alone
from crm.campaigns.leads import filling
from crm.campaigns.leads.filling import fill_run, fill_step
from crm.campaigns.models import ClosedNumber, Fill, Lead
from crm.customers.models import Customer, Package, PackageCustomer
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from tests.crm.campaigns.attempts.test_making import at_once
from tests.crm.campaigns.people import AT, campaign_of, customer_of, lead_of


def fill_of(user, campaign=None, **more) -> Fill:
    return Fill.objects.create(campaign=campaign or campaign_of(), owner=user, **more)


def done(fill: Fill) -> Fill:
    fill_run(AT)
    fill.refresh_from_db()
    return fill


@pytest.fixture
def people(cast):
    """Twelve, each with a number of her own."""
    Customer.objects.all().delete()
    return [customer_of(f"+86138000001{place:02}") for place in range(12)]


def test_all_whom_she_sees_and_each_one_that_is_not_taken_has_its_reason(cast, people) -> None:
    campaign = campaign_of()
    lead_of(campaign, "+8613800000100", customer=people[0])
    line = typed_number("+8613800000101"), {"list": "no_call", "way": "out", "reason": "asked"}
    entries_add(user=cast.ada, lines=[line])
    ClosedNumber.objects.create(number="+8613800000102", customer=people[2], why="invalid")
    customer_of()
    customer_of("+870123456789")  # nobody knows where she is
    fill = done(fill_of(cast.ada, campaign, priority=4))
    assert (fill.state, fill.total, fill.done_at) == ("done", 14, AT)
    assert fill.counts == {"taken": 9, "already": 1, "listed": 1, "closed": 1, "no_number": 2}
    taken = Lead.objects.filter(fill=fill)
    assert set(taken.values_list("state", "zone", "due_at", "priority")) == {("open", "Asia/Shanghai", AT, 4)}


def test_the_first_number_that_is_of_use(cast) -> None:
    numbers = ["+8613800000001", "+8613800000002", "+442079460001"]
    customer = customer_of(*numbers)
    ClosedNumber.objects.create(number=numbers[0], customer=customer, why="wrong_party")
    entries_add(user=cast.ada, lines=[(typed_number(numbers[1]), {"list": "black", "way": "both", "reason": "no"})])
    done(fill_of(cast.ada, customers=[customer.pk]))
    lead = Lead.objects.get(customer=customer)
    assert (lead.number, lead.zone) == (numbers[2], "Europe/London")


def test_a_filter_a_package_or_ticked_ones(cast, people) -> None:
    Customer.objects.filter(pk=people[3].pk).update(level="gold")
    package = Package.objects.create(name="p", file_name="p.csv", form="csv", owner=cast.ada)
    PackageCustomer.objects.bulk_create(
        PackageCustomer(package=package, customer=one, row=row) for row, one in enumerate(people[5:9], 1)
    )
    assert done(fill_of(cast.ada, filters={"level": ["gold"]})).counts == {"taken": 1}
    assert done(fill_of(cast.ada, package=package)).counts == {"taken": 4}
    assert done(fill_of(cast.ada, customers=[people[0].pk, people[1].pk])).counts == {"taken": 2}


def test_only_those_whom_its_owner_may_see(cast, people) -> None:
    Customer.objects.filter(pk__in=[people[0].pk, people[1].pk]).update(owner=cast.alice)
    Customer.objects.filter(pk__in=[one.pk for one in people[2:]]).update(owner=cast.carol)
    role = cast.sofia.roles.get()
    role.permissions = [*role.permissions, "campaigns.manage"]
    role.save()
    fill = done(fill_of(cast.sofia))
    assert (fill.state, fill.counts.get("taken", 0)) == ("done", 2)


def test_an_owner_who_may_not_any_more_and_a_campaign_that_has_ended(cast, people) -> None:
    fill = done(fill_of(cast.alice))
    assert (fill.state, fill.reason, Lead.objects.count()) == ("failed", "not_allowed", 0)
    fill = done(fill_of(cast.ada, campaign_of(state="ended")))
    assert (fill.state, fill.reason) == ("failed", "ended")


def test_where_a_worker_died_the_next_one_goes_on(cast, people) -> None:
    fill = fill_of(cast.ada)
    assert fill_step(fill.pk, AT, chunk=5)
    assert fill_step(fill.pk, AT, chunk=5)
    fill.refresh_from_db()
    assert (fill.state, fill.upto, fill.counts) == ("working", people[9].pk, {"taken": 10})
    assert fill_run(AT, chunk=5) == 1
    fill.refresh_from_db()
    assert (fill.state, fill.counts, Lead.objects.count()) == ("done", {"taken": 12}, 12)


def test_one_that_cannot_be_carried_out_does_not_keep_the_others_back(cast, people) -> None:
    bad, good = fill_of(cast.ada, customers=["nobody"]), fill_of(cast.ada)
    assert done(good).state == "done"
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == ("failed", "error")


@pytest.mark.django_db(transaction=True)
def test_while_one_is_at_it_another_leaves_at_once(cast, people) -> None:
    fill_of(cast.ada)
    with alone(filling.LOCK) as mine:
        assert mine
        assert at_once(lambda: fill_run(AT)) == [0]
    assert fill_run(AT) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_chunk_at_once_take_each_customer_once(cast, people) -> None:
    fill = fill_of(cast.ada)
    at_once(*[lambda: fill_step(fill.pk, AT, chunk=4) for _each in range(4)])
    while fill_step(fill.pk, AT, chunk=4):
        pass
    fill.refresh_from_db()
    assert (fill.counts, Lead.objects.count()) == ({"taken": 12}, 12)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_leaves_the_order_to_the_next_run(cast, people, monkeypatch) -> None:
    fill, take = fill_of(cast.ada), filling.customers_of

    def cut(order: Fill):
        with connection.cursor() as cursor, contextlib.suppress(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return take(order)

    monkeypatch.setattr(filling, "customers_of", cut)
    with pytest.raises((OperationalError, InterfaceError)):
        fill_run(AT)
    monkeypatch.undo()
    connection.close()
    assert done(fill).counts == {"taken": 12}
