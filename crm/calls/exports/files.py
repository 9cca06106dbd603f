"""Where exported calls lie, and what becomes of them when somebody is erased."""

from typing import Any

from django.db.models import Q

from crm.calls.filters import PERSONAL
from crm.calls.models import CallExport
from crm.sheets.orders.shelf import Shelf


def nobodys(export: CallExport) -> dict[str, Any]:
    """What is kept of an order that is through: it no longer says whom it asked for."""
    asked = {name: value for name, value in export.filters.items() if name not in PERSONAL}
    return {"filters": asked, "calls": []}


SHELF = Shelf(CallExport, "calls", nobodys)


def exports_erase() -> None:
    """Somebody was erased. Rows are clean before this is called."""
    SHELF.erase(Q(filters__has_any_keys=list(PERSONAL)))
