"""The card of a caller over HTTP: found, added, chosen, changed; what is wrong comes back in the form."""

import pytest

from crm.calls.models import CallRecord
from crm.customers.models import CallerChoice, Customer
from crm.customers.services import customer_add

CARD = "/customers/card/c1/"


@pytest.fixture
def alice(client, cast, ringing):
    """A new number rings at Alice."""
    ringing("alice", "13801001234")
    client.force_login(cast.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_an_unknown_caller_can_be_found_and_linked(alice, cast):
    assert "Unknown caller" in text(alice.get("/desk/work/c1/"))
    assert "Mei Zhang" in text(alice.get(f"{CARD}found/", {"q": "harbour"}))
    page = text(alice.post(f"{CARD}choose/", {"customer": cast.caller.pk}))
    assert "Mei Zhang" in page and "This number is not in her file." in page and 'hx-swap-oob="true"' in page
    page = text(alice.post(f"{CARD}choose/", {"customer": cast.caller.pk, "remember": "1"}))
    assert "This number is not in her file." not in page


def test_an_unknown_caller_is_added_with_the_number_filled_in(alice):
    form = text(alice.get(f"{CARD}form/"))
    assert "138****1234" in form and "13801001234" not in form
    fields = {"name": "Wu Lan", "level": "gold", "with_number": "1", "numbers": "010 6555 1234"}
    answer = alice.post(f"{CARD}form/", fields)
    made = Customer.objects.get(name="Wu Lan")
    assert answer.status_code == 200 and "Wu Lan" in text(answer)
    assert set(made.numbers.values_list("number", flat=True)) == {"+8613801001234", "+861065551234"}
    assert CallerChoice.objects.get(pk="c1").customer == made


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"name": "", "level": "gold"}, "required"), ({"name": "Wu", "level": "gold", "numbers": "12"}, "“12” is not a"),
     ({"name": "Wu\x00", "level": "gold"}, "Null"), ({"name": "Wu", "level": "tin"}, "tin")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(alice, fields, error):
    before = Customer.objects.count()
    answer = alice.post(f"{CARD}form/", {**fields, "with_number": "1"})
    assert answer.status_code == 422 and error in text(answer) and "entry-error" in text(answer)
    assert (Customer.objects.count(), CallerChoice.objects.count()) == (before, 0)


def test_several_matches_are_chosen_and_changed(client, cast, ringing):
    sister = customer_add(name="Li Zhang", numbers=["15401400001"])
    ringing("alice")
    client.force_login(cast.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = text(client.get(CARD))
    assert "Several customers" in page and f'data-choice="{sister.pk}"' in page
    page = text(client.post(f"{CARD}choose/", {"customer": sister.pk}))
    assert 'data-caller="Li Zhang"' in page and f'data-choice="{cast.caller.pk}"' in page and "Change to her" in page
    assert 'data-caller="Mei Zhang"' in text(client.post(f"{CARD}choose/", {"customer": cast.caller.pk}))
    assert 'data-caller="154****0001"' in text(client.post(f"{CARD}choose/"))


def test_edited_while_talking_by_two(client, cast, ringing):
    ringing("alice", stage="talking")
    client.force_login(cast.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    mine = {"customer": cast.caller.pk, "version": 1, "name": "Mei Zhang", "level": "gold", "company": "Harbour Books",
            "note": "hers\r\ntwo lines"}  # fmt: skip
    was = {f"was_{name}": mine[name] for name in ("name", "level", "company")} | {"was_note": ""}
    Customer.objects.filter(pk=cast.caller.pk).update(
        note="his", company="Harbour Music", version=2, changed_by=cast.bob, changed_at="2026-11-22T04:00:00Z"
    )
    answer = client.post(f"{CARD}form/", {**mine, **was})
    page = text(answer)
    assert answer.status_code == 409 and "Bob changed this customer at 12:00" in page
    assert "hers\r\ntwo lines" in page and "Now: his" in page and 'value="Harbour Music"' in page
    assert Customer.objects.get(pk=cast.caller.pk).note == "his"
    again = {**mine, **was, "version": 2, "company": "Harbour Music", "was_note": "his", "was_company": "Harbour Music"}
    assert client.post(f"{CARD}form/", again).status_code == 200
    saved = Customer.objects.get(pk=cast.caller.pk)
    assert (saved.note, saved.company, saved.version) == ("hers\ntwo lines", "Harbour Music", 3)


def test_another_agents_call_is_not_there(client, cast, ringing):
    ringing("alice")
    client.force_login(cast.bob)
    for method, path in (("get", ""), ("get", "found/"), ("post", "choose/"), ("get", "form/"), ("post", "form/")):
        assert getattr(client, method)(f"{CARD}{path}").status_code == 404
    CallRecord.objects.create(call_id="c1", agent="carol")
    assert client.get(CARD).status_code == 404


def test_a_customer_who_is_not_hers_to_change_is_not_changed_through_her_call(client, cast, town, ringing):
    ringing("alice")
    client.force_login(cast.alice)
    fields = {"customer": town["Carol's Own"].pk, "name": "X", "level": "gold", "version": 1}
    assert client.post(f"{CARD}form/", fields).status_code == 404
    assert client.get(f"{CARD}form/", fields).status_code == 404
