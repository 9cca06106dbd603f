"""What stands behind a figure of a report: the visits, ringings or calls that were counted, as one filter of the list.

A figure is counted from visits of queues, ringings of agents or calls of trunks; the list shows calls. Where one call
visited a queue twice, the list says so: two visits, one call.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.calls.models import CallRecord, IvrVisit, Offer, QueueVisit
from crm.calls.months import between

LONGEST = 4000
"""Characters of an address; a longer one is no such filter."""
SLACK = timedelta(hours=1)
"""A call arrives before its parts begin, but clocks differ. It spares the database all that came later."""
MOMENT = "%Y%m%dT%H%M%SZ"
_ANSWERED, _ABANDONED = Q(exit="answered"), Q(exit="abandoned")
_OVER = Q(left_at__isnull=False) & ~Q(exit="system_failure")
_IN_TIME, _SHORT = Q(wait_ms__lte=F("service_level_s") * 1000), Q(wait_ms__lt=F("short_abandon_s") * 1000)
_BESIDE = (OuterRef("month") - timedelta(days=31), OuterRef("month") + timedelta(days=31))
"""What belongs to a call may lie in the month before or after."""
_AT_ONCE = Exists(Offer.objects.filter(
    call_id=OuterRef("call_id"), visit=OuterRef("visit"), waited_ms__lt=1000, month__range=_BESIDE
))  # fmt: skip
_KNOWN = Exists(CallRecord.objects.filter(call_id=OuterRef("call_id"), month__range=_BESIDE).exclude(number_e164=""))
_EXITS = ("answered", "abandoned", "callback_booked", "overflow", "timeout", "voicemail", "system_failure", "")
VISITS = {
    "offered": Q(),
    "answered": _ANSWERED,
    "in_time": _ANSWERED & _IN_TIME,
    "abandoned": _ABANDONED,
    "short": _ABANDONED & _SHORT,
    "abandoned_in_time": _ABANDONED & _IN_TIME,
    "callbacks": Q(exit="callback_booked"),
    "overflows": Q(exit="overflow"),
    "timeouts": Q(exit="timeout"),
    "voicemails": Q(exit="voicemail"),
    "others": Q(left_at__isnull=False) & ~Q(exit__in=_EXITS),
    "failed": Q(exit="system_failure"),
    "waiting": Q(left_at__isnull=True),
    "settled": _OVER,
    "settled_long": _OVER & ~(_ABANDONED & _SHORT),
    "served_in_time": (_ANSWERED | _ABANDONED) & _IN_TIME,
    "stayed": _OVER & ~_ABANDONED,
    "not_quick": _OVER & ~(_ABANDONED & _IN_TIME),
    "judged": _ANSWERED | (_ABANDONED & ~_SHORT),
    "abandoned_long": _ABANDONED & ~_SHORT,
    "queued": _OVER & ~Q(_AT_ONCE),
    "withheld": ~Q(_KNOWN),
    "known": Q(_KNOWN),
}
"""From ``settled`` on: numerators and denominators of rates, as the figures have them."""

_RANG, _DIALLED, _TALKED = Q(offered_at__isnull=False), Q(dialled_at__isnull=False), Q(talk_ended_at__isnull=False)
OFFERS = {
    "offers": _RANG,
    "answered": _RANG & Q(result="answered"),
    "rna": _RANG & Q(result="rna"),
    "rejected": _RANG & Q(result="rejected"),
    "cancelled": _RANG & Q(result="cancelled"),
    "unrung": _RANG & Q(result__in=("busy_device", "unregistered", "failed")),
    "dials": _DIALLED,
    "dials_answered": _DIALLED & Q(dial_result="answered"),
    "handled": _TALKED,
    "missed": _RANG & Q(result__in=("rna", "rejected")),
    "judged": _RANG & Q(result__in=("answered", "rna", "rejected")),
    "held": _TALKED & Q(hold_ms__gt=0),
    "short_talks": _TALKED & Q(talk_ms__lt=10_000),
    "agent_hangups": _TALKED & Q(talk_ended_by="agent"),
}

_IN, _OUT, _FULL = Q(direction="inbound"), ~Q(direction="inbound"), Q(outcome="blocked")
_BUSY = Q(sip_status__in=("480", "486", "503")) | Q(q850__in=("17", "34", "42", "44", "47"))
_BARRED = Q(sip_status__in=("401", "403", "404", "407", "484", "603", "604")) | Q(q850__in=("1", "21", "28", "57"))
_UNHEARD = _IN & Q(ended_at__isnull=False, queue_entered_at__isnull=True, talk_started_at__isnull=True)
_AWAY = _UNHEARD & Q(answered_at__isnull=True, ended_by="system")
_GREETED = _UNHEARD & ~(_AWAY & (_BUSY | _BARRED)) & ~Q(outcome__in=("blocked", "system_failure"))
_SERVED = Q(Exists(IvrVisit.objects.filter(call_id=OuterRef("call_id"), told="completed", month__range=_BESIDE)))
CALLS = {
    "attempts": _IN,
    "blocked": _IN & (_FULL | _AWAY & _BUSY),
    "refused": _AWAY & _BARRED & ~_BUSY & ~_FULL,
    "queued": _IN & Q(queue_entered_at__isnull=False) & ~_FULL,
    "self_served": _GREETED & _SERVED,
    "left_in_greeting": _GREETED & ~_SERVED,
    "answered": _IN & Q(talk_started_at__isnull=False),
    "outbound": _OUT,
    "outbound_answered": _OUT & Q(talk_started_at__isnull=False),
}
"""As the rollups of trunks count them."""

_SPOKE = Q(talk_started_at__isnull=False)
SAME: dict[str, Q] = {"calls": Q(), "answered": _SPOKE}
"""Calls of a kind."""
LASTED = re.compile(r"lasted-([0-9]{1,6})-([0-9]{0,6})")
"""Talks whose handling (talk, hold and wrap-up) took so many seconds: from the one on, below the other."""
WAITED = re.compile(r"waited-(offered|answered|abandoned)-([0-9]{1,9})")
"""Visits that left the queue (answered, abandoned) and had waited so many milliseconds or more."""

WORDS = {
    "visits.offered": gettext_noop("Entered the queue"),
    "visits.answered": gettext_noop("Answered"),
    "visits.in_time": gettext_noop("Answered within the threshold"),
    "visits.abandoned": gettext_noop("Abandoned"),
    "visits.short": gettext_noop("Abandoned at once (short)"),
    "visits.abandoned_in_time": gettext_noop("Abandoned within the threshold"),
    "visits.callbacks": gettext_noop("Booked a callback"),
    "visits.overflows": gettext_noop("Overflowed"),
    "visits.timeouts": gettext_noop("Waited to the limit"),
    "visits.voicemails": gettext_noop("Left a message"),
    "visits.others": gettext_noop("Left the queue otherwise"),
    "visits.failed": gettext_noop("Ended by a fault of ours"),
    "visits.waiting": gettext_noop("Still waiting"),
    "visits.settled": gettext_noop("Left the queue, not by a fault of ours"),
    "visits.settled_long": gettext_noop("Left the queue, without short abandons"),
    "visits.served_in_time": gettext_noop("Answered or abandoned within the threshold"),
    "visits.stayed": gettext_noop("Left the queue, not abandoned"),
    "visits.not_quick": gettext_noop("Left the queue, not abandoned within the threshold"),
    "visits.judged": gettext_noop("Answered, or abandoned and not short"),
    "visits.abandoned_long": gettext_noop("Abandoned, not short"),
    "visits.queued": gettext_noop("Had to wait"),
    "visits.withheld": gettext_noop("Without a number"),
    "visits.known": gettext_noop("With a number"),
    "offers.offers": gettext_noop("Rang an agent"),
    "offers.answered": gettext_noop("Picked up"),
    "offers.rna": gettext_noop("Rang without an answer"),
    "offers.rejected": gettext_noop("Rejected by the agent"),
    "offers.cancelled": gettext_noop("Rang, then taken back"),
    "offers.unrung": gettext_noop("The phone did not ring"),
    "offers.dials": gettext_noop("Dialled by an agent"),
    "offers.dials_answered": gettext_noop("Dialled and answered"),
    "offers.handled": gettext_noop("Talks"),
    "offers.missed": gettext_noop("Not picked up or rejected"),
    "offers.judged": gettext_noop("Picked up, not picked up or rejected"),
    "offers.held": gettext_noop("Talks with a hold"),
    "offers.short_talks": gettext_noop("Talks under 10 s"),
    "offers.agent_hangups": gettext_noop("Talks that the agent ended"),
    "calls.attempts": gettext_noop("Came in by a trunk"),
    "calls.blocked": gettext_noop("Turned away, no room"),
    "calls.refused": gettext_noop("Turned away by a rule"),
    "calls.queued": gettext_noop("Reached a queue"),
    "calls.self_served": gettext_noop("Served by the menu alone"),
    "calls.left_in_greeting": gettext_noop("Over before any queue"),
    "calls.answered": gettext_noop("Spoke with an agent"),
    "calls.outbound": gettext_noop("Dialled out"),
    "calls.outbound_answered": gettext_noop("Dialled out and answered"),
    "outcomes.calls": gettext_noop("Calls with this outcome"),
    "outcomes.answered": gettext_noop("Calls with this outcome that were answered"),
    "first_queues.answered": gettext_noop("Answered calls of this queue"),
    "entries.answered": gettext_noop("Answered calls to this number"),
    "first_queues.calls": gettext_noop("Calls of this queue"),
    "entries.calls": gettext_noop("Calls to this number"),
}
"""The word for each part and what of it."""


_BEGAN = Q(offered_at__isnull=True, dialled_at__isnull=False)


def _offers_at(begin: datetime, end: datetime, event: bool) -> Q:
    """By the ringing or dialling that began it, or by its answer or end."""
    if event:
        at = Coalesce("talk_started_at", "ended_at", "dial_ended_at")
        return Q(GreaterThanOrEqual(at, begin)) & Q(LessThan(at, end))
    return Q(offered_at__gte=begin, offered_at__lt=end) | (_BEGAN & Q(dialled_at__gte=begin, dialled_at__lt=end))


def _visits_at(begin: datetime, end: datetime, event: bool) -> Q:
    if event:
        return Q(left_at__gte=begin, left_at__lt=end)
    return Q(entered_at__gte=begin, entered_at__lt=end)


def _calls_at(begin: datetime, end: datetime, _event: bool) -> Q:
    return Q(arrived_at__gte=begin, arrived_at__lt=end)


@dataclass(frozen=True)
class _Part:
    """``of``: the field that ``among`` names values of; ``at``: whether a row counts for [begin, end)."""

    model: type[Model]
    of: str
    at: Callable[[datetime, datetime, bool], Q]
    kinds: dict[str, Q]


PARTS = {
    "visits": _Part(QueueVisit, "queue", _visits_at, VISITS),
    "offers": _Part(Offer, "agent", _offers_at, OFFERS),
    "calls": _Part(CallRecord, "trunk", _calls_at, CALLS),
    "outcomes": _Part(CallRecord, "disposition__code", _calls_at, SAME),
    "first_queues": _Part(CallRecord, "queue", _calls_at, SAME),
    "entries": _Part(CallRecord, "dialled", _calls_at, {"calls": _IN, "answered": _IN & _SPOKE}),
}
OF_CALLS = ("calls", "outcomes", "first_queues", "entries")
"""Parts that are calls themselves."""
_HANDLED_MS = Coalesce("talk_ms", 0) + Coalesce("hold_ms", 0) + Coalesce("wrap_ms", 0)


def kind_of(part: str, what: str) -> Q | None:
    """The condition of what is counted of a part; None for what is not known."""
    if part not in PARTS:
        return None
    waited = WAITED.fullmatch(what) if part == "visits" else None
    if waited:
        return VISITS[waited[1]] & Q(left_at__isnull=False, wait_ms__gte=int(waited[2]))
    lasted = LASTED.fullmatch(what) if part == "offers" else None
    if lasted is None:
        return PARTS[part].kinds.get(what)
    least, most = lasted.groups()
    long = _TALKED & Q(GreaterThanOrEqual(_HANDLED_MS, int(least) * 1000))
    return long & Q(LessThan(_HANDLED_MS, int(most) * 1000)) if most else long


def in_words(part: str, what: str) -> str:
    if waited := WAITED.fullmatch(what):
        return _("Waited %(seconds)s s or more") % {"seconds": f"{int(waited[2]) / 1000:.1f}"}
    lasted = LASTED.fullmatch(what)
    if lasted is None:
        return _(WORDS[f"{part}.{what}"])
    least, most = lasted.groups()
    if not most:
        return _("Handled in %(least)s s or more") % {"least": least}
    return _("Handled in %(least)s to %(most)s s") % {"least": least, "most": most}


@dataclass(frozen=True)
class Behind:
    """``what`` is a key of the part's table; [begin, end) are instants; ``among``: codes of queues, logins of agents,
    names of trunks, () for all. ``event``: counted when it happened, not when the visit began."""

    part: str
    what: str
    begin: datetime
    end: datetime
    among: tuple[str, ...] = ()
    event: bool = False

    def __str__(self) -> str:
        """As in the address of the list; ``behind_of`` reads it."""
        kind = f"{self.part}.{self.what}" + (".event" if self.event else "")
        return "~".join((kind, _moment(self.begin), _moment(self.end), *self.among))

    @property
    def parts(self) -> QuerySet[Any]:
        """The rows that were counted."""
        part = PARTS[self.part]
        where = kind_of(self.part, self.what)
        assert where is not None
        where &= part.at(self.begin, self.end, self.event) & Q(month__range=between(self.begin, self.end))
        if self.among:
            those = Q(**{f"{part.of}__in": self.among})
            where &= those | Q(**{f"{part.of}__isnull": True}) if "" in self.among else those
        return part.model._default_manager.filter(where)

    def calls(self, records: QuerySet[CallRecord]) -> QuerySet[CallRecord]:
        """Those of the calls to which such a row belongs."""
        ids = self.parts.values("call_id")
        return records.filter(
            call_id__in=ids, month__range=between(self.begin, self.end), arrived_at__lt=self.end + SLACK
        )

    def count(self, calls: QuerySet[CallRecord], most: int) -> int:
        """How many rows belong to these calls, ``most`` for more."""
        if self.part in OF_CALLS:
            return calls.order_by()[:most].count()
        return self.parts.filter(call_id__in=calls.order_by().values("call_id"))[:most].count()


FIRST_YEAR, LAST_YEAR = 1971, 9000
"""Of other years not every month has one before and after it."""


@lru_cache(maxsize=256)
def _moment(at: datetime) -> str:
    """A report's thousands of counts have the same few times."""
    return at.astimezone(UTC).strftime(MOMENT)


def behind_of(said: str) -> Behind | None:
    """What ``str`` said; None for anything else."""
    if not said or len(said) > LONGEST or "\x00" in said or not said.isprintable():
        return None
    kind, *rest = said.split("~")
    part, _, what = kind.partition(".")
    event = what.endswith(".event")
    what = what.removesuffix(".event")
    if kind_of(part, what) is None or len(rest) < 2:
        return None
    try:
        begin, end = (datetime.strptime(text, MOMENT).replace(tzinfo=UTC) for text in rest[:2])
    except ValueError:
        return None
    known = begin.year >= FIRST_YEAR and begin < end and end.year <= LAST_YEAR
    return Behind(part, what, begin, end, tuple(rest[2:]), event) if known else None
