"""Reports that are kept under a name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.reports.answering import REPORTS, answered
from crm.reports.api import shapes
from crm.reports.api.reports import TAGS, plain, told
from crm.reports.asking import question
from crm.reports.models import SavedReport
from crm.reports.saved.selectors import reports_offered
from crm.reports.saved.services import report_change, report_remove, report_save
from crm.reports.scope import SEE, seen_by
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem


class _Saved(Endpoint):
    serializer_class = shapes.SavedShape

    def offered(self) -> QuerySet[SavedReport]:
        """Of the reports that this API runs."""
        return reports_offered(self.request.user).filter(report__in=REPORTS).prefetch_related("roles")

    def saved(self) -> SavedReport:
        return get_object_or_404(self.offered(), pk=self.kwargs["pk"])

    def told(self, saved: SavedReport, **more: Any) -> Response:
        return self.shown(saved, tag=self.tag(saved), **more)

    def tag(self, saved: SavedReport) -> str:
        return tag_of_body(shapes.SavedShape(saved).data)

    def matched(self) -> SavedReport:
        """In the transaction that changes it."""
        saved = self.saved()
        SavedReport.objects.select_for_update().filter(pk=saved.pk).first()
        require_match(self.request, self.tag(self.saved()))
        return saved


class SavedReports(_Saved):
    """Those of the integration."""

    lists = True
    needs = {"GET": SEE, "POST": SEE}
    ordering = ("name", "pk")

    @extend_schema(operation_id="saved_reports_list", tags=TAGS, summary="List saved reports")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(self.offered())

    @extend_schema(
        operation_id="saved_reports_save", tags=TAGS, summary="Save a report", request=shapes.SavedBody,
        responses={201: shapes.SavedShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        said = self.taken(shapes.SavedBody)
        asked = plain(said.get("asked", {}))
        if said["report"] not in REPORTS or not REPORTS[said["report"]].open_to(seen_by(request.user)):
            raise Problem("invalid", errors={"report": [_("There is no such report.")]})
        try:
            made = report_save(
                user=request.user, name=said["name"], report=said["report"], said=asked, days=asked.get("span", "")
            )
        except ValidationError as error:
            raise Problem("conflict", " ".join(error.messages)) from error
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class SavedOne(_Saved):
    needs = {"GET": SEE, "PATCH": SEE, "DELETE": SEE}

    @extend_schema(operation_id="saved_reports_read", tags=TAGS, summary="Read a saved report")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.saved())

    @extend_schema(
        operation_id="saved_reports_change", tags=TAGS, summary="Rename or share a saved report",
        request=shapes.SavedChangeBody, responses={200: shapes.SavedShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Sharing needs `reports.share`, too."""
        said = self.taken(shapes.SavedChangeBody)
        with transaction.atomic():
            before = self.matched()
            roles = said.get("roles", [role.pk for role in before.roles.all()])
            try:
                report_change(
                    user=request.user, report_id=pk, name=said.get("name", before.name), roles=map(str, roles)
                )
            except SavedReport.DoesNotExist as error:
                raise Http404 from error
            except ValidationError as error:
                raise Problem("conflict", " ".join(error.messages)) from error
        return self.told(self.saved())

    @extend_schema(
        operation_id="saved_reports_remove", tags=TAGS, summary="Remove a saved report", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            self.matched()
            if not report_remove(user=request.user, report_id=pk):
                raise Http404
        return Response(status=204)


class SavedRun(_Saved):
    serializer_class = shapes.TableShape
    needs = {"GET": SEE}

    @extend_schema(operation_id="saved_reports_run", tags=TAGS, summary="Run a saved report")
    def get(self, request: Request, pk: int) -> Response:
        """A span moves on with the calendar."""
        self.asked_for()
        saved = self.saved()
        report = REPORTS[saved.report]
        if not report.open_to(seen_by(request.user)):
            raise Http404
        asked = question(saved.said, report=saved.report, **report.usual)
        return self.shown(told(answered(request.user, asked).table, asked))
