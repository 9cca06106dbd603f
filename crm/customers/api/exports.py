"""Files of customers."""

from typing import Any

from rest_framework import serializers

from crm.accounts.models import User
from crm.customers.api.shapes import wishes_of
from crm.customers.exports.asking import export_ask
from crm.customers.exports.files import SHELF
from crm.customers.filters import NOBODY, PAGE, Filters
from crm.customers.models import CustomerExport, Kind, Level, Project
from crm.rest import fileorders
from crm.rest.shapes import Body, Coded, Id
from crm.sheets.writing import LISTS

UNKNOWN = 10**17
"""An id that nobody has, and that the filters take for one."""
LAST = 10**18 - 1
"""Ids beyond are none for the filters, and would be passed over."""


class CustomerExportShape(fileorders.OrderShape):
    """An order to write customers into a file. What was asked is not told: it may say who somebody is."""


class CustomersWanted(Body):
    """The filters of the list."""

    q = serializers.CharField(
        max_length=64, required=False, help_text="Words of a name, company, note or field; or a number."
    )
    kind = serializers.ChoiceField(Kind.choices, required=False)
    level = serializers.ChoiceField(Level.choices, required=False)
    owner = serializers.CharField(max_length=150, required=False, help_text="A login, or `none`.")
    project = Coded("code", queryset=Project.objects.all(), required=False, help_text="Code of a project.")
    package = Id(max_value=LAST, required=False, help_text="Id of an import: whom it added or changed.")
    values = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=64), max_length=100), required=False,
        help_text="Filters by fields of the centre as in the list, such as f_<code>, each with a list of texts.",
    )  # fmt: skip

    def validate_owner(self, said: str) -> str:
        """The id, as the page says it. Who knows no users learns of none here: an unknown one has no customers."""
        if said == NOBODY:
            return said
        known = User.objects.filter(username=said) if said.isprintable() else User.objects.none()
        return str(known.values_list("pk", flat=True).first() or UNKNOWN)

    def validate_values(self, said: dict[str, list[str]]) -> Any:
        return wishes_of(said, said)


class CustomerExportBody(Body):
    form = serializers.ChoiceField(list(LISTS))
    asked = CustomersWanted(required=False, help_text="Filters; without any all customers.")
    customers = serializers.ListField(
        child=Id(), required=False, max_length=PAGE, help_text="Ids: these, whatever else is asked."
    )


def _ask(door: fileorders.OrdersDoor, said: dict[str, Any]) -> CustomerExport:
    asked = said.get("asked", {})
    wanted = Filters(
        text=" ".join(asked.get("q", "").split()), project=asked["project"].pk if "project" in asked else 0,
        wishes=asked.get("values", ()),
        **{name: asked[name] for name in ("kind", "level", "owner", "package") if name in asked},
    )  # fmt: skip
    customers = said.get("customers", ())
    return export_ask(user=door.request.user, form=said["form"], asked=wanted, customers=customers)


FILES = fileorders.file_doors(fileorders.Kind(
    place="customers/exports", name="customer_exports", what="customers", tags=["Customers"],
    needs="customers.export", shelf=SHELF, shape=CustomerExportShape, body=CustomerExportBody, forms=LISTS, ask=_ask,
))  # fmt: skip
