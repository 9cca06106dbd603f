"""What is set, as chips that can be taken away one by one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

from crm.accounts.models import Department
from crm.accounts.selectors import names_of
from crm.calls import words
from crm.calls.behind import Behind, in_words
from crm.calls.filters import ASKED, Filters
from crm.calls.lists.columns import outcome, way
from crm.live.words import duration
from crm.telephony.models import Disposition, Queue

NAMED = 3
"""So many queues or agents a chip names."""
SPANS = {
    "today": gettext_noop("Today"),
    "yesterday": gettext_noop("Yesterday"),
    "week": gettext_noop("7 days"),
    "month": gettext_noop("This month"),
}
HEADS: dict[str, Any] = {
    "since": gettext_lazy("From day"),
    "until": gettext_lazy("To day"),
    "queue": gettext_lazy("Queue"),
    "agent": gettext_lazy("Agent"),
    "department": gettext_lazy("Department"),
    "direction": gettext_lazy("Direction"),
    "outcome": gettext_lazy("Result"),
    "disposition": gettext_lazy("Outcome"),
    "ended_by": gettext_lazy("Ended by"),
    "talked": gettext_lazy("Talked at least"),
    "waited": gettext_lazy("Waited at least"),
    "number": gettext_lazy("Number"),
    "note": gettext_lazy("Note"),
    "marked": gettext_lazy("Customer"),
    "behind": gettext_lazy("Of a report"),
}


@dataclass(frozen=True)
class Chip:
    """``address``: the list without this filter."""

    name: str
    head: str
    text: str
    address: str


def chips(asked: Filters) -> list[Chip]:
    said = asked.said()
    return [
        Chip(name, str(HEADS.get(name, "")), _text(name, getattr(asked, name)), asked.without(name).address())
        for name in ASKED
        if name in said
    ]


def _text(name: str, value: Any) -> str:
    if isinstance(value, Behind):
        return _behind(value)
    if isinstance(value, date):
        return date_format(value, "Y-m-d")
    match name:
        case "span":
            return _(SPANS[value])
        case "queue":
            return _label(Queue.objects.filter(code=value), value)
        case "agent":
            return names_of({value}).get(value, value)
        case "department":
            return _label(Department.objects.filter(pk=value), value)
        case "direction":
            return way(value)
        case "outcome":
            return outcome(value)
        case "disposition":
            return _label(Disposition.objects.filter(code=value), value)
        case "ended_by":
            return words.party(value)
        case "marked":
            return pgettext("of customers", "marked")
        case "talked" | "waited":
            return duration(value)
    return str(value)


def _behind(value: Behind) -> str:
    """What was counted, when, and of whom."""
    facts = [in_words(value.part, value.what), span_text(value.begin, value.end)]
    if 0 < len(value.among) <= NAMED:
        names = _names(value)
        facts.append(", ".join(names.get(code, code) or _("none") for code in value.among))
    return " · ".join(facts)


def _names(value: Behind) -> dict[str, str]:
    match value.part:
        case "visits" | "first_queues":
            return {queue.code: queue.label for queue in Queue.objects.filter(code__in=value.among)}
        case "offers":
            return names_of(set(value.among))
        case "outcomes":
            return {one.code: one.label for one in Disposition.objects.filter(code__in=value.among)}
    return {}


def span_text(begin: datetime, end: datetime) -> str:
    """A half-open time, short: 09-16 09:00–09:30; whole days as days, both included."""
    first, last = timezone.localtime(begin), timezone.localtime(end)
    if (first.hour, first.minute, last.hour, last.minute) == (0, 0, 0, 0):
        days = [f"{day:%Y-%m-%d}" for day in (first.date(), (last - timedelta(1)).date())]
        return days[0] if days[0] == days[1] else "–".join(days)
    same = first.date() == last.date() or (last - first <= timedelta(1) and last.hour == last.minute == 0)
    return f"{first:%m-%d %H:%M}–" + (f"{last:%H:%M}" if same else f"{last:%m-%d %H:%M}")


def _label(found: Any, value: Any) -> str:
    one = found.first()
    return one.label if one else str(value)
