"""People belong to companies, which are customers too."""

from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from crm.customers.editing import customer_change, customer_create
from crm.customers.models import Customer, CustomerNumber
from crm.customers.searching import customers_found
from tests.crm.calls.rows import record
from tests.stories import NOON, Story, numbered


def change(cast, one: Customer, **fields) -> Customer:
    return customer_change(actor=cast.ada, customer_id=one.pk, version=None, fields=fields)


def test_a_new_name_becomes_a_company_and_a_known_one_is_found(cast, bus):
    one = customer_create(actor=cast.ada, fields={"name": "Wu", "company": "  Lotus  Tea "}, numbers=[])
    other = customer_create(actor=cast.ada, fields={"name": "Li", "company": "lotus tea"}, numbers=[])
    assert (one.employer.kind, one.employer.name, one.company) == ("company", "Lotus Tea", "Lotus Tea")
    assert other.employer == one.employer and other.company == "Lotus Tea"
    change(cast, other, company="")
    other.refresh_from_db()
    assert (other.employer, other.company) == (None, "") and Customer.objects.filter(name="Lotus Tea").count() == 1


def test_a_company_that_is_renamed_is_found_with_its_people(cast, bus):
    company = cast.caller.employer
    change(cast, company, name="River Books")
    cast.caller.refresh_from_db()
    assert cast.caller.company == "River Books"
    assert [one.customer.name for one in customers_found(cast.ada, "river")] == ["River Books", "Mei Zhang"]


def test_a_company_has_no_company_and_stays_one_while_people_belong_to_it(cast, bus):
    company = cast.caller.employer
    change(cast, company, company="Another")
    company.refresh_from_db()
    assert (company.employer, company.company) == (None, "")
    with pytest.raises(ValidationError):
        change(cast, company, kind="person")
    change(cast, cast.caller, company="")
    assert change(cast, company, kind="person").kind == "person"


def test_its_page_shows_its_people_and_all_their_calls_as_far_as_the_reader_sees_them(client, cast, town, bus):
    stories = [Story("c1", NOON).greeted().queued().offered_to("alice").answered().hung_up()]
    record(numbered(fact for story in stories for fact in story.facts))
    lotus = town["Bob's Own"].employer
    client.force_login(cast.ada)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(f"/customers/{cast.caller.employer_id}/")
    assert [call.call_id for call in page.context["calls"]] == ["c1"] and "Mei Zhang" in page.content.decode()
    client.force_login(cast.bob)
    page = client.get(f"/customers/{lotus.pk}/")
    assert [one.name for one in page.context["staff"]] == ["Bob's Own"]


def test_numbers_are_labelled_and_one_is_the_main_one(cast, bus):
    typed = ["13801001234", "010 6555 1234", "+442079460018"]
    one = customer_create(actor=cast.ada, fields={"name": "Wu"}, numbers=typed)
    mobile, office, abroad = one.numbers.all()
    assert [row.label for row in (mobile, office, abroad)] == ["mobile", "other", "other"]
    labels = {office.pk: "office", abroad.pk: "nonsense"}
    customer_change(actor=cast.ada, customer_id=one.pk, version=1, labels=labels, main=office.pk)
    assert [(row.pk, row.label) for row in one.numbers.all()] == [
        (office.pk, "office"), (mobile.pk, "mobile"), (abroad.pk, "other")
    ]  # fmt: skip
    again = customer_change(actor=cast.ada, customer_id=one.pk, version=2, labels={office.pk: "office"}, main=office.pk)
    assert again.version == 2


@pytest.mark.django_db
def test_companies_that_were_texts_become_records():
    """What the migration says, on rows as an older version left them. Nothing is migrated back for it: what other apps
    have built upon these tables since would go with them."""
    left = {"A": "Acme", "B": "ACME", "C": "东方 贸易", "D": "", "E": "x" * 150}
    for number, (name, company) in enumerate(left.items()):
        one = Customer.objects.create(name=name, company=company)
        CustomerNumber.objects.create(customer=one, number=f"+861380100{number:04}")
    with connection.cursor() as cursor:
        cursor.execute(import_module("crm.customers.migrations.0004_companies_of_texts").COMPANIES)
    people = {one.name: one for one in Customer.objects.filter(kind="person").select_related("employer")}
    assert people["A"].employer == people["B"].employer and people["B"].company == people["B"].employer.name == "ACME"
    assert people["C"].employer.name == "东方 贸易" and people["D"].employer is None
    assert people["E"].employer.name == people["E"].company == "x" * 120
    assert Customer.objects.filter(kind="company").count() == 3
    assert set(CustomerNumber.objects.values_list("label", flat=True)) == {"mobile"}
