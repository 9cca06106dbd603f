"""Codes that agents choose from, and who serves a queue."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import User
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.permission import ANY
from crm.staff.selectors.people import within_sight
from crm.staff.services.skills import groups_serve, queue_announces
from crm.telephony.api import shapes
from crm.telephony.models import Queue
from crm.telephony.selectors import dispositions, pause_reasons
from crm.telephony.serving import serving

TAGS = ["Configuration"]
MANAGE = "queues.manage"
SEE = f"{MANAGE} or skills.see"


class PauseReasons(Endpoint):
    serializer_class = shapes.PauseReasonShape
    lists = True
    needs = {"GET": ANY}
    ordering = ("order", "code")

    @extend_schema(operation_id="pause_reasons_list", tags=TAGS, summary="List pause reasons")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(pause_reasons())


class Dispositions(Endpoint):
    serializer_class = shapes.DispositionShape
    lists = True
    needs = {"GET": ANY}
    ordering = ("order", "code")

    @extend_schema(operation_id="dispositions_list", tags=TAGS, summary="List outcomes of calls")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(dispositions())


class QueuesServing(Endpoint):
    """All queues with their settings, by their codes."""

    serializer_class = shapes.QueueSettingsShape
    lists = True
    needs = {"GET": SEE}
    ordering = ("code",)

    @extend_schema(operation_id="queues_settings", tags=TAGS, summary="List queues, their settings and skill groups")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(_queues())


class QueueServing(Endpoint):
    serializer_class = shapes.ServingShape
    needs = {"GET": SEE, "PUT": MANAGE}

    @extend_schema(operation_id="queues_serving", tags=TAGS, summary="Read who serves a queue")
    def get(self, request: Request, code: str) -> Response:
        self.asked_for()
        queue = get_object_or_404(_queues(), code=code)
        return self.shown(_told(request.user, queue), tag=_tag(queue))

    @extend_schema(
        operation_id="queues_serving_set", tags=TAGS, summary="Set which skill groups serve a queue",
        request=shapes.ServingBody, responses={200: shapes.ServingShape},
    )  # fmt: skip
    def put(self, request: Request, code: str) -> Response:
        """Its own members stay."""
        with transaction.atomic():
            queue = get_object_or_404(Queue.objects.select_for_update(), code=code)
            require_match(request, _tag(queue))
            groups_serve(actor=request.user, queue=queue, groups=self.taken(shapes.ServingBody)["skill_groups"])
        queue = _queues().get(code=code)
        return self.shown(_told(request.user, queue), tag=_tag(queue))


class QueueAnnouncements(Endpoint):
    serializer_class = shapes.AnnouncementsShape
    needs = {"GET": SEE, "PUT": MANAGE}

    @extend_schema(operation_id="queues_announcements", tags=TAGS, summary="Read what is said before two are joined")
    def get(self, request: Request, code: str) -> Response:
        self.asked_for()
        queue = get_object_or_404(Queue, code=code)
        return self.shown(_announcements(queue), tag=tag_of_body(_announcements(queue)))

    @extend_schema(
        operation_id="queues_announcements_set", tags=TAGS, summary="Set what is said before two are joined",
        request=shapes.AnnouncementsBody, responses={200: shapes.AnnouncementsShape},
    )  # fmt: skip
    def put(self, request: Request, code: str) -> Response:
        """To the agent which queue it is, to the caller the agent's work number."""
        with transaction.atomic():
            queue = get_object_or_404(Queue.objects.select_for_update(), code=code)
            require_match(request, tag_of_body(_announcements(queue)))
            queue_announces(actor=request.user, queue=queue, **self.taken(shapes.AnnouncementsBody))
        queue.refresh_from_db()
        return self.shown(_announcements(queue), tag=tag_of_body(_announcements(queue)))


def _announcements(queue: Queue) -> dict[str, Any]:
    return {"whisper": queue.whisper, "tells_work_number": queue.tells_work_number}


def _queues() -> Any:
    return Queue.objects.prefetch_related("skill_groups")


def _groups(queue: Queue) -> list[int]:
    return sorted(group.pk for group in queue.skill_groups.all())


def _tag(queue: Queue) -> str:
    """Of what can be written here, whoever reads it."""
    return tag_of_body(_groups(queue))


def _told(user: User, queue: Queue) -> dict[str, Any]:
    tiers = serving().get(queue.pk, {})
    members = set(queue.memberships.values_list("user_id", flat=True))
    people = within_sight(user).filter(pk__in=tiers, is_active=True).values_list("pk", "username")
    agents = [{"login": login, "tier": tiers[pk], "member": pk in members} for pk, login in people]
    settings = {name: getattr(queue, name) for name in ("service_level_s", "short_abandon_s", "head_start_s")}
    return {
        "queue": queue.code, **settings, "skill_groups": _groups(queue),
        "agents": sorted(agents, key=lambda one: (one["tier"], one["login"])),
    }  # fmt: skip
