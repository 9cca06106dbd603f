"""Templates of campaigns."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api import shapes
from crm.campaigns.api.campaigns import MANAGE, SEE, TAGS
from crm.campaigns.models import CampaignTemplate
from crm.campaigns.running.selectors import templates_seen
from crm.campaigns.running.templates import template_change, template_delete, template_make
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import as_lists


class _Template(Endpoint):
    serializer_class = shapes.TemplateShape

    def template(self, pk: int) -> CampaignTemplate:
        return get_object_or_404(_full(templates_seen(self.request.user)), pk=pk)

    def tag(self, template: CampaignTemplate) -> str:
        return tag_of_body(shapes.TemplateShape(template, context=self.get_serializer_context()).data)

    def told(self, pk: int, **more: Any) -> Response:
        found = self.template(pk)
        return self.shown(found, tag=self.tag(found), **more)

    def matched(self, pk: int) -> None:
        """In the transaction that changes it."""
        CampaignTemplate.objects.select_for_update().filter(pk=pk).first()
        require_match(self.request, self.tag(self.template(pk)))


class Templates(_Template):
    """Rules from which campaigns are begun, by name."""

    lists = True
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("name", "pk")

    @extend_schema(operation_id="campaign_templates_list", tags=TAGS, summary="List templates of campaigns")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(_full(templates_seen(request.user)))

    @extend_schema(
        operation_id="campaign_templates_make", tags=TAGS, summary="Make a template of campaigns",
        request=shapes.RulesBody, responses={201: shapes.TemplateShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = template_make(user=request.user, fields=self.taken(shapes.RulesBody))
        return self.told(made.pk, status=201, location=f"{request.path}/{made.pk}")


class TemplateOne(_Template):
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="campaign_templates_read", tags=TAGS, summary="Read a template of campaigns")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(pk)

    @extend_schema(
        operation_id="campaign_templates_change", tags=TAGS, summary="Change a template of campaigns",
        request=shapes.RulesChangeBody, responses={200: shapes.TemplateShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Campaigns that were begun from it stay as they are."""
        with transaction.atomic():
            self.matched(pk)
            template_change(user=request.user, template_id=pk, fields=self.taken(shapes.RulesChangeBody))
        return self.told(pk)

    @extend_schema(
        operation_id="campaign_templates_remove", tags=TAGS, summary="Remove a template of campaigns",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            self.matched(pk)
            template_delete(user=request.user, template_id=pk)
        return Response(status=204)


def _full(templates: QuerySet[CampaignTemplate]) -> QuerySet[CampaignTemplate]:
    return templates.prefetch_related(*as_lists("departments", "meanings"), "meanings_told__disposition")
