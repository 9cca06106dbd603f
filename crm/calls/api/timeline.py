"""What happened in a call, in the words of its page and in the fields of the public events."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework import serializers

from crm.access.numbers import sees_whole, shown_number, shown_text
from crm.accounts.models import User
from crm.accounts.selectors import names_of
from crm.calls import words
from crm.calls.selectors import CallStory
from crm.events.kinds import KINDS
from crm.live.words import reasons
from crm.rest.fields import OrNull
from crm.rest.shapes import Shape
from crm.telephony.selectors import queue_names

KIND_OF = {fact.__name__: kind for kind, told in KINDS.items() for fact in told.facts}
"""Name of a fact → kind of event."""
MOMENTS = ("entered", "until")
NUMBERS, TEXTS = ("number", "shows", "dialled"), ("name",)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class HappenedShape(Shape):
    """One thing that happened."""

    at = serializers.DateTimeField()
    offset_ms = serializers.IntegerField(help_text="Since the call arrived.")
    kind = OrNull(help_text="Kind of event, as in the stream of events; null: of what it does not tell.")
    title = serializers.CharField(help_text="In the language of Accept-Language.")
    detail = serializers.CharField(help_text="In the language of Accept-Language.")
    agent = OrNull(help_text="Login.")
    queue = OrNull(help_text="Code.")
    data = serializers.DictField(child=serializers.JSONField(), help_text="As in the events of this kind.")


class TimelineShape(Shape):
    """All that happened in a call, in order."""

    call = serializers.CharField(help_text="Id.")
    items = HappenedShape(many=True)


def timeline_told(story: CallStory, user: User) -> dict[str, Any]:
    """As TimelineShape."""
    whole, people = sees_whole(user), words.agents_in(story.timeline)
    outbound = story.record.direction == "outbound"
    names = words.Names(names_of(people), queue_names(), reasons(), whole=whole, outbound=outbound)
    return {
        "call": story.record.call_id,
        "items": [_told(line, whole) for line in words.lines(story.timeline, names)],
    }


def _told(line: words.Line, whole: bool) -> dict[str, Any]:
    payload, kind = line.entry.payload, KIND_OF.get(line.entry.kind, "")
    fields = KINDS[kind].fields if kind else ()
    return {
        "at": line.entry.at, "offset_ms": round(line.entry.seconds * 1000), "kind": kind,
        "title": line.title, "detail": line.detail,
        "agent": payload.get("agent", ""), "queue": payload.get("queue", ""),
        "data": {name: _value(name, payload[name], whole) for name in fields if name in payload},
    }  # fmt: skip


def _value(name: str, said: Any, whole: bool) -> Any:
    if name in MOMENTS:
        at = EPOCH + timedelta(microseconds=said) if said else None
        return at and at.isoformat().replace("+00:00", "Z")
    if name in NUMBERS and not whole:
        return shown_number(said, whole=False)
    return shown_text(said, whole=whole) if name in TEXTS else said
