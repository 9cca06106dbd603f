"""Doors of files that a program orders, as people do on pages (``crm.sheets.orders``): ordered, followed, given up,
fetched. Each is of the token that ordered it: what that one may see is in it, and no other gets it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.rest.endpoint import Endpoint
from crm.rest.files import Download
from crm.rest.problems import Problem
from crm.rest.shapes import Asked, Body, Shape
from crm.sheets.orders.asking import order_cancel
from crm.sheets.orders.handing import ordered_file
from crm.sheets.orders.rows import Order
from crm.sheets.orders.shelf import KEPT, Shelf
from crm.sheets.writing import TYPES

State = Order.State


class OrderShape(Shape):
    """An order to write a file."""

    id = serializers.IntegerField()
    form = serializers.ChoiceField(list(TYPES))
    state = serializers.ChoiceField(State.choices)
    expected = serializers.IntegerField(allow_null=True, help_text="Rows; null while they are not counted yet.")
    written = serializers.IntegerField(help_text="Rows so far.")
    percent = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes of the file, 0 until it is ready.")
    reason = serializers.CharField(help_text="Why it failed: not_allowed, given_up or disk.")
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    kept_until = serializers.SerializerMethodField(help_text="Of a file that is ready; then it is removed.")
    file = serializers.SerializerMethodField(help_text="Address of the file, for this token alone; null until ready.")

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_kept_until(self, order: Any) -> datetime | None:
        return order.finished_at + KEPT if order.state == State.READY else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_file(self, order: Any) -> str | None:
        kind = self.context["view"].of
        return reverse(f"api_{kind.name}_file", args=[order.pk]) if order.state == State.READY else None


class OrdersAsked(Asked):
    state = serializers.ChoiceField(State.choices, required=False)


@dataclass(frozen=True)
class Kind:
    """Files of one kind. ``place``: address of their list below /api/v1; ``name``: of the operations, of the addresses
    with ``api_`` before; ``what``: of which things they are; ``ask``: orders one, of the door and the body, as the
    service does; ``stem``: name of a file, "" for the usual one."""

    place: str
    name: str
    what: str
    tags: list[str]
    needs: str
    shelf: Shelf
    shape: type[OrderShape]
    body: type[Body]
    forms: Collection[str]
    ask: Callable[["OrdersDoor", dict[str, Any]], Any]
    stem: Callable[[Any], str] = lambda order: ""


class FileOrders(Endpoint):
    of: ClassVar[Kind]

    def order(self) -> Any:
        """The one that the address names. Raises Http404 for another token's."""
        return get_object_or_404(self.of.shelf.of(self.request.user), pk=self.kwargs["pk"])


class OrdersDoor(FileOrders):
    lists = True
    asked = OrdersAsked
    ordering = ("-asked_at", "-pk")

    def listing(self, request: Request) -> Response:
        return self.listed(self.of.shelf.of(request.user).filter(**self.asked_for()))

    def ordered(self, request: Request) -> Response:
        """What cannot be ordered now is a conflict."""
        said = self.taken(self.of.body)
        try:
            made = self.of.ask(self, said)
        except ValidationError as error:
            raise Problem("conflict", " ".join(error.messages)) from error
        return self.shown(made, status=202, location=f"{request.path}/{made.pk}")


class OrderFileDoor(FileOrders):
    renderer_classes = (Download,)

    def fetched(self, request: Request) -> HttpResponseBase:
        self.asked_for()
        order = self.order()
        return ordered_file(request._request, self.of.shelf, order.pk, self.of.stem(order))


def file_doors(kind: Kind) -> list[URLPattern]:
    """Addresses of all doors of these files."""
    say = partial(extend_schema, tags=kind.tags)
    binary = {(200, TYPES[form].partition(";")[0]): OpenApiTypes.BINARY for form in kind.forms}

    class Many(OrdersDoor):
        of, serializer_class, needs = kind, kind.shape, {"GET": kind.needs, "POST": kind.needs}

        @say(operation_id=f"{kind.name}_list", summary=f"List ordered files of {kind.what}")
        def get(self, request: Request) -> Response:
            """Those of this token, the newest first. They are told of for a month, and kept for a day."""
            return self.listing(request)

        @say(
            operation_id=f"{kind.name}_order", summary=f"Order a file of {kind.what}", request=kind.body,
            responses={202: kind.shape},
        )  # fmt: skip
        def post(self, request: Request) -> Response:
            """It is written as far as this token reaches: read the order until it is ready, then fetch its file. Of a
            token three may be under way. The words in it are in the language of `Accept-Language`."""
            return self.ordered(request)

    class One(FileOrders):
        of, serializer_class, needs = kind, kind.shape, {"GET": kind.needs}

        @say(operation_id=f"{kind.name}_read", summary=f"Read how far a file of {kind.what} is")
        def get(self, request: Request, pk: int) -> Response:
            self.asked_for()
            return self.shown(self.order())

    class Cancel(FileOrders):
        of, serializer_class, needs = kind, kind.shape, {"POST": kind.needs}

        @say(
            operation_id=f"{kind.name}_cancel", summary=f"Give up a file of {kind.what}", request=None,
            responses={200: kind.shape},
        )  # fmt: skip
        def post(self, request: Request, pk: int) -> Response:
            """409 when it is finished."""
            if not order_cancel(shelf=kind.shelf, user=request.user, order_id=self.order().pk):
                raise Problem("conflict")
            return self.shown(self.order())

    class File(OrderFileDoor):
        of, needs = kind, {"GET": kind.needs}

        @say(operation_id=f"{kind.name}_fetch", summary=f"Download a file of {kind.what}", responses=binary)
        def get(self, request: Request, pk: int) -> HttpResponseBase:
            """For the token that ordered it alone. 404 until it is ready, and once it is removed. That it was fetched
            is an entry of the audit."""
            return self.fetched(request)

    return [
        path(kind.place, Many.as_view(), name=f"api_{kind.name}"),
        path(f"{kind.place}/<int:pk>", One.as_view(), name=f"api_{kind.name}_one"),
        path(f"{kind.place}/<int:pk>/cancel", Cancel.as_view(), name=f"api_{kind.name}_cancel"),
        path(f"{kind.place}/<int:pk>/file", File.as_view(), name=f"api_{kind.name}_file"),
    ]
