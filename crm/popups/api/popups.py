"""Pop-ups: list, add, change, sign, remove."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.popups.addresses import examples
from crm.popups.api import shapes
from crm.popups.models import Popup
from crm.popups.selectors import address_of
from crm.popups.services import (
    SET_UP,
    popup_change,
    popup_make,
    popup_remove,
    popup_secret,
    popup_unsign,
)
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body

TAGS = ["Pop-ups and lookups"]


class _One(Endpoint):
    serializer_class = shapes.PopupShape

    def matched(self, pk: int) -> Popup:
        """Locked. Raises Problem when somebody changed it in between."""
        found = get_object_or_404(Popup.objects.select_for_update(), pk=pk)
        require_match(self.request, self.tag(found))
        return found

    def told(self, popup: Popup, **more: Any) -> Response:
        return self.shown(popup, tag=self.tag(popup), **more)

    def tag(self, popup: Popup) -> str:
        return tag_of_body(shapes.PopupShape(popup).data)


class Popups(_One):
    """All, by name."""

    lists = True
    needs = {"GET": SET_UP, "POST": SET_UP}
    ordering = ("name", "pk")

    @extend_schema(operation_id="popups_list", tags=TAGS, summary="List pop-ups")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(Popup.objects.all())

    @extend_schema(
        operation_id="popups_add", tags=TAGS, summary="Add a pop-up", request=shapes.PopupBody,
        responses={201: shapes.PopupShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Its address is not signed until it gets a secret."""
        made = popup_make(actor=request.user, fields=self.taken(shapes.PopupBody))
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class PopupOne(_One):
    needs = {"GET": SET_UP, "PATCH": SET_UP, "DELETE": SET_UP}

    @extend_schema(operation_id="popups_read", tags=TAGS, summary="Read a pop-up")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(Popup, pk=pk))

    @extend_schema(
        operation_id="popups_change", tags=TAGS, summary="Change a pop-up", request=shapes.PopupChangeBody,
        responses={200: shapes.PopupShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            found = self.matched(pk)
            return self.told(
                popup_change(actor=request.user, popup=found, fields=self.taken(shapes.PopupChangeBody))
            )  # fmt: skip

    @extend_schema(operation_id="popups_remove", tags=TAGS, summary="Remove a pop-up", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            popup_remove(actor=request.user, popup=self.matched(pk))
        return Response(status=204)


class PopupExample(Endpoint):
    serializer_class = shapes.ExampleShape
    needs = {"GET": SET_UP}

    @extend_schema(operation_id="popups_example", tags=TAGS, summary="Read its address as of a call that never was")
    def get(self, request: Request, pk: int) -> Response:
        """Signed as real ones are, if it is signed."""
        self.asked_for()
        found = get_object_or_404(Popup, pk=pk)
        return self.shown({"url": address_of(found, examples(), whole=True, now=timezone.now())})


class PopupSecret(_One):
    needs = {"POST": SET_UP, "DELETE": SET_UP}

    @extend_schema(
        operation_id="popups_secret", tags=TAGS, summary="Sign its address, or make a new secret", request=None,
        responses={200: shapes.SecretOfPopup},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """For 24 hours addresses are signed with the secret before, too: `sig` is two signatures with a dot between."""
        with transaction.atomic():
            made = popup_secret(actor=request.user, popup=self.matched(pk), now=timezone.now())
        return Response({"secret": made})

    @extend_schema(operation_id="popups_unsign", tags=TAGS, summary="Sign its address no longer", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            popup_unsign(actor=request.user, popup=self.matched(pk))
        return Response(status=204)
