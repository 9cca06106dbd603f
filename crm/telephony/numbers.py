"""Numbers that callers dial: each leads to a queue, to an extension or into a conference room."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.rooms.models import Room
from crm.telephony.models import Extension, Queue, Route
from crm.telephony.numberspace import EXTENSION, ROUTE, SERVICE, conflict

GREETING = "ivr/greeting.wav"
"""What callers hear first unless another sound is chosen."""


class Way(NamedTuple):
    """Where a number leads. ``target``: queue, extension or room; ``queue``: a code, of an extension that of those whom
    nobody answers there, or ""; ``extension``: its number; ``greeting``: a sound file, "" for none; ``room``: a code,
    whose pin is all that is asked first."""

    target: str
    queue: str = ""
    extension: str = ""
    greeting: str = GREETING
    room: str = ""


def route_set(*, number: str, queue: Queue, greeting: str = GREETING) -> Route:
    """A number leads to a queue, whether it is new or not. Raises ValidationError."""
    way = Way(Route.Target.QUEUE, queue=queue.code, greeting=greeting)
    route = Route.objects.filter(number=number).first()
    return route_add(number=number, way=way) if route is None else route_change(route=route, way=way)


@transaction.atomic
def route_add(*, number: str, way: Way) -> Route:
    """Raises ValidationError."""
    return _saved(Route(number=number), way)


@transaction.atomic
def route_change(*, route: Route, way: Way) -> Route:
    """Its number stays. Raises ValidationError."""
    return _saved(Route.objects.select_for_update().get(pk=route.pk), way)


@transaction.atomic
def route_remove(*, route: Route) -> None:
    """Who dials it is told that nobody is meant by it."""
    Route.objects.select_for_update().get(pk=route.pk).delete()


def routes() -> QuerySet[Route]:
    """By number, with where they lead."""
    return Route.objects.select_related("queue", "extension__user", "room").order_by("number")


def _saved(row: Route, way: Way) -> Route:
    into = way.target == Route.Target.ROOM
    row.target, row.greeting = way.target, "" if into else way.greeting
    row.queue = _queue(way.queue) if not into and (way.queue or way.target == Route.Target.QUEUE) else None
    row.room = _room(way.room) if into else None
    row.extension = _extension(way.extension) if way.target == Route.Target.EXTENSION else None
    # Carriers number some lines like the extensions behind them: those may lead there, and to nothing else.
    mine = (EXTENSION,) if row.extension is not None and row.extension.number == row.number else ()
    sentence = conflict(row.number, SERVICE, ROUTE, *mine)
    if sentence:
        raise ValidationError({"number": sentence})
    row.full_clean()
    row.save()
    return row


def _queue(code: str) -> Queue:
    found = Queue.objects.filter(code=code).first()
    if found is None:
        raise ValidationError({"queue": _("Choose a queue.")})
    return found


def _extension(number: str) -> Extension:
    found = Extension.objects.filter(number=number).first()
    if found is None:
        raise ValidationError({"extension": _("Choose an extension.")})
    return found


def _room(code: str) -> Room:
    found = Room.objects.filter(code=code).first()
    if found is None:
        raise ValidationError({"room": _("Choose a conference room.")})
    return found
