"""Who calls, as a person says: before the record is written and after, and no replay says otherwise."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.audit.models import Entry
from crm.calls.models import CallRecord
from crm.calls.recording.replay import Replay
from crm.customers.choosing import caller_choose
from crm.customers.models import CallerChoice
from crm.customers.services import customer_add, customer_number_add
from switchctl.contract import facts as f
from tests.crm.calls.rows import record
from tests.stories import Story, numbered


def choose(agent, customer, **more):
    caller_choose(agent=agent, call_id="c1", customer_id=customer.pk if customer else None, **more)


def story(number: str = "15401400001") -> list[f.Fact]:
    return numbered(Story("c1", number=number).greeted().queued().offered_to("alice").answered().hung_up().facts)


def customer_of_the_call():
    return CallRecord.objects.select_related("customer").get(pk="c1").customer


@pytest.mark.parametrize("facts_first", [0, 3, 99], ids=["before the record", "while it grows", "after the call"])
@pytest.mark.parametrize("wanted", ["Bob's Own", "nobody"])
def test_a_choice_holds_whenever_it_is_made(cast, town, ringing, facts_first, wanted):
    told = story()
    record(told[:facts_first]) if facts_first else None
    ringing("alice")
    choose(cast.alice, town.get(wanted))
    record(told[facts_first:]) if told[facts_first:] else None
    assert customer_of_the_call() == town.get(wanted)
    Replay().run_through([f.encode(fact) for fact in numbered(story(), "j9")])
    assert customer_of_the_call() == town.get(wanted)
    customer_number_add(customer=cast.caller, number="15401400001")
    assert customer_of_the_call() == town.get(wanted)


def test_the_last_choice_counts_and_the_trail_tells_both(cast, town, ringing):
    ringing("alice")
    choose(cast.alice, cast.caller)
    choose(cast.alice, town["Bob's Own"])
    record(story())
    assert customer_of_the_call() == town["Bob's Own"]
    told = Entry.objects.filter(kind="customers_callerchoice", object="c1").order_by("id")
    assert [entry.action for entry in told] == ["insert", "update"]


def test_without_a_choice_the_one_owner_of_the_number_is_it(cast):
    record(story())
    assert customer_of_the_call() == cast.caller


def test_her_number_is_remembered_when_asked(cast, town, ringing):
    ringing("alice", "13801001234")
    choose(cast.alice, cast.caller)
    assert cast.caller.numbers.count() == 1
    choose(cast.alice, cast.caller, remember=True)
    assert set(cast.caller.numbers.values_list("number", flat=True)) == {"+8615401400001", "+8613801001234"}


def test_not_for_a_call_of_somebody_else(cast, town, ringing):
    ringing("alice")
    with pytest.raises(PermissionDenied):
        choose(cast.bob, cast.caller)
    record(story())
    with pytest.raises(PermissionDenied):
        choose(cast.carol, cast.caller)
    assert not CallerChoice.objects.exists()


@pytest.mark.parametrize("who", ["~7", "a customer of another's"])
def test_nobody_is_chosen_whom_she_could_not_find(cast, town, ringing, who):
    from crm.access.holding import forget
    from crm.accounts.models import Role

    role = Role.objects.get(code="agent")
    role.permissions = [code for code in role.permissions if code != "customers.find"]
    role.save()
    forget(cast.alice)
    ringing("alice")
    with pytest.raises(ValidationError):
        choose(cast.alice, town.get(who, town["Carol's Own"]))
    shares = customer_add(name="Sister", numbers=["15401400001"], owner=cast.carol)
    choose(cast.alice, shares)  # who has the number is hers to choose
    assert CallerChoice.objects.get().customer == shares
