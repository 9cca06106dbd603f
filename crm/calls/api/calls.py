"""Calls: search, read, note, and have an agent dial one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access.holding import reach, require
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.calls import watchwords
from crm.calls.api.paging import Places
from crm.calls.api.shapes import CallChangeBody, CallsAsked, CallShape, DialBody
from crm.calls.api.timeline import TimelineShape, timeline_told
from crm.calls.behind import behind_of
from crm.calls.filters import Filters
from crm.calls.models import CallRecord
from crm.calls.selectors import CallStory, call_seen, call_with_timeline, calls_sought, calls_visible
from crm.calls.up import story_up
from crm.desk.selectors import number_of_customer
from crm.desk.wrapup import wrapup_keep
from crm.live.services import agent_dial
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.orders import OrderedShape, ordered
from crm.rest.problems import Problem

TAGS = ["Calls"]
WITH = ("disposition", "noted_by")
DIAL = "calls.dial_others"


class Calls(Endpoint):
    """All that the data scope reaches, the newest first."""

    serializer_class = CallShape
    lists = True
    pagination_class = Places
    asked = CallsAsked
    needs = {"GET": "calls.see", "POST": DIAL}
    said: tuple[QuerySet[CallRecord], Q] | None = None

    @extend_schema(operation_id="calls_list", tags=TAGS, summary="Search calls", responses=CallShape(many=True))
    def get(self, request: Request) -> Response:
        query = _query(self.asked_for(), whole=sees_whole(request.user))
        found, said = calls_sought(request.user, **query)
        self.said = (_shown(said[0]), said[1]) if said else None
        return self.listed(_shown(found))

    @extend_schema(
        operation_id="calls_dial", tags=TAGS, summary="Have an agent dial", request=DialBody,
        responses={202: OrderedShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Her own phone rings first; when she has picked it up, the number is called. What she may dial herself decides
        her dialling class; numbers on the black and the do-not-call list are not dialled. A request that is repeated
        with its `Idempotency-Key` is one call. 409 with the reason when she is not ready or paused."""
        said = self.taken(DialBody)
        agent = _agent(request, said["agent"])
        number = said.get("number") or number_of_customer(request.user, said["customer"], said.get("line", 0))
        if not number:
            raise Problem("invalid", errors={"customer": [_("There is no number that could be called.")]})
        done = ordered(
            request, f"Dial {agent.username}",
            lambda order: agent_dial(user=request.user, agent=agent, number=number, order=order), field="number",
        )  # fmt: skip
        done["Location"] = f"{request.path}/{done.data['command']}"
        return done


class CallOne(Endpoint):
    """One call, from the moment it arrived."""

    serializer_class = CallShape
    needs = {"GET": "calls.see", "PATCH": "calls.note"}

    @extend_schema(operation_id="calls_read", tags=TAGS, summary="Read a call", responses=CallShape)
    def get(self, request: Request, call_id: str) -> Response:
        known = call_seen(call_id, request.user, *WITH) if call_id.isprintable() else None
        found = known or _up(request, call_id)
        return self.shown(found, tag=tag_of_call(found))

    @extend_schema(
        operation_id="calls_note", tags=TAGS, summary="Write outcome and note", request=CallChangeBody,
        responses={200: CallShape},
    )  # fmt: skip
    def patch(self, request: Request, call_id: str) -> Response:
        """Of a campaign's call with what follows from it: an agreed callback is made, moved or taken back."""
        require(request.user, "calls.see")  # what it answers shows the call
        seen = calls_visible(request.user, "calls.note")
        said = self.taken(CallChangeBody)
        with transaction.atomic():
            found = _one(seen.select_for_update(of=("self",)), call_id)
            if found is None:
                raise Http404
            require_match(request, tag_of_call(found))
            _note(request.user, found, said)
        done = CallRecord.objects.select_related(*WITH).get(call_id=call_id)
        return self.shown(done, tag=tag_of_call(done))


class CallTimeline(Endpoint):
    """What happened in a call, from its arrival to the end of the after-call work."""

    serializer_class = TimelineShape
    needs = {"GET": "calls.see"}

    @extend_schema(operation_id="calls_timeline", tags=TAGS, summary="Timeline of a call", responses=TimelineShape)
    def get(self, request: Request, call_id: str) -> Response:
        return self.shown(timeline_told(_story(request, call_id), request.user))


def _note(user: User, call: CallRecord, said: dict[str, Any]) -> None:
    had, due = call.disposition.code if call.disposition else "", said.pop("due_at", "")
    if said.get("disposition") == had and not due:
        del said["disposition"]  # it was sent with the rest, nobody chose it anew
    try:
        wrapup_keep(call_id=call.call_id, agent=user, due=due, **said)
    except ValidationError as error:
        if hasattr(error, "error_dict") and "due" in error.error_dict:
            raise Problem("invalid", errors={"due_at": error.message_dict["due"]}) from error
        raise


def _query(asked: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Arguments of ``calls_found``."""
    span = {name: asked.pop(name, None) for name in ("since", "until")}
    if behind := asked.pop("behind", ""):
        asked["behind"] = behind_of(behind)
        if asked["behind"] is None:
            raise Problem("invalid", errors={"behind": [_("This is no figure of a report.")]})
    return Filters(**asked, whole=whole).query() | span


def _shown(calls: QuerySet[CallRecord]) -> QuerySet[CallRecord]:
    # Few calls have a note: who wrote it is asked for afterwards, and the page stays one walk along the index.
    return calls.select_related("disposition").prefetch_related("noted_by")


def _one(calls: QuerySet[CallRecord], call_id: str) -> CallRecord | None:
    return calls.select_related(*WITH).filter(call_id=call_id).first() if call_id.isprintable() else None


def _up(request: Request, call_id: str) -> CallRecord:
    """Of a call that is not a row yet."""
    story = story_up(call_id, user=request.user)
    if story is None:
        raise Http404
    story.record.final = False
    return story.record


def _story(request: Request, call_id: str) -> CallStory:
    known = call_with_timeline(call_id, user=request.user) if call_id.isprintable() else None
    story = known or story_up(call_id, user=request.user)
    if story is None:
        raise Http404
    return watchwords.seen_by(story, request.user)


def tag_of_call(call: CallRecord) -> str:
    """Changes with whatever is told or written of it."""
    known = vars(call)  # one that is no row yet lacks what the database computes
    return tag_of_body({field.attname: known.get(field.attname) for field in call._meta.concrete_fields})


def _agent(request: Request, login: str) -> User:
    agents = reach(request.user, DIAL).users().filter(agent_profile__isnull=False, extension__isnull=False)
    agent = agents.filter(username=login).first()
    if agent is None:
        raise Problem("invalid", errors={"agent": [_("There is no such agent within the data scope.")]})
    return agent
