"""Roles: what their holders may do. Who holds one is written with the users."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import Role
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem
from crm.staff.api import shapes
from crm.staff.plan import Plan
from crm.staff.selectors.roles import roles_all
from crm.staff.services.roles import role_remove, role_save

TAGS = ["Users"]
SEE, MANAGE = "roles.see or roles.manage or users.manage", "roles.manage"
WRITTEN = ("name", "name_zh", "description", "description_zh", "scope", "permissions")


class _Role(Endpoint):
    serializer_class = shapes.RoleShape

    def role(self, pk: int) -> Role:
        return get_object_or_404(roles_all(), pk=pk)

    def matched(self, pk: int) -> Role:
        """Locked. Raises Problem when somebody changed it in between."""
        get_object_or_404(Role.objects.select_for_update(), pk=pk)
        found = self.role(pk)
        require_match(self.request, self.tag(found))
        return found

    def told(self, role: Role, **more: Any) -> Response:
        found = self.role(role.pk)
        return self.shown(found, tag=self.tag(found), **more)

    def saved(self, role: Role | None, said: dict[str, Any]) -> Role:
        """What is left away stays, and whoever holds it keeps it."""
        fields = {name: getattr(role, name) for name in WRITTEN} if role else dict.fromkeys(WRITTEN, "")
        people = role.users.filter(is_active=True).values_list("pk", flat=True) if role else ()
        plan = Plan(role_id=role.pk if role else None, people=list(people), **{**fields, **said})
        return role_save(actor=self.request.user, plan=plan)

    def tag(self, role: Role) -> str:
        return tag_of_body([getattr(role, name) for name in WRITTEN])


class Roles(_Role):
    """The ready-made ones first."""

    lists = True
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("-ready_made", "pk")

    @extend_schema(operation_id="roles_list", tags=TAGS, summary="List roles")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(roles_all())

    @extend_schema(
        operation_id="roles_add", tags=TAGS, summary="Add a role", request=shapes.RoleBody,
        responses={201: shapes.RoleShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """It allows no more than the token does, and nobody holds it until it is given to users."""
        made = self.saved(None, self.taken(shapes.RoleBody))
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class RoleOne(_Role):
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="roles_read", tags=TAGS, summary="Read a role")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.role(pk))

    @extend_schema(
        operation_id="roles_change", tags=TAGS, summary="Change a role", request=shapes.RoleChangeBody,
        responses={200: shapes.RoleShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """409 for a ready-made one: they stay as they are."""
        said = self.taken(shapes.RoleChangeBody)
        with transaction.atomic():
            found = self.matched(pk)
            if found.ready_made:
                raise Problem("conflict", _("Ready-made roles stay as they are. Copy one to change it."))
            return self.told(self.saved(found, said))

    @extend_schema(operation_id="roles_remove", tags=TAGS, summary="Remove a role", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Those who hold it lose it. Ready-made ones stay."""
        with transaction.atomic():
            role_remove(actor=request.user, role=self.matched(pk))
        return Response(status=204)
