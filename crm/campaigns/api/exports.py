"""Files of the evidence."""

from typing import Any

from rest_framework import serializers

from crm.campaigns.api.evidence import TAGS, EvidenceAsked
from crm.campaigns.evidence.exports.asking import export_ask
from crm.campaigns.evidence.exports.files import SHELF
from crm.campaigns.evidence.filters import Filters
from crm.campaigns.evidence.selectors import CODE
from crm.campaigns.models import EvidenceExport
from crm.rest.fileorders import Kind, OrdersDoor, OrderShape, file_doors
from crm.rest.shapes import Body, Id
from crm.sheets.writing import LISTS


class EvidenceExportShape(OrderShape):
    """An order to write evidence into a file."""

    asked = serializers.DictField(
        source="filters", child=serializers.CharField(), help_text="Filters; forgotten once it is ready."
    )


class EvidenceWanted(EvidenceAsked):
    """The filters of the list."""

    campaign = Id(max_value=999_999_999, required=False)


class EvidenceExportBody(Body):
    form = serializers.ChoiceField(list(LISTS))
    asked = EvidenceWanted(required=False, help_text="Without any all attempts.")


def _ask(door: OrdersDoor, said: dict[str, Any]) -> EvidenceExport:
    return export_ask(user=door.request.user, form=said["form"], asked=Filters(**said.get("asked", {})))


FILES = file_doors(Kind(
    place="evidence/exports", name="evidence_exports", what="evidence", tags=TAGS, needs=CODE, shelf=SHELF,
    shape=EvidenceExportShape, body=EvidenceExportBody, forms=LISTS, ask=_ask,
))  # fmt: skip
