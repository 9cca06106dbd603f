"""Saved reports by mail, again and again."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.reports.api import mailingshapes as shapes
from crm.reports.api.reports import TAGS
from crm.reports.mailing.services import mailing_add, mailing_pause, mailing_remove
from crm.reports.models import ReportMailing, SavedReport
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem
from crm.rest.shapes import as_lists

NEEDS = "reports.export"


class _Mailing(Endpoint):
    serializer_class = shapes.MailingShape

    def hers(self) -> QuerySet[ReportMailing]:
        """Those of the integration."""
        return ReportMailing.objects.filter(report__owner=self.request.user).prefetch_related(*as_lists("recipients"))

    def mailing(self) -> ReportMailing:
        return get_object_or_404(self.hers(), pk=self.kwargs["pk"])

    def matched(self) -> None:
        """Locked. Raises Problem when somebody changed it in between."""
        get_object_or_404(self.hers().select_for_update(of=("self",)), pk=self.kwargs["pk"])
        require_match(self.request, self.tag(self.mailing()))

    def told(self, mailing: ReportMailing, **more: Any) -> Response:
        return self.shown(mailing, tag=self.tag(mailing), **more)

    def tag(self, mailing: ReportMailing) -> str:
        """Of what somebody sets: when it is due next moves by itself."""
        return tag_of_body({**shapes.MailingShape(mailing).data, "next_at": None})


class Mailings(_Mailing):
    """The oldest first."""

    lists = True
    needs = {"GET": NEEDS, "POST": NEEDS}
    ordering = ("pk",)

    @extend_schema(operation_id="mailings_list", tags=TAGS, summary="List mailings of saved reports")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(self.hers())

    @extend_schema(
        operation_id="mailings_add", tags=TAGS, summary="Have a saved report mailed", request=shapes.MailingBody,
        responses={201: shapes.MailingShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """To people whom `reports.see` reaches, which needs `reports.share`, too. Each sees in it what she may see, in
        her language."""
        said = self.taken(shapes.MailingBody)
        said["at"], said["report_id"] = f"{said['at']:%H:%M}", said.pop("report")
        people = [str(one) for one in said.pop("recipients")]
        try:
            made = mailing_add(user=request.user, recipients=people, **said)
        except SavedReport.DoesNotExist as error:
            raise Problem("invalid", errors={"report": [_("There is no such report.")]}) from error
        made = get_object_or_404(self.hers(), pk=made.pk)
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class MailingOne(_Mailing):
    needs = {"GET": NEEDS, "PATCH": NEEDS, "DELETE": NEEDS}

    @extend_schema(operation_id="mailings_read", tags=TAGS, summary="Read a mailing")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.mailing())

    @extend_schema(
        operation_id="mailings_pause", tags=TAGS, summary="Pause a mailing, or let it go on",
        request=shapes.MailingChangeBody, responses={200: shapes.MailingShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """What went by while it was paused is not made up for."""
        said = self.taken(shapes.MailingChangeBody)
        with transaction.atomic():
            self.matched()
            mailing_pause(user=request.user, mailing_id=pk, paused=said["paused"])
        return self.told(self.mailing())

    @extend_schema(operation_id="mailings_remove", tags=TAGS, summary="Remove a mailing", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            self.matched()
            if not mailing_remove(user=request.user, mailing_id=pk):
                raise Http404
        return Response(status=204)


class MailingRuns(_Mailing):
    """Each mail to each recipient, the newest first."""

    serializer_class = shapes.MailingRunShape
    lists = True
    needs = {"GET": NEEDS}
    ordering = ("-due_at", "-pk")

    @extend_schema(operation_id="mailing_runs_list", tags=TAGS, summary="List what a mailing sent")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.listed(self.mailing().runs.select_related("recipient"))
