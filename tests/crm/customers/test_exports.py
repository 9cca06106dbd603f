"""A file holds the customers that the list finds, as its orderer may see them when it is written."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils import translation

from crm.accounts.services import user_create
from crm.audit.models import Entry
from crm.customers import tasks
from crm.customers.editing import customer_change
from crm.customers.exports import writing
from crm.customers.exports.asking import export_ask
from crm.customers.exports.files import SHELF, exports_erase
from crm.customers.fields.selectors import fields_active
from crm.customers.filters import filters
from crm.customers.models import CustomerExport
from crm.customers.sight import customers_visible
from crm.sheets.orders.asking import order_cancel
from tests.crm.audit.test_export import read_csv, read_xlsx


def ask(user, query="", form="csv", language="en", customers=()) -> CustomerExport:
    with translation.override(language):
        return export_ask(user=user, form=form, asked=filters(QueryDict(query), fields_active()), customers=customers)


def rows(export: CustomerExport) -> list[list[str]]:
    export.refresh_from_db()
    assert export.state == "ready", (export.state, export.reason)
    data = SHELF.file(export).read_bytes()
    return read_csv(data) if export.form == "csv" else read_xlsx(data)[0]


def names(export: CustomerExport) -> list[str]:
    return [row[0] for row in rows(export)[1:]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_the_filters_find_with_all_fields(cast, town, bus, place, fields, project, monkeypatch, form):
    monkeypatch.setattr(writing, "CHUNK", 2)
    values = {"spend": "1200.5", "born": "1990-05-01", "likes": "tea,books", "hobby": "=1+1", "source": "web"}
    customer_change(actor=cast.ada, customer_id=cast.caller.pk, version=1, values=values, projects=[project])
    every, some = ask(cast.ada, form=form), ask(cast.ada, "f_spend_from=1200&kind=person", form)
    tasks.exports()
    seen = customers_visible(cast.ada).order_by("-pk").values_list("name", flat=True)
    assert names(every) == list(seen) and "erased" not in names(every)
    head, row = rows(some)
    told = dict(zip(head, row, strict=True))
    wanted = {
        "Name": "Mei Zhang", "Kind": "person", "Company": "Harbour Books", "Level": "gold", "Projects": "Spring sale",
        "Numbers": "154 0140 0001 (mobile)", "Hobby": "'=1+1", "Likes": "Tea, Books", "Source": "Web",
    }  # fmt: skip
    assert wanted.items() <= told.items() and float(told["Spend"]) == 1200.5 and told["Born"] in ("1990-05-01", "32994")


def test_ticked_ones_in_her_language(cast, town, bus, place):
    ticked = [town["林晓"].pk, cast.caller.pk, town["~7"].pk]
    made = ask(cast.ada, "q=nothing", language="zh-hans", customers=ticked)
    assert (made.filters, made.customers) == ({}, sorted(ticked))
    tasks.exports()
    assert names(made) == ["林晓", "Mei Zhang"] and "个人" in rows(made)[1]
    assert made.customers == []  # it no longer says whom it asked for


def test_numbers_are_masked_and_only_those_in_reach_are_in_it(cast, town, bus, place):
    made = ask(cast.sofia, "kind=person")
    tasks.exports()
    assert set(names(made)) == {"林晓", "Mei Zhang", "Alice's Own", "Bob's Own"}
    assert "154****2222 (mobile)" in {row[5] for row in rows(made)}


def test_who_may_not_export(cast, town, bus, place, client):
    with pytest.raises(PermissionDenied):
        ask(cast.alice)
    client.force_login(cast.alice)
    assert client.post("/customers/exports/", {"form": "csv"}).status_code == 403
    data = user_create(username="data", password="never-typed-anywhere", roles=["data_specialist"])
    made = ask(data)
    data.roles.clear()
    tasks.exports()
    made.refresh_from_db()
    assert (made.state, made.reason) == ("failed", "not_allowed")


def test_ordered_followed_and_fetched_on_the_page_by_its_owner_alone(cast, town, bus, place, client):
    client.force_login(cast.sofia)
    assert client.post("/customers/exports/", {"form": "csv", "back": "?q=x"}).headers["Location"] == "/customers/?q=x"
    made = CustomerExport.objects.get()
    assert f'id="export-{made.pk}" data-pending' in client.get("/customers/").content.decode()
    tasks.exports()
    answer = client.get(f"/customers/exports/{made.pk}/")
    assert b"".join(answer.streaming_content).startswith("\ufeff".encode())
    told = Entry.objects.filter(kind="customers_customerexport", object=str(made.pk), action__startswith="export.")
    assert list(told.order_by("id").values_list("action", flat=True)) == ["export.made", "export.fetched"]
    client.force_login(cast.ada)
    assert client.get(f"/customers/exports/{made.pk}/").status_code == 404
    assert client.post(f"/customers/exports/{made.pk}/cancel/").status_code == 404


def test_given_up_and_forgotten(cast, town, bus, place):
    made = ask(cast.ada, "q=mei")
    assert order_cancel(shelf=SHELF, user=cast.ada, order_id=made.pk)
    assert not order_cancel(shelf=SHELF, user=cast.ada, order_id=made.pk)
    waiting, ready = ask(cast.ada, "q=mei"), ask(cast.ada)
    assert Entry.objects.filter(action="export.made").latest("id").after == {"format": "csv", "filters": {}}
    CustomerExport.objects.filter(pk=waiting.pk).update(state="cancelled")
    tasks.exports()
    exports_erase()
    ready.refresh_from_db()
    assert ready.state == "expired" and not SHELF.file(ready).exists()
