"""The centre's fields and files of a person are taken out whole, and are gone when she is erased."""

import io
import json
import zipfile

import pytest
from django.db import connection
from django.utils import translation

from crm.audit.models import Entry
from crm.customers.editing import customer_change, customer_create
from crm.customers.exports.asking import export_ask
from crm.customers.exports.files import SHELF
from crm.customers.fields.defining import field_save
from crm.customers.fields.files import file_keep, path_of
from crm.customers.filters import Filters
from crm.customers.models import Customer, CustomerExport, CustomerFile
from crm.customers.tasks import exports
from crm.privacy import tasks
from crm.privacy.asking import erasure_ask
from crm.privacy.export import person_export
from crm.privacy.selectors import person_of
from tests.crm.customers.centre import PDF, define, fields, pdf, place, project

__all__ = ["define", "fields", "place", "project"]


@pytest.fixture
def her(cast, bus, place, fields, settings):
    """Hui has values in all kinds of fields, one of them out of use, and a company of her own."""
    settings.ERASURES = place / "erasures.jsonl"
    made = customer_create(
        actor=cast.ada, fields={"name": "Hui Lan", "company": "Lan Studio"}, numbers=["15401234567"],
        values={"mail": "hui@example.com", "hobby": "go", "likes": "tea"},
    )  # fmt: skip
    file = file_keep(user=cast.ada, field=fields["contract"], upload=pdf("Hui Lan.pdf"))
    customer_change(actor=cast.ada, customer_id=made.pk, version=None, values={"contract": str(file.pk)})
    field_save(actor=cast.ada, field=fields["hobby"], fields={"active": False})
    return person_of(f"c{made.pk}")


def test_taken_out_whole(cast, her):
    with (
        translation.override("en"),
        zipfile.ZipFile(io.BytesIO(person_export(user=cast.ada, person=her).read())) as zip_,
    ):
        told = json.loads(zip_.read("person.json"))
        assert zip_.read("files/1-Hui Lan.pdf") == PDF
    assert told["fields"] == {
        "Mail (mail)": "hui@example.com", "Hobby (hobby)": "go", "Likes (likes)": "Tea",
        "Contract (contract)": "Hui Lan.pdf",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_gone_when_she_is_erased(cast, her):
    export_ask(user=cast.ada, form="csv", asked=Filters())
    exports()
    waiting = export_ask(user=cast.ada, form="csv", asked=Filters(text="Hui"))
    path = path_of(CustomerFile.objects.get().pk)
    assert path.exists()
    company = her.customer.employer_id
    erasure_ask(user=cast.ada, person=her, reason="Her letter")
    tasks.erasures()
    one = Customer.objects.get(pk=her.customer.pk)
    assert (one.values, one.words, one.company, one.employer) == ({}, "", "", None)
    assert Customer.objects.get(pk=company).name.startswith("~")
    assert not CustomerFile.objects.exists() and not path.exists()
    ready = CustomerExport.objects.exclude(pk=waiting.pk).get()
    assert ready.state == "expired" and not SHELF.file(ready).exists()
    assert CustomerExport.objects.get(pk=waiting.pk).state == "cancelled"
    with connection.cursor() as cursor:
        for table in ("audit_entry", "customers_customer", "customers_customerfile", "customers_customerexport"):
            cursor.execute(f"SELECT t::text FROM {table} t WHERE t::text ~* 'hui|lan studio|lan.pdf'")
            assert cursor.fetchall() == [], table
    assert Entry.objects.filter(kind="customers_customerfile").exists()
