"""The lines of the lists: look through, add, change, remove."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import refusal
from crm.access.numbers import sees_whole
from crm.numberlists.api import shapes
from crm.numberlists.filters import Filters, entries_found
from crm.numberlists.models import Kind, ListedNumber, NumberList, Way
from crm.numberlists.services import Line, entries_add, entries_remove, entry_change
from crm.numberlists.typed import Typed
from crm.rest import bulk
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem

TAGS = ["Number lists"]
SEE, MANAGE = "lists.see", "lists.manage"


class _Entry(Endpoint):
    serializer_class = shapes.EntryShape

    def entry(self, row: ListedNumber, **more: Any) -> Response:
        return self.shown(row, tag=self.tag(row), **more)

    def tag(self, row: ListedNumber) -> str:
        return tag_of_body(shapes.EntryShape(row, context=self.get_serializer_context()).data)


class Entries(_Entry):
    """The black list, the white list and the numbers that are not to be called, the newest lines first."""

    asked = shapes.EntryAsked
    lists = True
    needs = {"GET": SEE, "POST": MANAGE}

    @extend_schema(operation_id="list_entries_list", tags=TAGS, summary="List the lines of the number lists")
    def get(self, request: Request) -> Response:
        asked = self.asked_for()
        wanted = Filters(text="".join(asked.pop("q", "").split()), **asked)
        return self.listed(entries_found(request.user, wanted))

    @extend_schema(
        operation_id="list_entries_add", tags=TAGS, summary="Put a number on a list", request=shapes.EntryBody,
        responses={201: shapes.EntryShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        row = entries_add(user=request.user, lines=[_line(self.taken(shapes.EntryBody))])[0]
        if row is None:
            raise _there()
        return self.entry(row, status=201, location=f"{request.path}/{row.pk}")


class EntriesBulk(Endpoint):
    """Many at once: the good ones are added, each other one is answered with its reason."""

    serializer_class = bulk.BulkShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="list_entries_add_many", tags=TAGS, summary="Put up to 500 numbers on lists",
        request=bulk.Many, responses={200: bulk.BulkShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Each item as the body of adding one."""

        def take(lines: list[Line]) -> list[Any]:
            return [row.pk if row else _there() for row in entries_add(user=request.user, lines=lines)]

        items = self.taken(bulk.Many)["items"]
        read = lambda item: _line(self.read(shapes.EntryBody, item))  # noqa: E731
        return Response(bulk.together(items, read, take, instance=request.path))


class EntriesRemove(Endpoint):
    serializer_class = shapes.RemovedShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="list_entries_remove_many", tags=TAGS, summary="Take up to 500 lines off the lists",
        request=shapes.RemoveBody, responses={200: shapes.RemovedShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        ids = self.taken(shapes.RemoveBody)["ids"]
        return Response({"removed": entries_remove(user=request.user, entry_ids=ids)})


class EntryOne(_Entry):
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="list_entries_read", tags=TAGS, summary="Read a line of a list")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.entry(_found(pk))

    @extend_schema(
        operation_id="list_entries_change", tags=TAGS, summary="Change a line of a list",
        request=shapes.EntryChangeBody, responses={200: shapes.EntryShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """A token that sees numbers masked changes all of a line but its number."""
        with transaction.atomic():
            row = _found(pk, lock=True)
            require_match(request, self.tag(row))
            said = self.taken(shapes.EntryChangeBody)
            typed = said.pop("number", None)
            if typed is not None and row.kind == Kind.NUMBER and not sees_whole(request.user):
                raise PermissionDenied(refusal("numbers.whole"))
            kept = Typed(row.kind, row.first, row.last)
            entry_change(user=request.user, entry_id=pk, typed=typed or kept, fields=said)
        return self.entry(_found(pk))

    @extend_schema(
        operation_id="list_entries_remove", tags=TAGS, summary="Take a line off its list", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            require_match(request, self.tag(_found(pk, lock=True)))
            entries_remove(user=request.user, entry_ids=[pk])
        return Response(status=204)


def _found(pk: int, *, lock: bool = False) -> ListedNumber:
    rows = ListedNumber.objects.select_related("added_by")
    return get_object_or_404(rows.select_for_update(of=("self",)) if lock else rows, pk=pk)


def _line(said: dict[str, Any]) -> Line:
    said.setdefault("way", Way.OUT if said["list"] == NumberList.NO_CALL else Way.BOTH)
    return said.pop("number"), said


def _there() -> Problem:
    return Problem("conflict", _("This is on the list already, for the same direction."))
