"""The columns that the list and its files can have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.numbers import shown_number, shown_text
from crm.accounts.models import User
from crm.calls import words
from crm.calls.models import CallRecord, Offer, Outcome
from crm.calls.models.records import NOT_REACHED
from crm.live.words import duration
from crm.telephony.selectors import queue_names


@dataclass(frozen=True)
class Names:
    """What the calls of a page are told with: agents by login, their departments, queues by code, ringing by call."""

    people: dict[str, str]
    departments: dict[str, str]
    queues: dict[str, str]
    rang: dict[str, int]
    whole: bool = False

    def of(self, login: str) -> str:
        """Who that is; one who left is her login."""
        return self.people.get(login, login)

    def number(self, number: str) -> str:
        return shown_number(number, whole=self.whole)

    def text(self, text: str) -> str:
        return shown_text(text, whole=self.whole)


@dataclass(frozen=True)
class Column:
    """``value``: a text, a datetime, or milliseconds; None or "" where there is nothing to say."""

    code: str
    label: Any
    value: Callable[[CallRecord, Names], Any]
    wide: bool = False
    """Its text is cut on the page."""


TIMES = ("waited", "rang", "talked", "held", "wrapup")
"""Lengths of time: m:ss on the page, seconds in a file."""
MOMENTS = ("arrived", "answered", "ended", "marked")
SHORT = ("queue", "agent", "marked_by", "outcome")
"""On the page in one line."""
OF_MARKS = ("marked", "marked_by")
"""Columns that the list of marked customers always has."""
COLUMNS = (
    Column("arrived", gettext_lazy("Arrived"), lambda call, names: call.arrived_at),
    Column("customer", gettext_lazy("Customer"), lambda call, names: names.text(str(call.customer or ""))),
    Column("caller", gettext_lazy("Number"), lambda call, names: names.number(call.number)),
    Column("caller_name", gettext_lazy("Name sent"), lambda call, names: names.text(call.caller_name), wide=True),
    Column("direction", gettext_lazy("Direction"), lambda call, names: way(call.direction)),
    Column("dialled", gettext_lazy("Number dialled"), lambda call, names: dialled(call, names)),
    Column("queue", gettext_lazy("Queue"), lambda call, names: names.queues.get(call.queue, call.queue)),
    Column("agent", gettext_lazy("Agent"), lambda call, names: names.of(call.agent)),
    Column("login", gettext_lazy("Agent's login"), lambda call, names: call.agent),
    Column("department", gettext_lazy("Department"), lambda call, names: names.departments.get(call.agent, "")),
    Column("result", gettext_lazy("Result"), lambda call, names: str(Outcome(call.outcome).label)),
    Column("answered", gettext_lazy("Talk began"), lambda call, names: call.talk_started_at),
    Column("ended", gettext_lazy("Ended"), lambda call, names: call.ended_at),
    Column("ended_by", gettext_lazy("Ended by"), lambda call, names: party(call)),
    Column("cause", gettext_lazy("Cause"), lambda call, names: cause(call), wide=True),
    Column("sip", gettext_lazy("SIP status"), lambda call, names: call.sip_status),
    Column("waited", gettext_lazy("Waited"), lambda call, names: call.wait_ms),
    Column("rang", gettext_lazy("Rang"), lambda call, names: names.rang.get(call.call_id)),
    Column("talked", gettext_lazy("Talk"), lambda call, names: call.talk_ms),
    Column("held", gettext_lazy("Hold"), lambda call, names: call.hold_ms),
    Column("wrapup", gettext_lazy("Wrap-up"), lambda call, names: call.wrap_ms),
    Column("outcome", gettext_lazy("Outcome"), lambda call, names: call.disposition.label if call.disposition else ""),
    Column("note", gettext_lazy("Note"), lambda call, names: names.text(call.note), wide=True),
    Column("marked", gettext_lazy("Marked"), lambda call, names: call.marked_at),
    Column("marked_by", gettext_lazy("Marked by"), lambda call, names: names.of(call.marked_by)),
    Column("trunk", gettext_lazy("Trunk"), lambda call, names: call.trunk),
    Column("node", gettext_lazy("Switch"), lambda call, names: call.node),
    Column("call_id", gettext_lazy("Call's id"), lambda call, names: call.call_id),
)  # fmt: skip
BY_CODE = {column.code: column for column in COLUMNS}
USUAL = ("arrived", "customer", "queue", "agent", "result", "waited", "talked", "outcome")
"""Those of a list that nobody arranged."""


def chosen(codes: Iterable[str]) -> list[Column]:
    """The columns of these codes, in the table's order; the usual ones when none is known."""
    wanted = set(codes) & BY_CODE.keys() or set(USUAL)
    return [column for column in COLUMNS if column.code in wanted]


def names_for(calls: list[CallRecord], *, whole: bool) -> Names:
    """Three queries, however many calls."""
    logins = {login for call in calls for login in (call.agent, call.marked_by) if login}
    people = User.objects.filter(username__in=logins).select_related("department")
    agents = {user.username: user for user in people}
    rung = Offer.objects.filter(call_id__in=[call.call_id for call in calls]).values_list("call_id")
    rang = rung.annotate(ms=Sum(Coalesce("ring_ms", "dial_ms")))
    return Names(
        people={login: str(user) for login, user in agents.items()},
        departments={login: str(user.department) for login, user in agents.items() if user.department},
        queues=queue_names(),
        rang={call_id: ms for call_id, ms in rang if ms is not None},
        whole=whole,
    )


def for_page(column: Column, call: CallRecord, names: Names) -> str:
    """The cell's text on the page; "" for nothing."""
    value = column.value(call, names)
    if column.code in TIMES:
        return "" if value is None else duration(value / 1000)
    return timezone.localtime(value).strftime("%m-%d %H:%M:%S") if isinstance(value, datetime) else value or ""


def for_file(column: Column, call: CallRecord, names: Names) -> Any:
    """The cell's value in a file: times to the second in the centre's zone, lengths in seconds."""
    value = column.value(call, names)
    if column.code in TIMES:
        return None if value is None else f"{value / 1000:.1f}"
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value


def head_of_file(column: Column) -> str:
    return _("%(what)s (s)") % {"what": column.label} if column.code in TIMES else str(column.label)


def dialled(call: CallRecord, names: Names) -> str:
    """Callers dial a number of the centre, agents one of a customer."""
    return names.number(call.dialled) if call.direction == "outbound" else call.dialled


def way(direction: str) -> str:
    return _("outbound") if direction == "outbound" else _("inbound")


def outcome(code: str) -> str:
    """Also of what one asks for: any of those that nobody answered."""
    return _("dialled and not reached") if code == NOT_REACHED else str(Outcome(code).label)


def party(call: CallRecord) -> str:
    return words.party(call.ended_by, outbound=call.direction == "outbound") if call.ended_by else ""


def cause(call: CallRecord) -> str:
    known = words.CAUSES | words.OUTBOUND_CAUSES if call.direction == "outbound" else words.CAUSES
    return _(known[call.hangup_cause]) if call.hangup_cause in known else call.hangup_cause
