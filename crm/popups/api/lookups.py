"""Lookups: list, add, change, remove, try out."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.popups.api import shapes
from crm.popups.api.popups import TAGS
from crm.popups.models import Lookup
from crm.popups.services import SET_UP, lookup_change, lookup_make, lookup_remove, lookup_try
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body


def _named(lookup: Lookup) -> Lookup:
    lookup.named = [{"label": label, "path": path} for label, path in lookup.fields]  # type: ignore[attr-defined]
    return lookup


def _fields(said: dict[str, Any]) -> dict[str, Any]:
    """As the services take them: fields of the answer are lines."""
    if "answer" in said:
        said["answer"] = "\n".join(f"{one['label']} = {one['path']}" for one in said["answer"])
    return said


class _One(Endpoint):
    serializer_class = shapes.LookupShape

    def matched(self, pk: int) -> Lookup:
        """Locked. Raises Problem when somebody changed it in between."""
        found = get_object_or_404(Lookup.objects.select_for_update(), pk=pk)
        require_match(self.request, self.tag(found))
        return found

    def told(self, lookup: Lookup, **more: Any) -> Response:
        return self.shown(_named(lookup), tag=self.tag(lookup), **more)

    def tag(self, lookup: Lookup) -> str:
        return tag_of_body([shapes.LookupShape(_named(lookup)).data, lookup.sealed])


class Lookups(_One):
    """All, by name."""

    lists = True
    needs = {"GET": SET_UP, "POST": SET_UP}
    ordering = ("name", "pk")

    @extend_schema(operation_id="lookups_list", tags=TAGS, summary="List lookups")
    def get(self, request: Request) -> Response:
        self.asked_for()
        found = self.paginate_queryset(Lookup.objects.all())
        return self.get_paginated_response(self.get_serializer([_named(one) for one in found or ()], many=True).data)

    @extend_schema(
        operation_id="lookups_add", tags=TAGS, summary="Add a lookup", request=shapes.LookupBody,
        responses={201: shapes.LookupShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = lookup_make(actor=request.user, fields=_fields(self.taken(shapes.LookupBody)))
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class LookupOne(_One):
    needs = {"GET": SET_UP, "PATCH": SET_UP, "DELETE": SET_UP}

    @extend_schema(operation_id="lookups_read", tags=TAGS, summary="Read a lookup")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(Lookup, pk=pk))

    @extend_schema(
        operation_id="lookups_change", tags=TAGS, summary="Change a lookup", request=shapes.LookupChangeBody,
        responses={200: shapes.LookupShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Without a `value` the header keeps the one that it has."""
        with transaction.atomic():
            found = self.matched(pk)
            said = _fields(self.taken(shapes.LookupChangeBody))
            return self.told(lookup_change(actor=request.user, lookup=found, fields=said))

    @extend_schema(operation_id="lookups_remove", tags=TAGS, summary="Remove a lookup", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            lookup_remove(actor=request.user, lookup=self.matched(pk))
        return Response(status=204)


class LookupTry(_One):
    serializer_class = shapes.ToldShape
    needs = {"POST": SET_UP}

    @extend_schema(
        operation_id="lookups_try", tags=TAGS, summary="Ask the other system now", request=shapes.TryBody,
        responses={200: shapes.ToldShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        said = self.taken(shapes.TryBody)
        told = lookup_try(actor=request.user, lookup=get_object_or_404(Lookup, pk=pk), number=said["number"])
        values = [{"label": label, "value": value} for label, value in told.fields]
        return Response({"state": told.state, "values": values, "why": told.why})
