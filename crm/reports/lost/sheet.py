"""The list of lost calls as a file."""

from collections.abc import Iterator, Mapping

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.holding import narrower, refusal
from crm.access.numbers import sees_whole, shown_number, shown_text
from crm.accounts.models import User
from crm.calls.models import CallRecord, Outcome
from crm.calls.paging import Place, beyond
from crm.reports.files.notes import notes_of
from crm.reports.files.sheet import Sheet
from crm.reports.lost.asking import Fate, asked
from crm.reports.lost.selectors import LostCall, calls_lost, people, told
from crm.reports.tables import Cell, Column, Kind, Row, Value
from crm.telephony.selectors import queue_names

TITLE = gettext_lazy("Lost calls")
CHUNK = 1000


def lost_sheet(user: User, said: Mapping[str, str]) -> Sheet:
    """What she may both see and export. Raises PermissionDenied."""
    wanted = asked(said, whole=sees_whole(user))
    narrow = narrower(user, "calls.see", "calls.export")
    if not narrow:
        raise PermissionDenied(refusal("calls.export"))
    calls = calls_lost(user, wanted, narrow)
    first, last = wanted.calls.days()
    more = [_("State: %(what)s") % {"what": Fate(wanted.fate).label}] if wanted.fate else []
    return Sheet(
        str(TITLE), _columns(), _rows(calls, whole=sees_whole(user)), calls.order_by().count(),
        notes_of(first, last) + more, flagged=False,
    )  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column("arrived", _("Arrived"), Kind.TIME),
        Column("number", _("Number")),
        Column("caller", _("Name sent")),
        Column("queue", _("Queue")),
        Column("result", _("Result")),
        Column("waited", _("Waited"), Kind.SECONDS),
        Column("place", _("Place"), Kind.COUNT),
        Column("again", _("Called again"), Kind.COUNT),
        Column("tried", _("Tried"), Kind.COUNT),
        Column("fate", _("State")),
        Column("reached", _("Reached"), Kind.TIME),
        Column("by", _("Reached by")),
        Column("note", _("Note")),
    ]


def _rows(calls: QuerySet[CallRecord], *, whole: bool) -> Iterator[Row]:
    queues = queue_names()
    place = None
    while chunk := list(beyond(calls, place)[:CHUNK]):
        lost = told(chunk)
        names = people(lost)
        for one in lost:
            yield Row({key: Cell(value) for key, value in _values(one, queues, names, whole).items()})
        place = Place(chunk[-1].arrived_at, chunk[-1].call_id)


def _values(one: LostCall, queues: dict[str, str], names: dict[str, str], whole: bool) -> dict[str, Value]:
    call, reached = one.call, one.reached
    return {
        "arrived": call.arrived_at,
        "number": shown_number(call.number, whole=whole) or _("Number withheld"),
        "caller": shown_text(call.caller_name, whole=whole),
        "queue": queues.get(call.queue, call.queue),
        "result": str(Outcome(call.outcome).label),
        "waited": None if call.wait_ms is None else call.wait_ms / 1000,
        "place": one.place,
        "again": one.again,
        "tried": one.tried,
        "fate": str(one.fate.label),
        "reached": reached.at if reached else "",
        "by": names.get(reached.agent, reached.agent) if reached else "",
        "note": shown_text(one.settled.note, whole=whole) if one.settled else "",
    }
