"""Webhooks: list, add, change, remove, try out, send again."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.outward.client import NotSent
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.webhooks.api import shapes
from crm.webhooks.models import State, Undelivered, Webhook
from crm.webhooks.selectors import webhooks_of
from crm.webhooks.services import (
    FIELDS,
    send_again,
    webhook_change,
    webhook_make,
    webhook_pause,
    webhook_remove,
    webhook_resume,
    webhook_secret,
    webhook_try,
)

TAGS = ["Webhooks"]
NEEDS = "events.follow"


class _One(Endpoint):
    serializer_class = shapes.WebhookShape

    def webhook(self, request: Request) -> Webhook:
        return get_object_or_404(webhooks_of(request.user), pk=self.kwargs["pk"])

    def matched(self, request: Request) -> Webhook:
        """Locked. Raises Problem when somebody changed it in between."""
        found = get_object_or_404(webhooks_of(request.user).select_for_update(of=("self",)), pk=self.kwargs["pk"])
        require_match(request, self.tag(found))
        return found

    def told(self, webhook: Webhook) -> Response:
        return self.shown(webhook, tag=self.tag(webhook))

    def tag(self, webhook: Webhook) -> str:
        """Of what somebody sets: where it stands moves by itself."""
        return tag_of_body({name: getattr(webhook, name) for name in (*FIELDS, "state")})


class Webhooks(_One):
    """Those of the integration whose token this is."""

    lists = True
    needs = {"GET": NEEDS, "POST": NEEDS}

    @extend_schema(
        operation_id="webhooks_list", tags=TAGS, summary="List webhooks",
        responses={200: shapes.WebhookShape(many=True)},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.listed(webhooks_of(request.user))

    @extend_schema(
        operation_id="webhooks_add", tags=TAGS, summary="Add a webhook", request=shapes.WebhookBody,
        responses={201: shapes.MadeShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """It is sent what happens from now on. The data scope is that of the token, unless it asks for less."""
        said = self.taken(shapes.WebhookBody)
        fields = {"scope": request.auth.scope, **said}
        made, secret = webhook_make(
            actor=request.user, integration=request.auth.integration, fields=fields, now=timezone.now()
        )
        made.secret = secret  # type: ignore[attr-defined]
        shown, tag = shapes.MadeShape(made).data, self.tag(made)
        return Response(shown, status=201, headers={"Location": f"{request.path}/{made.pk}", "ETag": tag})


class WebhookOne(_One):
    needs = {"GET": NEEDS, "PATCH": NEEDS, "DELETE": NEEDS}

    @extend_schema(operation_id="webhooks_read", tags=TAGS, summary="Read a webhook")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(self.webhook(request))

    @extend_schema(
        operation_id="webhooks_change", tags=TAGS, summary="Change, pause or resume a webhook",
        request=shapes.WebhookChangeBody, responses={200: shapes.WebhookShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        said = self.taken(shapes.WebhookChangeBody)
        state = said.pop("state", "")
        with transaction.atomic():
            webhook = self.matched(request)
            webhook_change(actor=request.user, webhook=webhook, fields=said)
            if state:
                (webhook_resume if state == State.ACTIVE else webhook_pause)(actor=request.user, webhook=webhook)
            return self.told(self.webhook(request))

    @extend_schema(operation_id="webhooks_remove", tags=TAGS, summary="Remove a webhook", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            webhook_remove(actor=request.user, webhook=self.matched(request))
        return Response(status=204)


class WebhookSecret(_One):
    serializer_class = shapes.SecretShape
    needs = {"POST": NEEDS}

    @extend_schema(
        operation_id="webhooks_secret", tags=TAGS, summary="Make a new secret", request=None,
        responses={200: shapes.SecretShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """For 24 hours requests are signed with the secret before, too."""
        made = webhook_secret(actor=request.user, webhook=self.webhook(request), now=timezone.now())
        return Response({"secret": made})


class WebhookTry(_One):
    serializer_class = shapes.TriedShape
    needs = {"POST": NEEDS}

    @extend_schema(
        operation_id="webhooks_try", tags=TAGS, summary="Send a test event and wait for the answer", request=None,
        responses={200: shapes.TriedShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        told: dict[str, Any]
        try:
            answer = webhook_try(actor=request.user, webhook=self.webhook(request), now=timezone.now())
        except NotSent as error:
            told = {"taken": False, "status": None, "said": str(error)}
        else:
            said = answer.body[:300].decode("utf-8", "replace")
            told = {"taken": answer.good, "status": answer.status, "said": said}
        return Response(told)


class WebhookUndelivered(_One):
    """Events that the receiver did not take for 24 hours, or refused as wrong."""

    serializer_class = shapes.UndeliveredShape
    lists = True
    needs = {"GET": NEEDS, "POST": NEEDS}
    ordering = ("event",)

    @extend_schema(
        operation_id="webhooks_undelivered", tags=TAGS, summary="List undelivered events",
        responses={200: shapes.UndeliveredShape(many=True)},
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.listed(Undelivered.objects.filter(webhook=self.webhook(request)))

    @extend_schema(
        operation_id="webhooks_again", tags=TAGS, summary="Send undelivered events again", request=shapes.AgainBody,
        responses={202: shapes.AgainShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        said = self.taken(shapes.AgainBody)
        number = send_again(
            actor=request.user, webhook=self.webhook(request), now=timezone.now(), events=said.get("events")
        )
        return Response({"events": number}, status=202)
