"""The log of events: in pages, and as a stream."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.events.api.shapes import EventsAsked, EventShape, StreamAsked
from crm.events.following import room
from crm.events.granting import FOLLOW, Granted, begin, kinds_of
from crm.events.kinds import KINDS
from crm.events.selectors import events_after, oldest, page_after
from crm.events.sight import sight_of
from crm.events.sse import MEDIA_TYPE, goes_on, text
from crm.rest.endpoint import Endpoint
from crm.rest.paging import MOST
from crm.rest.problems import MEDIA_TYPE as MEDIA
from crm.rest.shapes import ProblemShape

TAGS = ["Events"]
GONE_IS = (410, MEDIA)
LIMIT = 50
GONE = OpenApiResponse(ProblemShape, "What follows this number is no longer kept.")
_HEARTBEAT = {"type": "object", "required": ["last"], "properties": {"last": {"type": "integer"}}}
MESSAGES = {
    **{code: {"$ref": "#/components/schemas/EventShape"} for code in KINDS},
    "heartbeat": {**_HEARTBEAT, "description": "The number up to which all is told."},
    "ended": {"$ref": "#/components/schemas/ProblemShape"},
}
"""What ``data`` of each message of the stream is: OpenAPI 3.1 has no words for that."""
TABLE = "\n".join(
    ["| kind | what | data |", "| --- | --- | --- |"]
    + [
        f"| `{code}` | {kind.said} | "
        + "; ".join(f"`{name}` ({field.type}): {field.said}" for name, field in kind.fields.items())
        + " |"
        for code, kind in KINDS.items()
    ]
)


class Events(Endpoint):
    """What happened, the oldest first: every event has a number, and whoever asks for what is after the last one that
    she has seen misses nothing. Kept for seven days."""

    class Page(serializers.Serializer):
        items = EventShape(many=True)
        last = serializers.IntegerField(help_text="Ask on with `after` = this, whether there were items or not.")
        next = serializers.URLField(allow_null=True, help_text="The next page; null when this is the newest.")
        previous = serializers.URLField(allow_null=True, help_text="Always null: the log is read forwards.")

    serializer_class = EventShape
    asked = EventsAsked
    pagination_class = None
    needs = {"GET": FOLLOW}

    @extend_schema(
        operation_id="events_list", tags=TAGS, summary="Read the log of events", responses={200: Page, GONE_IS: GONE},
        description=f"What happened, the oldest first. Kept for seven days.\n\n{TABLE}",
        parameters=[OpenApiParameter("limit", OpenApiTypes.INT, description=f"At most {MOST}; {LIMIT} without it.")],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = self.asked_for()
        sight = sight_of(request.user, kinds_of(asked.get("kinds", "")))
        after = begin(asked["after"]) if "after" in asked else oldest() - 1
        limit = _limit(request)
        events, last = page_after(after, sight, call=asked.get("call", ""), limit=limit)
        more = bool(events_after(last, limit=1))
        items = self.get_serializer([sight.told(event) for event in events], many=True).data
        return Response(
            {"items": items, "last": last, "next": _link(request, last) if more else None, "previous": None}
        )


class EventsStream(Endpoint):
    """Server-sent events, for ever. A connection that broke is resumed by ``Last-Event-ID`` (browsers and libraries
    send it by themselves) or ``after``; without them it begins with what happens next. Each message has ``id``,
    ``event`` (the kind) and ``data`` (as the items of the log); the event ``heartbeat`` comes at least every 15
    seconds, and ``ended`` with a problem before the stream is closed because the token does not allow it any more. A
    server may close a stream at any moment, as when it is started anew: resume it. Who takes nothing for 30 seconds is
    cut off, too."""

    class Renderer(JSONRenderer):
        media_type = MEDIA_TYPE
        format = "sse"
        charset = "utf-8"

    serializer_class = EventShape
    asked = StreamAsked
    pagination_class = None
    renderer_classes = (JSONRenderer, Renderer)
    needs = {"GET": FOLLOW}

    @extend_schema(
        operation_id="events_stream", tags=TAGS, summary="Follow the events",
        responses={(200, MEDIA_TYPE): OpenApiTypes.STR, GONE_IS: GONE},
        parameters=[
            OpenApiParameter("Last-Event-ID", OpenApiTypes.STR, OpenApiParameter.HEADER, description="As `after`."),
        ],
        extensions={"x-messages": MESSAGES},
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        asked = self.asked_for()
        said = request.headers.get("Last-Event-ID", "") or asked.get("after")
        kinds = kinds_of(asked.get("kinds", ""))
        token = request.headers["Authorization"].partition(" ")[2].strip()
        address = request.META.get("REMOTE_ADDR") or ""
        granted = Granted(token, address, request.auth.pk, kinds, begin(said), sight_of(request.user, kinds))
        room(granted.token)
        answer = HttpResponse(content_type=MEDIA_TYPE)
        answer["Cache-Control"] = "no-store"
        answer["X-Accel-Buffering"] = "no"  # nginx hands it on as it comes
        if not goes_on(request._request, granted):
            answer.content = text(_so_far(granted))
        return answer


def _so_far(granted: Granted) -> list[Any]:
    """Where the server cannot go on with an answer: what there is by now; the client comes back."""
    events = events_after(granted.after)
    last = events[-1].pk if events else granted.after
    told = [(event.pk, event.kind, granted.sight.told(event)) for event in events if granted.sight.sees(event)]
    return [*told, (last, "heartbeat", {"last": last})]


def _limit(request: Request) -> int:
    said = request.query_params.get("limit", "")
    return min(int(said), MOST) if said.isascii() and said.isdigit() and 0 < len(said) < 5 and int(said) else LIMIT


def _link(request: Request, last: int) -> str:
    query = request._request.GET.copy()
    query["after"] = str(last)
    return request._request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
