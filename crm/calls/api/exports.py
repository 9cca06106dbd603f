"""Files of calls."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.access.numbers import sees_whole
from crm.calls.api.shapes import CallsAsked
from crm.calls.behind import behind_of
from crm.calls.exports.asking import export_ask
from crm.calls.exports.files import SHELF
from crm.calls.filters import SPANS, Filters
from crm.calls.lists.columns import BY_CODE
from crm.calls.models import CallExport
from crm.calls.paging import PAGE
from crm.rest.fileorders import Kind, OrdersDoor, OrderShape, file_doors
from crm.rest.shapes import Body, Day
from crm.sheets.writing import LISTS


class CallExportShape(OrderShape):
    """An order to write calls into a file."""

    asked = serializers.DictField(
        source="filters", child=serializers.CharField(), help_text="Filters. A number or note is forgotten once ready."
    )
    columns = serializers.ListField(child=serializers.CharField(), help_text="Codes.")


class CallsOfDays(CallsAsked):
    """The filters of the list, with days in place of moments."""

    span = serializers.ChoiceField(list(SPANS), required=False, help_text="Instead of since and until.")
    since = Day(required=False, help_text="The first day, by the centre's clock.")
    until = Day(required=False, help_text="The last day.")

    def validate_behind(self, said: str) -> Any:
        found = behind_of(said)
        if found is None:
            raise serializers.ValidationError(_("This is no figure of a report."))
        return found

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if "span" in said and ("since" in said or "until" in said):
            raise serializers.ValidationError({"span": _("Ask for a span or for days, not for both.")})
        if "since" in said and "until" in said and said["until"] < said["since"]:
            raise serializers.ValidationError({"until": _("The end lies before the beginning.")})
        return said


class CallExportBody(Body):
    form = serializers.ChoiceField(list(LISTS))
    asked = CallsOfDays(required=False, help_text="Filters; without any all calls.")
    calls = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=PAGE,
        help_text="Ids: these calls, whatever else is asked.",
    )  # fmt: skip
    columns = serializers.ListField(
        child=serializers.ChoiceField(list(BY_CODE)), required=False, help_text="Else the usual ones."
    )


def _ask(door: OrdersDoor, said: dict[str, Any]) -> CallExport:
    user = door.request.user
    asked = Filters(**said.get("asked", {}), whole=sees_whole(user))
    columns, calls = said.get("columns", ()), said.get("calls", ())
    return export_ask(user=user, form=said["form"], asked=asked, columns=columns, calls=calls)


FILES = file_doors(Kind(
    place="calls/exports", name="call_exports", what="calls", tags=["Calls"], needs="calls.export", shelf=SHELF,
    shape=CallExportShape, body=CallExportBody, forms=LISTS, ask=_ask,
))  # fmt: skip
