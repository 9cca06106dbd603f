"""Ordering an export."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.campaigns.evidence.exports.files import SHELF
from crm.campaigns.evidence.filters import Filters
from crm.campaigns.models import EvidenceExport
from crm.sheets.orders.asking import order_make
from crm.sheets.writing import LISTS


@transaction.atomic
def export_ask(*, user: User, form: str, asked: Filters) -> EvidenceExport:
    """Notes the order; a worker begins within seconds. Raises PermissionDenied, and ValidationError with a sentence."""
    require(user, "campaigns.evidence")
    made: EvidenceExport = order_make(shelf=SHELF, user=user, form=form, forms=LISTS, filters=asked.said())
    told = {name: "…" if name == "number" else text for name, text in asked.said().items()}
    said = {"format": form, **({"filters": told} if told else {})}
    audit.read(user, "export.made", made, label=_("evidence"), details=said)
    return made
