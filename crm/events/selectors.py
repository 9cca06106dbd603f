"""Reading the log."""

from datetime import datetime

from django.db.models import QuerySet

from crm.events.models import Event, Mark, Pending
from crm.events.sight import Sight

BATCH = 1000
WINDOW = 20_000
"""So many events at most are looked through for those that one sees: a page costs the same whatever is asked."""


def events_after(number: int, *, limit: int = BATCH) -> list[Event]:
    """The next events after ``number``, in their order."""
    return list(Event.objects.filter(pk__gt=number).order_by("pk")[:limit])


def newest() -> int:
    """Number of the newest event; 0 when there is none yet."""
    return Mark.objects.values_list("last", flat=True).first() or 0


def oldest() -> int:
    """Number of the oldest event that is still kept; one after the newest when none is."""
    return Event.objects.order_by("pk").values_list("pk", flat=True).first() or newest() + 1


def page_after(number: int, sight: Sight, *, call: str = "", limit: int = 50) -> tuple[list[Event], int]:
    """The next events after ``number`` that one sees, and the number up to which was looked. Of one ``call`` all are
    looked through."""
    until = newest() if call else min(number + WINDOW, newest())
    found: QuerySet[Event] = Event.objects.filter(sight.query(), pk__gt=number, pk__lte=until)
    if call:
        found = found.filter(call_id=call)
    events = list(found.order_by("pk")[:limit])
    return events, events[-1].pk if len(events) == limit else max(number, until)


def place() -> str:
    """Place in the stream of facts up to which all are in the log; "" while nobody ever wrote it."""
    return Mark.objects.values_list("cursor", flat=True).first() or ""


def waits_since() -> datetime | None:
    """When that of the CRM's changes happened which has waited longest; None when none waits."""
    return Pending.objects.order_by("pk").values_list("at", flat=True).first()
