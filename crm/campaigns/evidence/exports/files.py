"""Where exported evidence lies, and what becomes of it when somebody is erased."""

from typing import Any

from django.db.models import Q

from crm.campaigns.models import EvidenceExport
from crm.sheets.orders.shelf import Shelf


def nobodys(export: EvidenceExport) -> dict[str, Any]:
    """What is kept of an order that is through: it no longer says whom it asked for."""
    return {"filters": {}}


SHELF = Shelf(EvidenceExport, "evidence", nobodys, below="evidence")


def exports_erase() -> None:
    """Somebody was erased: a number that an order asks for may be hers. Rows are clean before this is called."""
    SHELF.erase(Q(filters__has_key="number"))
