"""Where exported customers lie, and what becomes of them when somebody is erased."""

from typing import Any

from django.db.models import Q

from crm.customers.models import CustomerExport
from crm.sheets.orders.shelf import Shelf


def nobodys(export: CustomerExport) -> dict[str, Any]:
    """What is kept of an order that is through: it no longer says whom it asked for."""
    return {"filters": {}, "customers": []}


SHELF = Shelf(CustomerExport, "customers", nobodys, below="customers")


def exports_erase() -> None:
    """Somebody was erased: whatever an order asks for may be her name. Rows are clean before this is called."""
    SHELF.erase(~Q(filters={}) | ~Q(customers=[]))
