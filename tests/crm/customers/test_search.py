"""Finding customers by number, name, company, note and calls: what each may find, and what tells too much."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.access.holding import forget
from crm.accounts.models import Role
from crm.calls.models import CallRecord
from crm.customers.searching import customers_found, customers_matching


def names(found) -> list[str]:
    return [one.customer.name for one in found]


@pytest.mark.parametrize(
    ("text", "found", "place"),
    [
        ("mei", ["Mei Zhang"], "name"),
        ("林", ["林晓"], "name"),
        ("harbour b", ["Harbour Books", "Mei Zhang"], "name company"),
        ("LOTUS", ["Lotus Trading", "Alice's Own", "Bob's Own", "Carol's Own"], "name company"),
        ("喜欢茶", ["林晓"], "note"),
        ("154 0140 2222", ["Bob's Own"], "number"),
        ("+8615401402222", ["Bob's Own"], "number"),
        ("2222", ["Bob's Own"], "number"),
        ("01065554444", ["林晓"], "number"),
        ("e", [], ""),
        ("nobody at all", [], ""),
        ("100%", [], ""),
        ("_", [], ""),
        ("~7", [], ""),
        ("'; --", [], ""),
    ],
)
def test_places(cast, town, bus, text, found, place):
    told = customers_found(cast.ada, text)
    assert names(told) == found and {one.place for one in told} <= set(place.split())
    assert set(customers_matching(cast.ada, text).values_list("name", flat=True)) == set(found)


def test_an_agent_on_a_call_finds_everybody_but_reads_only_notes_of_hers(cast, town, bus):
    assert names(customers_found(cast.alice, "lotus")) == ["Lotus Trading", "Alice's Own", "Bob's Own", "Carol's Own"]
    assert names(customers_found(cast.alice, "wants")) == ["Alice's Own"]
    assert set(customers_matching(cast.alice, "lotus")) == {town["Alice's Own"], town["Alice's Own"].employer}


def test_without_the_permission_she_finds_whom_she_sees(cast, town, bus):
    role = Role.objects.get(code="agent")
    role.permissions = [code for code in role.permissions if code != "customers.find"]
    role.save()
    forget(cast.alice)
    assert names(customers_found(cast.alice, "lotus")) == ["Lotus Trading", "Alice's Own"]


@pytest.mark.parametrize("digits", ["12222", "402222", "15401402222"])
def test_more_than_the_shown_digits_find_only_the_whole_number(cast, town, bus, digits):
    """Else a masked number could be guessed digit after digit."""
    assert names(customers_found(cast.alice, digits)) == (["Bob's Own"] if len(digits) == 11 else [])
    assert names(customers_found(cast.ada, digits)) == (["Bob's Own"] if digits != "12222" else [])


def test_what_was_noted_on_recent_calls(cast, town, bus):
    fields = {"customer": town["Bob's Own"], "note": "first line\nthe blue kettle leaks again", "agent": "alice"}
    CallRecord.objects.create(call_id="c1", arrived_at=timezone.now() - timedelta(days=3), **fields)
    found = customers_found(cast.alice, "Blue Kettle")
    assert [(one.customer.name, one.place, one.words) for one in found] == [
        ("Bob's Own", "call", "the blue kettle leaks again")
    ]
    assert customers_found(cast.carol, "blue kettle") == []
    CallRecord.objects.update(arrived_at=timezone.now() - timedelta(days=60))
    assert customers_found(cast.alice, "blue kettle") == []
