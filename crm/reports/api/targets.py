"""What figures should be: of all queues, and a queue's own."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.reports.api import targetshapes as shapes
from crm.reports.api.reports import TAGS
from crm.reports.models import ReportTarget
from crm.reports.targets import (
    OF_QUEUES,
    PERMISSION,
    TARGETED,
    figure_of,
    target_add,
    target_remove,
    targets_read,
    targets_set,
    typed_of,
)
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem


class Targets(Endpoint):
    serializer_class = shapes.TargetsShape
    needs = {"GET": PERMISSION, "PATCH": PERMISSION}

    @extend_schema(operation_id="targets_read", tags=TAGS, summary="Read the targets of all queues")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.told()

    @extend_schema(
        operation_id="targets_set", tags=TAGS, summary="Set targets of all queues", request=shapes.TargetsBody,
        responses={200: shapes.TargetsShape},
    )  # fmt: skip
    def patch(self, request: Request) -> Response:
        """What is left away stays; null is no target."""
        said = self.taken(shapes.TargetsBody)
        with transaction.atomic():
            list(ReportTarget.objects.select_for_update().filter(queue="").order_by("pk"))
            require_match(request, self.tag())
            targets_set(user=request.user, asked={name: typed_of(figure_of(name), one) for name, one in said.items()})
        return self.told()

    def told(self) -> Response:
        known, items = targets_read(), []
        for name in TARGETED:
            figure = figure_of(name)
            more = {"value": known.of(name), "usual": figure.target, "kind": figure.kind.value}
            items.append({"figure": name, "label": str(figure.label), "better": figure.better} | more)
        return self.shown({"items": items}, tag=self.tag())

    def tag(self) -> str:
        known = targets_read()
        return tag_of_body({name: known.of(name) for name in TARGETED})


class _Own(Endpoint):
    serializer_class = shapes.QueueTargetShape

    def own(self) -> QuerySet[ReportTarget]:
        return ReportTarget.objects.filter(figure__in=OF_QUEUES).exclude(queue="")

    def matched(self, pk: int) -> ReportTarget:
        """Locked. Raises Problem when somebody changed it in between."""
        found = get_object_or_404(self.own().select_for_update(), pk=pk)
        require_match(self.request, self.tag(found))
        return found

    def told(self, target: ReportTarget, **more: Any) -> Response:
        return self.shown(target, tag=self.tag(target), **more)

    def tag(self, target: ReportTarget) -> str:
        return tag_of_body(shapes.QueueTargetShape(target).data)

    def put_down(self, figure: str, queue: str, value: float | None) -> ReportTarget:
        typed = typed_of(figure_of(figure), value)
        return target_add(user=self.request.user, figure=figure, queue=queue, typed=typed)


class QueueTargets(_Own):
    """By figure and queue."""

    lists = True
    asked = shapes.QueueTargetsAsked
    needs = {"GET": PERMISSION, "POST": PERMISSION}
    ordering = ("figure", "queue", "pk")

    @extend_schema(operation_id="queue_targets_list", tags=TAGS, summary="List targets of single queues")
    def get(self, request: Request) -> Response:
        return self.listed(self.own().filter(**self.asked_for()))

    @extend_schema(
        operation_id="queue_targets_add", tags=TAGS, summary="Give a queue a target of its own",
        request=shapes.QueueTargetBody, responses={201: shapes.QueueTargetShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """409 when it has one for this figure."""
        said = self.taken(shapes.QueueTargetBody)
        if self.own().filter(figure=said["figure"], queue=said["queue"]).exists():
            raise Problem("conflict", _("There is one for it already. Change that one."))
        made = self.put_down(said["figure"], said["queue"], said["value"])
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class QueueTargetOne(_Own):
    needs = {"GET": PERMISSION, "PATCH": PERMISSION, "DELETE": PERMISSION}

    @extend_schema(operation_id="queue_targets_read", tags=TAGS, summary="Read a queue's target")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(self.own(), pk=pk))

    @extend_schema(
        operation_id="queue_targets_change", tags=TAGS, summary="Change a queue's target",
        request=shapes.QueueTargetChangeBody, responses={200: shapes.QueueTargetShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            found = self.matched(pk)
            said = self.taken(shapes.QueueTargetChangeBody, instance=found)
            return self.told(self.put_down(found.figure, found.queue, said["value"]))

    @extend_schema(
        operation_id="queue_targets_remove", tags=TAGS, summary="Remove a queue's target", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """That of all queues counts for it again."""
        with transaction.atomic():
            found = self.matched(pk)
            target_remove(user=request.user, figure=found.figure, queue=found.queue)
        return Response(status=204)
