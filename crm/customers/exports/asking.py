"""Ordering an export."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.customers.exports.files import SHELF
from crm.customers.filters import PAGE, Filters
from crm.customers.models import CustomerExport
from crm.sheets.orders.asking import order_make
from crm.sheets.writing import LISTS

PLAIN = ("kind", "level", "owner", "project", "package")
"""Filters that the trail may tell: the others may hold a name or a number."""


@transaction.atomic
def export_ask(*, user: User, form: str, asked: Filters, customers: Iterable[int] = ()) -> CustomerExport:
    """Notes the order; a worker begins within seconds. ``customers``: ids of those that were ticked, none for all that
    the filters find. Raises PermissionDenied, and ValidationError with a sentence."""
    require(user, "customers.export")
    ticked = sorted(set(customers))[:PAGE]
    filters = {} if ticked else asked.said()
    made = order_make(shelf=SHELF, user=user, form=form, forms=LISTS, filters=filters, customers=ticked)
    told = {name: ", ".join(texts) if name in PLAIN else "…" for name, texts in filters.items()}
    said = {"rows": len(ticked)} if ticked else {"filters": told}
    audit.read(user, "export.made", made, label=_("customers"), details={"format": form, **said})
    return made
