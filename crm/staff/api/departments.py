"""Departments."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import reach
from crm.accounts.models import Department, User
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem
from crm.staff.api import shapes
from crm.staff.services.departments import department_add, department_move, department_remove, department_rename

TAGS = ["Departments"]
MANAGE = "departments.manage"
SEE = f"users.see or users.manage or {MANAGE}"


class _Department(Endpoint):
    serializer_class = shapes.DepartmentShape

    def department(self, *, lock: bool = False) -> Department:
        found = within_reach(self.request.user)
        return get_object_or_404(found.select_for_update() if lock else found, pk=self.kwargs["pk"])

    def told(self, department: Department, **more: Any) -> Response:
        return self.shown(department, tag=self.tag(department), **more)

    def tag(self, department: Department) -> str:
        return tag_of_body(shapes.DepartmentShape(department).data)


class Departments(_Department):
    """Those within the data scope."""

    lists = True
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("name", "pk")

    @extend_schema(operation_id="departments_list", tags=TAGS, summary="List departments")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(within_reach(request.user))

    @extend_schema(
        operation_id="departments_add", tags=TAGS, summary="Add a department", request=shapes.DepartmentBody,
        responses={201: shapes.DepartmentShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        said = self.taken(shapes.DepartmentBody)
        made = department_add(actor=request.user, **{"parent": None} | said)
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class DepartmentOne(_Department):
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="departments_read", tags=TAGS, summary="Read a department")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.department())

    @extend_schema(
        operation_id="departments_change", tags=TAGS, summary="Rename or move a department",
        request=shapes.DepartmentChangeBody, responses={200: shapes.DepartmentShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """It moves with all that is below it."""
        said = self.taken(shapes.DepartmentChangeBody)
        with transaction.atomic():
            one = self.department(lock=True)
            require_match(request, self.tag(one))
            if "name" in said or "name_zh" in said:
                names = {name: said.get(name, getattr(one, name)) for name in ("name", "name_zh")}
                one = department_rename(actor=request.user, department=one, **names)
            if "parent" in said:
                one = department_move(actor=request.user, department=one, parent=said["parent"])
        return self.told(one)

    @extend_schema(
        operation_id="departments_remove", tags=TAGS, summary="Remove an empty department", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            one = self.department(lock=True)
            require_match(request, self.tag(one))
            try:
                department_remove(actor=request.user, department=one)
            except ValidationError as error:
                raise Problem("conflict", " ".join(error.messages)) from error
        return Response(status=204)


def within_reach(user: User) -> QuerySet[Department]:
    """What one of these permissions reaches."""
    reached = [reach(user, code) for code in SEE.split(" or ")]
    if any(one.everything for one in reached):
        return Department.objects.all()
    return Department.objects.filter(pk__in=frozenset().union(*(one.departments for one in reached)))
