"""The leads of a campaign, and taking customers in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api import leadshapes as shapes
from crm.campaigns.api.campaigns import MANAGE, SEE, TAGS, OfCampaign, conflict
from crm.campaigns.leads.taking import ALREADY, UNKNOWN, WHY_NOT, leads_take
from crm.campaigns.models import Attempt, Lead
from crm.campaigns.running.filling import fill_ask, leads_ask
from crm.campaigns.running.selectors import NOT_REACHED, LeadFilters, fills_of, leads_seen, packages_ready
from crm.customers.whom import filters_of
from crm.rest import bulk
from crm.rest.problems import Problem


class Leads(OfCampaign):
    """Those whose customers the token may see, in the order in which they were taken in."""

    serializer_class = shapes.LeadShape
    lists = True
    asked = shapes.LeadAsked
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("pk",)

    @extend_schema(operation_id="leads_list", tags=TAGS, summary="List the leads of a campaign")
    def get(self, request: Request, pk: int) -> Response:
        asked = self.asked_for()
        found = leads_seen(request.user, self.campaign(), filters_wanted(asked))
        return self.listed(found.filter(customer=asked["customer"]) if "customer" in asked else found)

    @extend_schema(
        operation_id="leads_add_many", tags=TAGS, summary="Take up to 500 customers into a campaign",
        request=bulk.Many, responses={200: bulk.BulkShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Each item: `customer` (id) and, if wanted, `priority` (−100 to 100; higher ones are called first). The good
        ones are taken at once; each other one is answered with its reason. `id` is the lead's."""
        campaign = self.campaign()

        def take(items: list[dict[str, Any]]) -> list[Any]:
            wanted = {one["customer"]: one["priority"] for one in items}
            try:
                told = leads_take(user=request.user, campaign=campaign, wanted=wanted, at=timezone.now())
            except ValidationError as error:
                raise conflict(error) from error
            first: set[int] = set()
            answers = []
            for one in items:
                customer = one["customer"]
                answers.append(_answer(ALREADY if customer in first else told[customer]))
                first.add(customer)
            return answers

        items = self.taken(bulk.Many)["items"]
        read = lambda item: self.read(shapes.LeadBody, item)  # noqa: E731
        return Response(bulk.together(items, read, take, instance=request.path))


class LeadOne(OfCampaign):
    serializer_class = shapes.LeadFullShape
    needs = {"GET": SEE}

    @extend_schema(operation_id="leads_read", tags=TAGS, summary="Read a lead with its attempts")
    def get(self, request: Request, pk: int, lead: int) -> Response:
        self.asked_for()
        found = leads_seen(request.user, self.campaign(), LeadFilters())
        tries = Attempt.objects.select_related("agent").order_by("-made_at", "-id")
        return self.shown(get_object_or_404(found.prefetch_related(Prefetch("tries", tries)), pk=lead))


class Fills(OfCampaign):
    """Orders to take customers in, the newest first."""

    serializer_class = shapes.FillShape
    lists = True
    needs = {"GET": SEE, "POST": MANAGE}

    @extend_schema(operation_id="fills_list", tags=TAGS, summary="List the takings in of a campaign")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.listed(fills_of(self.campaign()))

    @extend_schema(
        operation_id="fills_order", tags=TAGS, summary="Have many customers taken into a campaign",
        request=shapes.FillBody, responses={202: shapes.FillShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """An import, customers by id, or those whom a filter finds. It is carried out in steps: read it again to see
        how far it is."""
        campaign, said = self.campaign(), self.taken(shapes.FillBody)
        package = said.get("package")
        if package is not None and not packages_ready(request.user).filter(pk=package.pk).exists():
            raise Http404
        whom = said.pop("filter", None)
        if whom is not None:
            said["filters"] = filters_of(whom)
        fill = fill_ask(user=request.user, campaign=campaign, **said)
        return self.shown(fill, status=202, location=f"{request.path}/{fill.pk}")


class LeadDeeds(OfCampaign):
    serializer_class = shapes.FillShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="leads_deed", tags=TAGS, summary="Open many leads again, or take them out",
        request=shapes.DeedBody, responses={202: shapes.FillShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Those that the filters find and whose customers the token sees. It is carried out in steps: its taking in
        tells how far it is."""
        campaign, said = self.campaign(), self.taken(shapes.DeedBody)
        wanted = filters_wanted(said["asked"])
        fill = leads_ask(
            user=request.user, campaign=campaign, deed=said["deed"], asked=wanted, priority=said["priority"]
        )  # fmt: skip
        return self.shown(fill, status=202, location=reverse("api_fill", args=[campaign.pk, fill.pk]))


class FillOne(OfCampaign):
    serializer_class = shapes.FillShape
    needs = {"GET": SEE}

    @extend_schema(operation_id="fills_read", tags=TAGS, summary="Read how far a taking in is")
    def get(self, request: Request, pk: int, fill: int) -> Response:
        self.asked_for()
        return self.shown(get_object_or_404(fills_of(self.campaign()), pk=fill))


def filters_wanted(asked: dict[str, Any]) -> LeadFilters:
    return LeadFilters(
        text=asked.get("q", ""), state=asked.get("state", ""), outcome=asked.get("outcome", ""),
        reach=NOT_REACHED if asked.get("not_reached") else "", fill=asked.get("fill", 0),
    )  # fmt: skip


def _answer(told: Lead | str) -> Any:
    if isinstance(told, Lead):
        return told.pk
    return Problem("not-found" if told == UNKNOWN else "conflict", str(WHY_NOT[told]))
