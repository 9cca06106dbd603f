"""The state record as a file, with its sums at the end."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.holding import require
from crm.accounts.models import User
from crm.calls.models import AgentStateInterval
from crm.calls.paging import beyond, place_at
from crm.live.words import duration, reason_words, reasons, states
from crm.reports.files.notes import notes_of
from crm.reports.files.sheet import Sheet
from crm.reports.periods import Span
from crm.reports.scope import SEE
from crm.reports.staterecord.asking import asked
from crm.reports.staterecord.selectors import BY, agents_of, lasted, states_found, sums
from crm.reports.tables import Cell, Column, Kind, Row

TITLE = gettext_lazy("State record")
CHUNK = 2000
SOURCES = {"agent": gettext_lazy("agent"), "system": gettext_lazy("system"), "supervisor": gettext_lazy("supervisor")}
"""Who caused a state."""


def record_sheet(user: User, said: Mapping[str, str]) -> Sheet:
    """Of the agents whose figures she may see. Raises PermissionDenied."""
    require(user, SEE)
    wanted = asked(said)
    agents, span, zone = agents_of(user, wanted), wanted.span(), timezone.get_current_timezone()
    found = states_found(agents, wanted)
    first, last = span.start.astimezone(zone).date(), (span.end.astimezone(zone) - timedelta(microseconds=1)).date()
    return Sheet(
        str(TITLE), _columns(), _rows(found, agents, span), found.order_by().count(),
        [*notes_of(first, last), _("Durations count what falls into these days."), *_sums(sums(found, span))],
    )  # fmt: skip


def state_words(state: str, reason: str, known: Mapping[str, str]) -> str:
    """Paused and unreachable with their reason."""
    word = states().get(state, state)
    return f"{word} · {reason_words(reason, known)}" if reason and state in ("paused", "unreachable") else word


def _columns() -> list[Column]:
    return [
        Column("agent", _("Agent")),
        Column("login", _("Agent's login")),
        Column("state", _("State")),
        Column("reason", _("Reason")),
        Column("from", _("Began"), Kind.TIME),
        Column("to", _("Until"), Kind.TIME),
        Column("lasted", _("Duration"), Kind.SECONDS),
        Column("source", _("Caused by")),
    ]


def _rows(found: QuerySet[AgentStateInterval], agents: dict[str, str], span: Span) -> Iterator[Row]:
    place, known, words, now = None, reasons(), states(), timezone.now()
    while chunk := list(beyond(found, place, by=BY)[:CHUNK]):
        for one in chunk:
            yield Row(
                {
                    "agent": Cell(agents.get(one.agent, one.agent)),
                    "login": Cell(one.agent),
                    "state": Cell(words.get(one.state, one.state)),
                    "reason": Cell(reason_words(one.reason, known) if one.reason else ""),
                    "from": Cell(one.started_at),
                    "to": Cell(one.ended_at or ""),
                    "lasted": Cell(lasted(one, span, now)),
                    "source": Cell(str(SOURCES.get(one.source, one.source))),
                },
                final=one.ended_at is not None,
            )
        place = place_at(chunk[-1], BY)


def _sums(found: list[tuple[str, str, timedelta]]) -> list[str]:
    known = reasons()
    return [f"{state_words(state, reason, known)}: {duration(total.total_seconds())}" for state, reason, total in found]
