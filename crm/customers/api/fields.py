"""Projects and fields that the centre defines for its customers. Nothing is deleted: it is taken out of use."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.customers.api import fieldshapes as shapes
from crm.customers.fields.defining import NEEDS, field_save, project_save
from crm.customers.models import CustomerField, Project
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body

TAGS = ["Customers' fields"]
READ = f"customers.see or {NEEDS} or customers.import"


class _Defined(Endpoint):
    """A door of things that have no version: their ETag is of all they say."""

    def told(self, thing: Any, **more: Any) -> Response:
        return self.shown(thing, tag=self.tag(thing), **more)

    def tag(self, thing: Any) -> str:
        return tag_of_body(self.serializer_class(thing, context=self.get_serializer_context()).data)


class Projects(_Defined):
    serializer_class = shapes.ProjectShape
    lists = True
    asked = shapes.ActiveAsked
    needs = {"GET": READ, "POST": NEEDS}
    ordering = ("name", "pk")

    @extend_schema(operation_id="projects_list", tags=TAGS, summary="List projects")
    def get(self, request: Request) -> Response:
        return self.listed(Project.objects.filter(**self.asked_for()))

    @extend_schema(
        operation_id="projects_add", tags=TAGS, summary="Add a project", request=shapes.ProjectBody,
        responses={201: shapes.ProjectShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = project_save(actor=request.user, project=None, fields=self.taken(shapes.ProjectBody))
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class ProjectOne(_Defined):
    serializer_class = shapes.ProjectShape
    needs = {"GET": READ, "PATCH": NEEDS}

    @extend_schema(operation_id="projects_read", tags=TAGS, summary="Read a project")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(Project, pk=pk))

    @extend_schema(
        operation_id="projects_change", tags=TAGS, summary="Rename a project, or take it out of use",
        request=shapes.ProjectChangeBody, responses={200: shapes.ProjectShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        one = get_object_or_404(Project, pk=pk)
        require_match(request, self.tag(one))
        saved = project_save(actor=request.user, project=one, fields=self.taken(shapes.ProjectChangeBody))
        return self.told(saved)


class Fields(_Defined):
    serializer_class = shapes.FieldShape
    lists = True
    asked = shapes.ActiveAsked
    needs = {"GET": READ, "POST": NEEDS}
    ordering = ("order", "pk")

    @extend_schema(operation_id="fields_list", tags=TAGS, summary="List the fields of customers")
    def get(self, request: Request) -> Response:
        return self.listed(_full().filter(**self.asked_for()))

    @extend_schema(
        operation_id="fields_add", tags=TAGS, summary="Add a field of customers", request=shapes.FieldBody,
        responses={201: shapes.FieldShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        said = self.taken(shapes.FieldBody)
        made = field_save(actor=request.user, field=None, fields=said, lines=shapes.lines(said.pop("choices", [])))
        return self.told(_full().get(pk=made.pk), status=201, location=f"{request.path}/{made.pk}")


class FieldOne(_Defined):
    serializer_class = shapes.FieldShape
    needs = {"GET": READ, "PATCH": NEEDS}

    @extend_schema(operation_id="fields_read", tags=TAGS, summary="Read a field of customers")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(_full(), pk=pk))

    @extend_schema(
        operation_id="fields_change", tags=TAGS, summary="Change a field of customers, or take it out of use",
        request=shapes.FieldChangeBody, responses={200: shapes.FieldShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Its code and kind never change. A field out of use keeps its values."""
        one = get_object_or_404(_full(), pk=pk)
        require_match(request, self.tag(one))
        said = self.taken(shapes.FieldChangeBody)
        field_save(actor=request.user, field=one, fields=said, lines=shapes.lines(said.pop("choices", [])))
        return self.told(_full().get(pk=pk))


def _full() -> Any:
    return CustomerField.objects.select_related("project").prefetch_related("choices")
