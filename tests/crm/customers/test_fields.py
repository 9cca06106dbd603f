"""Fields are defined by who may, and are then in forms, lists, cards and the trail."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from crm.access.holding import forget
from crm.audit.lines import lines
from crm.audit.models import Entry
from crm.customers.card import caller_card
from crm.customers.editing import Stale, customer_change, customer_create
from crm.customers.fields.defining import field_save
from crm.customers.fields.words import words_renew
from crm.customers.models import Customer, CustomerField, Project
from crm.customers.searching import customers_found
from tests.crm.customers.centre import line, pdf

GOOD = {
    "f_mail": "mei@example.com", "f_hobby": "tea", "f_spend": "1,200.5", "f_born": "1990-05-01", "f_source": "web",
    "f_likes": ["books", "tea"],
}  # fmt: skip
KEPT = {
    "mail": "mei@example.com", "hobby": "tea", "spend": 1200.5, "born": "1990-05-01", "source": "web",
    "likes": ["tea", "books"],
}  # fmt: skip


@pytest.fixture
def ada(client, cast, bus, place):
    client.force_login(cast.ada)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def form(one: Customer, **more) -> dict:
    return {"sheet": "1", "name": one.name, "company": one.company, "level": one.level, "version": one.version, **more}


def text(answer) -> str:
    return answer.content.decode()


def test_only_who_may_defines_fields(cast, define):
    with pytest.raises(PermissionDenied):
        field_save(actor=cast.sofia, field=None, fields={"kind": "text", "name": "X"})


@pytest.mark.parametrize("code", ["Big", "a__b", "_a", "1a", "spend_from", "x_has", "a b", "é", "a" * 33])
def test_codes_that_mean_something_else_are_refused(define, code):
    with pytest.raises(ValidationError) as refused:
        define(code, "text")
    assert "code" in refused.value.message_dict


def test_a_code_is_made_of_the_name_and_is_unique(define):
    names = ("Yearly spend", "Yearly Spend", "客户来源", "Sent from")
    codes = [define("", "text", name=name).code for name in names]
    assert codes == ["yearly_spend", "yearly_spend_2", "field", "field_2"]


def test_a_list_needs_a_choice_and_each_once(define, cast, fields):
    for choices in ((), ("Tea", "tea")):
        with pytest.raises(ValidationError) as refused:
            define("x", "choice", *choices)
        assert "choices" in refused.value.message_dict
    assert not CustomerField.objects.filter(code="x").exists()


def test_defined_on_the_page(ada, fields):
    asked = {"name": "Region", "name_zh": "地区", "kind": "choice", "order": "5", "column": "on", "active": "on",
             "new0_name": "North", "new0_name_zh": "华北", "new0_order": "10", "new0_active": "1", "new3_name": "South",
             "new3_order": "20", "new3_active": "1"}  # fmt: skip
    assert ada.post("/customers/fields/new/", asked).status_code == 302
    made = CustomerField.objects.get(code="region")
    assert [choice.name for choice in made.choices.all()] == ["North", "South"] and made.column and not made.required
    north = made.choices.first()
    again = {**asked, f"{north.pk}_name": "", "new0_name": "", "new3_name": ""}
    answer = ada.post(f"/customers/fields/{made.pk}/", again)
    assert answer.status_code == 422 and "A choice needs a name" in text(answer)
    assert "Region" in text(ada.get("/customers/fields/")) and "Region" in text(ada.get("/customers/"))


def test_a_project_is_defined_on_the_page(ada):
    assert ada.post("/customers/projects/new/", {"name": "Spring", "active": "on"}).status_code == 302
    made = Project.objects.get(code="spring")
    assert ada.post(f"/customers/projects/{made.pk}/", {"name": ""}).status_code == 422
    assert ada.post(f"/customers/projects/{made.pk}/", {"name": "Summer"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.active) == ("Summer", False)


def test_typed_on_her_page_and_shown_again(ada, cast, fields):
    answer = ada.post(f"/customers/{cast.caller.pk}/", form(cast.caller, **GOOD, f_contract_file=pdf()))
    assert answer.status_code == 302
    saved = Customer.objects.get(pk=cast.caller.pk)
    key = saved.values.pop("contract")
    assert saved.values == KEPT and saved.words == "mei@example.com\nWeb"
    page = text(ada.get(f"/customers/{cast.caller.pk}/"))
    assert 'value="1200.5"' in page and "合同.pdf" in page and f"/customers/files/{key}/" in page
    assert "1,200.50" in text(ada.get("/customers/"))
    with translation.override("en"):
        card = {field.code: words for field, words, _file in caller_card("15401400001").values}
    assert card == {
        "mail": "mei@example.com", "hobby": "tea", "spend": "1,200.50", "born": "1990-05-01", "source": "Web",
        "likes": "Tea, Books", "contract": "合同.pdf",
    }  # fmt: skip


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(ada, cast, fields):
    wrong = {**GOOD, "f_mail": "not an address", "f_spend": "lots", "f_contract_file": pdf()}
    answer = ada.post(f"/customers/{cast.caller.pk}/", form(cast.caller, note="a long story", **wrong))
    page = text(answer)
    assert answer.status_code == 422 and "This is no e-mail address" in page and "This is no number" in page
    typed = ("not an address", "lots", "1990-05-01")
    assert all(f'value="{text}"' in page for text in typed) and "a long story" in page
    assert "合同.pdf" in page and Customer.objects.get(pk=cast.caller.pk).values == {}
    entry = next(one for one in answer.context["form"].sheet.entries() if one.field.code == "contract")
    again = {**GOOD, "f_contract": entry.text}
    assert ada.post(f"/customers/{cast.caller.pk}/", form(cast.caller, **again)).status_code == 302
    assert Customer.objects.get(pk=cast.caller.pk).values["contract"] == entry.text


def test_one_that_must_be_filled_in(ada, cast, define):
    define("need", "text", required=True)
    answer = ada.post(f"/customers/{cast.caller.pk}/", form(cast.caller))
    assert answer.status_code == 422 and "Fill in this field." in text(answer)
    assert ada.post("/customers/new/", {"sheet": "1", "name": "Wu", "level": "gold", "f_need": "x"}).status_code == 302
    assert Customer.objects.get(name="Wu").values == {"need": "x"}


def test_fields_of_a_project_are_asked_of_its_customers_alone(ada, cast, define, project):
    define("size", "number", project=project, required=True)
    assert ada.post(f"/customers/{cast.caller.pk}/", form(cast.caller, f_size="x")).status_code == 302
    one = Customer.objects.get(pk=cast.caller.pk)
    assert one.values == {} and ada.post(f"/customers/{one.pk}/", form(one, projects=project.pk)).status_code == 422
    assert ada.post(f"/customers/{one.pk}/", form(one, projects=project.pk, f_size="7")).status_code == 302
    one.refresh_from_db()
    assert one.values == {"size": 7} and list(one.projects.all()) == [project]
    assert ada.post(f"/customers/{one.pk}/", form(one)).status_code == 302
    one.refresh_from_db()
    assert one.values == {"size": 7} and not one.projects.exists()


def test_two_editors_merge_by_field(ada, cast, fields):
    first = form(cast.caller, **GOOD)
    was = {f"was_f_{code}": "" for code in fields}
    assert ada.post(f"/customers/{cast.caller.pk}/", {**first, **was}).status_code == 302
    late = form(cast.caller, f_hobby="chess", f_spend="", f_likes=["travel"], **was)
    answer = ada.post(f"/customers/{cast.caller.pk}/", late)
    entries = {one.field.code: one for one in answer.context["form"].sheet.entries()}
    assert answer.status_code == 409
    assert (entries["hobby"].text, entries["hobby"].news) == ("chess", "tea")
    assert (entries["spend"].text, entries["spend"].news) == ("1200.5", "")
    assert (entries["likes"].texts, entries["likes"].news) == (["travel"], "Tea, Books")
    sheet = answer.context["form"]
    again = {**late, "version": sheet.version, "f_spend": entries["spend"].text, "f_mail": entries["mail"].text,
             "f_born": entries["born"].text, "f_source": entries["source"].text, **dict(sheet.was())}  # fmt: skip
    assert ada.post(f"/customers/{cast.caller.pk}/", again).status_code == 302
    saved = Customer.objects.get(pk=cast.caller.pk).values
    assert saved == KEPT | {"hobby": "chess", "likes": ["travel"]}


def test_the_service_checks_whatever_a_form_did_not(cast, bus, fields):
    for values in ({"spend": "-1"}, {"source": "nowhere"}, {"born": "soon"}):
        with pytest.raises(ValidationError):
            customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=1, values=values)
    customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=1, values={"unknown": "x", "spend": "5"})
    assert Customer.objects.get(pk=cast.caller.pk).values == {"spend": 5}
    with pytest.raises(Stale):
        customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=1, values={"spend": "6"})
    with pytest.raises(ValidationError):
        customer_create(actor=cast.ada, fields={"name": "Wu"}, numbers=[], values={"spend": "x"})


def test_a_field_out_of_use_keeps_its_values(ada, cast, fields):
    ada.post(f"/customers/{cast.caller.pk}/", form(cast.caller, **GOOD))
    field_save(actor=cast.ada, field=fields["hobby"], fields={"active": False})
    one = Customer.objects.get(pk=cast.caller.pk)
    assert "f_hobby" not in text(ada.get(f"/customers/{one.pk}/"))
    ada.post(f"/customers/{one.pk}/", form(one, **{**GOOD, "f_spend": "1"}))
    assert Customer.objects.get(pk=one.pk).values == KEPT | {"spend": 1}


def test_the_search_follows_when_a_choice_is_named_otherwise(cast, bus, fields):
    customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=1, values={"source": "web"})
    web = fields["source"].choices.get(code="web")
    every = [line(one.name, order=one.order, id_=one.pk) for one in fields["source"].choices.exclude(pk=web.pk)]
    renamed = [line("Internet", "互联网", id_=web.pk), *every]
    field_save(actor=cast.ada, field=fields["source"], fields={}, lines=renamed)
    assert words_renew() == 1 and words_renew() == 0
    assert [one.customer.name for one in customers_found(cast.ada, "互联")] == ["Mei Zhang"]
    field_save(actor=cast.ada, field=CustomerField.objects.get(code="source"), fields={"searchable": False})
    words_renew()
    assert customers_found(cast.ada, "互联") == []


def test_the_trail_tells_names_and_words(cast, bus, fields):
    customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=1, values={"likes": "tea", "spend": "1"})
    customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=2, values={"likes": "tea,books", "spend": "1"})
    entry = Entry.objects.filter(kind="customers_customer", action="update").latest("id")
    with translation.override("en"):
        (told,) = lines([entry], whole=True)
    assert [(one.field, one.before, one.after) for one in told.changes] == [("Likes", "Tea", "Tea, Books")]


def test_an_agent_reads_fields_and_does_not_define_them(client, cast, bus, fields):
    client.force_login(cast.alice)
    forget(cast.alice)
    assert client.get("/customers/fields/").status_code == 403
    assert client.get(f"/customers/{cast.caller.pk}/").status_code == 200
