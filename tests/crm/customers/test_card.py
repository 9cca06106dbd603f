"""Who calls: what the agent's page shows before she answers."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crm.calls.models import CallRecord
from crm.customers.card import caller_card
from crm.customers.models import CallerChoice, Customer
from crm.customers.selectors import names_of_callers
from crm.customers.services import customer_add, customer_number_add
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered


def test_a_known_caller_with_her_last_calls(cast):
    stories = [Story(f"c{n}", NOON + n * 60 * SECOND).greeted().queued().gave_up() for n in range(7)]
    record(numbered(fact for story in stories for fact in story.facts))
    with translation.override("en"):
        card = caller_card("154 0140 0001", call_id="c6")
    assert (card.customer, card.matches) == (cast.caller, [cast.caller])
    assert (card.shown, card.region, card.operator) == ("154****0001", "China", "")
    assert [call.call_id for call in card.last_calls] == ["c5", "c4", "c3", "c2", "c1"]


def test_calls_from_her_other_number_count_too(cast):
    customer_number_add(customer=cast.caller, number="010 6555 1234")
    record(numbered(Story("c1", number="01065551234").greeted().over().facts))
    assert [call.call_id for call in caller_card("15401400001").last_calls] == ["c1"]


def test_nobody_has_the_number(cast):
    card = caller_card("13801001234")
    assert (card.customer, card.matches, card.last_calls) == (None, [], [])


def test_several_have_the_number(cast):
    other = customer_add(name="Wei Zhang", numbers=["15401400001"])
    card = caller_card("15401400001")
    assert (card.customer, card.matches) == (None, [cast.caller, other])
    assert names_of_callers({"+8615401400001"}, ()) == ({}, {})


@pytest.mark.parametrize("number", ["", "anonymous", "<script>", "1001"])
def test_a_number_that_is_none(cast, number):
    card = caller_card(number)
    assert (card.shown, card.region, card.customer, card.last_calls) == (number, "", None, [])


def test_a_new_customer_gets_the_calls_that_belonged_to_nobody(cast):
    record(numbered(Story("c1", number="13801001234").greeted().over().facts))
    customer = customer_add(name="Old Friend", numbers=["138-0100-1234"])
    assert CallRecord.objects.get().customer == customer


def test_a_wrong_number_adds_nobody(cast):
    with pytest.raises(ValidationError) as refused:
        customer_add(name="X", numbers=["call me"])
    assert "call me" in str(refused.value)
    with pytest.raises(ValidationError):
        customer_add(name=" ", numbers=[])
    assert set(Customer.objects.values_list("name", flat=True)) == {"Mei Zhang", "Harbour Books"}


def test_whom_a_person_chose_is_on_the_card_and_the_others_beside_her(cast):
    other = customer_add(name="Wei Zhang", numbers=["15401400001"])
    CallerChoice.objects.create(call_id="c1", customer=other)
    card = caller_card("15401400001", call_id="c1")
    assert (card.customer, card.others, card.chosen, card.new_number) == (other, [cast.caller], True, False)
    assert names_of_callers({"+8615401400001"}, {"c1", "c2"}) == ({}, {"c1": "Wei Zhang"})


def test_whom_a_person_chose_counts_though_the_number_is_not_hers(cast):
    CallerChoice.objects.create(call_id="c1", customer=cast.caller)
    card = caller_card("13801001234", call_id="c1")
    assert (card.customer, card.new_number) == (cast.caller, True)
    assert caller_card("", call_id="c1").customer == cast.caller


def test_nobody_we_know_is_a_choice(cast):
    CallerChoice.objects.create(call_id="c1", customer=None)
    card = caller_card("15401400001", call_id="c1")
    assert (card.customer, card.others, card.chosen) == (None, [cast.caller], True)
    assert names_of_callers({"+8615401400001"}, {"c1"}) == ({"+8615401400001": "Mei Zhang"}, {"c1": ""})
