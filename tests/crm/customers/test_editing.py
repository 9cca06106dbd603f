"""Changing customers: who may, what is refused and at which field, and two people at once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.audit.models import Entry
from crm.calls.models import CallRecord
from crm.customers.editing import Stale, customer_change, customer_create
from crm.customers.models import Customer


def change(actor, customer, version=1, **what):
    return customer_change(actor=actor, customer_id=customer.pk, version=version, **what)


def test_a_change_counts_and_says_who(cast, bus):
    changed = change(cast.alice, cast.caller, fields={"note": "moved", "level": "silver"}, numbers=["010 6555 1234"])
    assert (changed.note, changed.level, changed.version, changed.changed_by) == ("moved", "silver", 2, cast.alice)
    assert set(changed.numbers.values_list("number", flat=True)) == {"+8615401400001", "+861065551234"}
    entry = Entry.objects.filter(kind="customers_customer", action="update").latest("id")
    assert set(entry.after) >= {"note", "level"} and "version" not in entry.after


def test_who_comes_second_is_told_and_nothing_is_written(cast, bus):
    change(cast.alice, cast.caller, fields={"note": "alice was here"})
    with pytest.raises(Stale) as stale:
        change(cast.bob, cast.caller, fields={"note": "bob was here"})
    assert stale.value.customer.changed_by == cast.alice
    assert Customer.objects.get(pk=cast.caller.pk).note == "alice was here"


def test_what_changes_nothing_counts_nothing(cast, bus):
    assert change(cast.alice, cast.caller, fields={"name": "Mei Zhang"}).version == 1


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"fields": {"name": ""}}, "name"),
        ({"fields": {"name": "~1"}}, "name"),
        ({"fields": {"level": "platinum"}}, "level"),
        ({"numbers": ["call me"]}, "numbers"),
        ({"numbers": ["1001"]}, "numbers"),
        ({"numbers": [f"154014{n:05}" for n in range(30)]}, "numbers"),
    ],
)
def test_refused_at_the_field(cast, bus, what, field):
    with pytest.raises(ValidationError) as refused:
        change(cast.alice, cast.caller, **what)
    assert list(refused.value.message_dict) == [field]
    assert Customer.objects.get(pk=cast.caller.pk).version == 1 and cast.caller.numbers.count() == 1


def test_nobody_gives_a_customer_to_whom_she_does_not_reach(cast, bus):
    assert change(cast.sofia, cast.caller, fields={"owner": cast.bob}).owner == cast.bob
    with pytest.raises(ValidationError) as refused:
        change(cast.sofia, cast.caller, 2, fields={"owner": cast.carol})
    assert "owner" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        change(cast.carol, cast.caller, 2, fields={"note": "x"})


def test_only_her_own_numbers_are_taken_away(cast, town, bus):
    other = town["Bob's Own"].numbers.get()
    change(cast.alice, cast.caller, removed={other.pk, cast.caller.numbers.get().pk})
    assert cast.caller.numbers.count() == 0 and town["Bob's Own"].numbers.get() == other


def test_a_new_customer_of_an_unknown_caller_gets_the_calls(cast, bus):
    CallRecord.objects.create(call_id="c1", number_e164="+8613801001234")
    made = customer_create(actor=cast.alice, fields={"name": "Wu"}, numbers=["13801001234"])
    assert CallRecord.objects.get().customer == made and made.changed_by == cast.alice
    with pytest.raises(ValidationError):
        customer_create(actor=cast.alice, fields={}, numbers=[])
    with pytest.raises(ValidationError):
        customer_create(actor=cast.alice, fields={"name": "Wu", "owner": cast.bob}, numbers=[])
