"""Callbacks: search, make, move, hand over and cancel them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.accounts.models import User
from crm.campaigns.api.callbackshapes import (
    POOL,
    CallbackBody,
    CallbacksAsked,
    CallbackShape,
    HandOverBody,
    MoveBody,
    NoBody,
)
from crm.campaigns.callbacks.selectors import OPEN, callbacks_of
from crm.campaigns.callbacks.services import (
    MANAGE,
    callback_cancel,
    callback_hand_over,
    callback_make,
    callback_move,
)
from crm.campaigns.models import Callback, Campaign
from crm.rest.endpoint import Endpoint
from crm.rest.problems import Problem

TAGS = ["Callbacks"]


class Callbacks(Endpoint):
    """Those of the agents whom the data scope reaches, and those of the pool that they made; the next first."""

    serializer_class = CallbackShape
    lists = True
    asked = CallbacksAsked
    ordering = ("due_at", "pk")
    needs = {"GET": MANAGE, "POST": MANAGE}

    @extend_schema(
        operation_id="callbacks_list", tags=TAGS, summary="Search callbacks", responses=CallbackShape(many=True)
    )
    def get(self, request: Request) -> Response:
        asked = self.asked_for()
        if asked["over"]:
            self.ordering = ("-due_at", "-pk")
        return self.listed(_asked(callbacks_of(request.user), asked))

    @extend_schema(
        operation_id="callbacks_make", tags=TAGS, summary="Make a callback", request=CallbackBody,
        responses={201: CallbackShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """It replaces one that waits for the same customer in the same campaign and with the same agent."""
        said = self.taken(CallbackBody)
        agent, campaign = _agent(said.get("agent")), _campaign(said.get("campaign"))
        more = {name: said[name] for name in ("number", "due_at", "note", "untouched") if name in said}
        made = _fits(
            lambda: callback_make(
                user=request.user, customer_id=said["customer"], agent=agent, campaign=campaign,
                call_id=said.get("call", ""), **more,
            )
        )  # fmt: skip
        return self.shown(made, status=201, location=f"{request.path}/{made.pk}")


class CallbackOne(Endpoint):
    """One callback, within the data scope."""

    serializer_class = CallbackShape
    needs = {"GET": MANAGE}

    @extend_schema(operation_id="callbacks_read", tags=TAGS, summary="Read a callback", responses=CallbackShape)
    def get(self, request: Request, pk: int) -> Response:
        return self.shown(_one(request, pk))


class CallbackMove(Endpoint):
    """To another time; one that was given up is tried again then."""

    serializer_class = CallbackShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="callbacks_move", tags=TAGS, summary="Move a callback", request=MoveBody,
        responses={200: CallbackShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        said, _found = self.taken(MoveBody), _one(request, pk)
        return self.shown(_fits(lambda: callback_move(user=request.user, callback_id=pk, due_at=said["due_at"])))


class CallbackHandOver(Endpoint):
    """To another agent, or to the pool of its campaign."""

    serializer_class = CallbackShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="callbacks_hand_over", tags=TAGS, summary="Hand a callback over", request=HandOverBody,
        responses={200: CallbackShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        said, _found = self.taken(HandOverBody), _one(request, pk)
        agent = _agent(said["agent"])
        return self.shown(_fits(lambda: callback_hand_over(user=request.user, callback_id=pk, agent=agent)))


class CallbackCancel(Endpoint):
    """It is not made; its lead goes back to the campaign."""

    serializer_class = CallbackShape
    needs = {"POST": MANAGE}

    @extend_schema(
        operation_id="callbacks_cancel", tags=TAGS, summary="Cancel a callback", request=NoBody,
        responses={200: CallbackShape},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        self.taken(NoBody)
        _one(request, pk)
        return self.shown(_fits(lambda: callback_cancel(user=request.user, callback_id=pk)))


def _asked(callbacks: QuerySet[Callback], asked: dict[str, Any]) -> QuerySet[Callback]:
    if agent := asked.get("agent"):
        callbacks = callbacks.filter(agent=None) if agent == POOL else callbacks.filter(agent__username=agent)
    if asked["over"] is not None:
        callbacks = callbacks.exclude(state__in=OPEN) if asked["over"] else callbacks.filter(state__in=OPEN)
    names = {"state": "state", "customer": "customer", "campaign": "campaign", "since": "due_at__gte",
             "until": "due_at__lt"}  # fmt: skip
    return callbacks.filter(**{names[name]: value for name, value in asked.items() if name in names})


def _one(request: Request, pk: int) -> Callback:
    return get_object_or_404(callbacks_of(request.user), pk=pk)


def _agent(login: str | None) -> User | None:
    """Whether she is within reach is asked by the service."""
    if login is None:
        return None
    agent = User.objects.filter(is_active=True, program=False, username=login).first()
    if agent is None:
        raise Problem("invalid", errors={"agent": [_("There is no such agent within the data scope.")]})
    return agent


def _campaign(pk: int | None) -> Campaign | None:
    campaign = Campaign.objects.filter(pk=pk).first() if pk else None
    if pk and campaign is None:
        raise Problem("invalid", errors={"campaign": [_("There is no such campaign.")]})
    return campaign


def _fits(do: Callable[[], Callback]) -> Callback:
    """What a field is to blame for is an error of that field; else the callback does not stand so that it could be
    done."""
    try:
        return do()
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            raise
        raise Problem("conflict", " ".join(error.messages)) from error
