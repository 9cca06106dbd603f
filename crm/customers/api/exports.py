"""Files of customers."""

from typing import Any

from rest_framework import serializers

from crm.customers.exports.asking import export_ask
from crm.customers.exports.files import SHELF
from crm.customers.filters import PAGE
from crm.customers.models import CustomerExport
from crm.customers.whom import WhomBody, filters_of
from crm.rest.fileorders import Kind, OrdersDoor, OrderShape, file_doors
from crm.rest.shapes import Body, Id
from crm.sheets.writing import LISTS


class CustomerExportShape(OrderShape):
    """An order to write customers into a file. What was asked is not told: it may say who somebody is."""


class CustomerExportBody(Body):
    form = serializers.ChoiceField(list(LISTS))
    asked = WhomBody(required=False, help_text="Filters; without any all customers.")
    customers = serializers.ListField(
        child=Id(), required=False, max_length=PAGE, help_text="Ids: these, whatever else is asked."
    )


def _ask(door: OrdersDoor, said: dict[str, Any]) -> CustomerExport:
    asked, customers = filters_of(said.get("asked", {})), said.get("customers", ())
    return export_ask(user=door.request.user, form=said["form"], asked=asked, customers=customers)


FILES = file_doors(Kind(
    place="customers/exports", name="customer_exports", what="customers", tags=["Customers"],
    needs="customers.export", shelf=SHELF, shape=CustomerExportShape, body=CustomerExportBody, forms=LISTS, ask=_ask,
))  # fmt: skip
