"""The trail: who changed or opened what, when and from where. It is only read."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.numbers import sees_whole
from crm.audit import export
from crm.audit import services as audit
from crm.audit.api.paging import Places
from crm.audit.filters import LEAST, Filters
from crm.audit.lines import lines
from crm.audit.selectors import entries_shown
from crm.audit.words import CHANGES, DOORS
from crm.rest.endpoint import Endpoint
from crm.rest.files import Download
from crm.rest.shapes import Asked, Day, Shape
from crm.sheets import writing as sheets

TAGS, NEEDS = ["Audit"], "audit.see"
LONGEST = 120


class AuditEntryShape(Shape):
    """One change of one row, or one event. Numbers are masked without *See numbers whole*, secrets are never shown."""

    class AuditChange(Shape):
        column = serializers.CharField(help_text="Its name in the table, or that of a detail.")
        field = serializers.CharField(help_text="In words, of the language that is asked for.")
        before = serializers.CharField(allow_null=True, help_text="Null where there is no such side.")
        after = serializers.CharField(allow_null=True)

    id = serializers.IntegerField(source="entry.id")
    at = serializers.DateTimeField(source="entry.at")
    who = serializers.CharField(source="entry.who", help_text="A login; system:…; empty: not signed in.")
    who_name = serializers.CharField(source="who")
    address = serializers.CharField(source="entry.address")
    door = serializers.CharField(source="entry.door", help_text=f"{', '.join(DOORS)}.")
    action = serializers.CharField(source="entry.action", help_text=f"{', '.join(CHANGES)}, or the code of an event.")
    action_name = serializers.CharField(source="action")
    kind = serializers.CharField(source="entry.kind", help_text="Table of the object; empty where none is concerned.")
    kind_name = serializers.CharField(source="kind")
    object = serializers.CharField(source="entry.object", help_text="Its key.")
    label = serializers.CharField(help_text="What it was called.")
    changes = AuditChange(many=True)
    transaction = serializers.IntegerField(source="entry.transaction", help_text="Written together: the same number.")


class EntriesAsked(Asked):
    who = serializers.CharField(required=False, max_length=LONGEST, help_text="A login.")
    action = serializers.CharField(required=False, max_length=LONGEST)
    kind = serializers.CharField(required=False, max_length=LONGEST, help_text="A table.")
    object = serializers.CharField(required=False, max_length=LONGEST, help_text="A key.")
    since = Day(required=False, help_text="The first day, by the centre's clock.")
    until = Day(required=False, help_text="The last day.")
    text = serializers.CharField(
        required=False, min_length=LEAST, max_length=LONGEST,
        help_text="In labels and values; pieces of numbers only for who sees numbers whole.",
    )  # fmt: skip

    def validate(self, said: dict[str, object]) -> dict[str, object]:
        if "since" in said and "until" in said and said["until"] < said["since"]:  # type: ignore[operator]
            raise serializers.ValidationError({"until": _("The end lies before the beginning.")})
        return said


class Entries(Endpoint):
    """The newest first."""

    serializer_class = AuditEntryShape
    lists = True
    pagination_class = Places
    asked = EntriesAsked
    needs = {"GET": NEEDS}

    @extend_schema(
        operation_id="audit_list", tags=TAGS, summary="Search the audit", responses=AuditEntryShape(many=True)
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        whole = sees_whole(request.user)
        found = self.paginate_queryset(Filters(**self.asked_for(), whole=whole))
        return self.get_paginated_response(self.get_serializer(lines(found or (), whole=whole), many=True).data)


class EntryOne(Endpoint):
    serializer_class = AuditEntryShape
    needs = {"GET": NEEDS}

    @extend_schema(operation_id="audit_read", tags=TAGS, summary="Read an entry of the audit")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        found = get_object_or_404(entries_shown(), pk=pk)
        return self.shown(lines([found], whole=sees_whole(request.user))[0])


class EntriesFile(Endpoint):
    asked = EntriesAsked
    needs = {"GET": "audit.export"}
    renderer_classes = (Download,)

    @extend_schema(
        operation_id="audit_file", tags=TAGS, summary="Download the audit",
        responses={(200, sheets.TYPES[form].partition(";")[0]): OpenApiTypes.BINARY for form in sheets.LISTS},
    )  # fmt: skip
    def get(self, request: Request, form: str) -> HttpResponseBase:
        """All that fits the filters, as csv or xlsx, in the language of `Accept-Language`. That it was taken is an
        entry first."""
        asked = Filters(**self.asked_for(), whole=sees_whole(request.user))
        if form not in sheets.LISTS:
            raise Http404
        said = {"filters": asked.said()} if asked.any else {}
        audit.read(request.user, "audit.exported", details={"format": form, **said})
        name = f"audit-{timezone.localtime():%Y%m%d-%H%M%S}"
        rows = export.rows(asked, get_language() or "en")
        return sheets.response(request._request, name, form, export.header(), rows)
