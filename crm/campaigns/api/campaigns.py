"""Campaigns: list, make, read, change, run."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api import shapes
from crm.campaigns.models import Campaign
from crm.campaigns.running import services
from crm.campaigns.running.selectors import campaigns_seen
from crm.rest.endpoint import Endpoint
from crm.rest.etags import tag_of, version_wanted
from crm.rest.problems import Problem
from crm.rest.shapes import as_lists

TAGS = ["Campaigns"]
SEE, MANAGE, RUN = "campaigns.see", "campaigns.manage", "campaigns.run"
STEPS = {
    "start": services.campaign_start, "pause": services.campaign_pause, "resume": services.campaign_resume,
    "end": services.campaign_end,
}  # fmt: skip


class OfCampaign(Endpoint):
    """A door below one campaign."""

    def campaign(self) -> Campaign:
        return get_object_or_404(campaigns_seen(self.request.user), pk=self.kwargs["pk"])


class _Campaign(OfCampaign):
    serializer_class = shapes.CampaignShape

    def told(self, pk: int, **more: Any) -> Response:
        found = get_object_or_404(_full(campaigns_seen(self.request.user)), pk=pk)
        return self.shown(found, tag=tag_of(found.version), **more)


class Campaigns(_Campaign):
    """The newest first."""

    asked = shapes.CampaignAsked
    lists = True
    needs = {"GET": SEE, "POST": MANAGE}

    @extend_schema(operation_id="campaigns_list", tags=TAGS, summary="List campaigns")
    def get(self, request: Request) -> Response:
        asked = self.asked_for()
        names = {"state": "state", "project": "project__code", "q": "name__icontains"}
        found = campaigns_seen(request.user).filter(**{names[name]: value for name, value in asked.items()})
        return self.listed(_full(found))

    @extend_schema(
        operation_id="campaigns_make", tags=TAGS, summary="Make a campaign, from a template or afresh",
        request=shapes.CampaignBody, responses={201: shapes.CampaignShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """It is a draft: take customers in, then start it."""
        said = self.taken(shapes.CampaignBody)
        template = said.pop("template", None)
        made = services.campaign_make(user=request.user, fields=said, template=template)
        return self.told(made.pk, status=201, location=f"{request.path}/{made.pk}")


class CampaignOne(_Campaign):
    needs = {"GET": SEE, "PATCH": MANAGE}

    @extend_schema(operation_id="campaigns_read", tags=TAGS, summary="Read a campaign")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(pk)

    @extend_schema(
        operation_id="campaigns_change", tags=TAGS, summary="Change a campaign",
        request=shapes.CampaignChangeBody, responses={200: shapes.CampaignShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Also while it runs; one that has ended stays as it was."""
        before, said, version = self.campaign(), self.taken(shapes.CampaignChangeBody), version_wanted(request)
        try:
            services.campaign_change(
                user=request.user, campaign_id=pk, version=before.version if version is None else version, fields=said
            )
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                raise
            raise Problem("changed" if error.code == "conflict" else "conflict", " ".join(error.messages)) from error
        return self.told(pk)


class CampaignSteps(_Campaign):
    needs = {"POST": RUN}

    @extend_schema(
        operation_id="campaigns_step", tags=TAGS, summary="Start, pause, resume or end a campaign",
        request=shapes.StepBody, responses={200: shapes.CampaignShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Calls that are up go on. What has ended is never dialled again. 409 where it is in another state, or lacks
        something."""
        self.campaign()
        do = STEPS[self.taken(shapes.StepBody)["step"]]
        try:
            do(user=request.user, campaign_id=pk, at=timezone.now())
        except ValidationError as error:
            raise conflict(error) from error
        return self.told(pk)


def conflict(error: ValidationError) -> Problem:
    """What a service refuses because of the state of things."""
    errors = error.message_dict if hasattr(error, "error_dict") else {}
    return Problem("conflict", " ".join(error.messages), errors=errors)


def _full(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    found = campaigns.select_related("made_by")
    return found.prefetch_related(*as_lists("departments", "meanings"), "meanings_told__disposition")
