"""Hosts that addresses of pop-ups and lookups may name: list, allow, remove."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.popups.api import shapes
from crm.popups.api.popups import TAGS
from crm.popups.models import Host
from crm.popups.services import ALLOW, SET_UP, host_add, host_remove
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem


class _Host(Endpoint):
    serializer_class = shapes.HostShape

    def told(self, host: Host, **more: Any) -> Response:
        return self.shown(host, tag=self.tag(host), **more)

    def tag(self, host: Host) -> str:
        return tag_of_body(shapes.HostShape(host).data)


class Hosts(_Host):
    """Hosts that addresses may name."""

    lists = True
    needs = {"GET": f"{SET_UP} or {ALLOW}", "POST": ALLOW}
    ordering = ("name",)

    @extend_schema(operation_id="popup_hosts_list", tags=TAGS, summary="List allowed hosts")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(Host.objects.all())

    @extend_schema(
        operation_id="popup_hosts_add", tags=TAGS, summary="Allow a host", request=shapes.HostBody,
        responses={201: shapes.HostShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Pop-ups and lookups may then send it what their addresses name, such as numbers: give this permission to few
        tokens."""
        made = host_add(actor=request.user, **self.taken(shapes.HostBody))
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class HostOne(_Host):
    needs = {"GET": f"{SET_UP} or {ALLOW}", "DELETE": ALLOW}

    @extend_schema(operation_id="popup_hosts_read", tags=TAGS, summary="Read an allowed host")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(Host, pk=pk))

    @extend_schema(
        operation_id="popup_hosts_remove", tags=TAGS, summary="Allow a host no longer", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """409 as long as an address names it."""
        with transaction.atomic():
            found = get_object_or_404(Host.objects.select_for_update(), pk=pk)
            require_match(request, self.tag(found))
            try:
                host_remove(actor=request.user, host=found)
            except ValidationError as error:
                raise Problem("conflict", " ".join(error.messages)) from error
        return Response(status=204)
