"""Reading lost calls: which there are, and what became of their callers since.

Whether she was reached is what other calls of the same number say, whoever had them; of a caller who withheld her
number nothing can be known, so her call stays open until somebody settles it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from crm.accounts.models import User
from crm.accounts.selectors import names_of
from crm.calls.models import CallRecord, Outcome, QueueVisit
from crm.calls.selectors import calls_found
from crm.reports.lost.asking import LOST, Asked, Fate
from crm.reports.models import SettledCall

LONGEST_WAIT_S = 4 * 3600
"""Nobody waits longer; so far back others in the queue are looked for."""
_LATER = CallRecord.objects.filter(
    number_e164=OuterRef("number_e164"), arrived_at__gt=OuterRef("arrived_at"), outcome=Outcome.ANSWERED
).exclude(number_e164="")


@dataclass(frozen=True)
class Reached:
    """The first call in which the caller was spoken to since. ``back``: we called her, she did not call again."""

    at: datetime
    agent: str
    back: bool


@dataclass(frozen=True)
class LostCall:
    """``place``: which of those who waited in the queue she was when she left, 1 the next; None if she was in none.
    ``again``: how often the number has called since; ``tried``: how often we called it."""

    call: CallRecord
    place: int | None
    again: int
    tried: int
    reached: Reached | None
    settled: SettledCall | None

    @property
    def fate(self) -> Fate:
        if self.settled:
            return Fate.SETTLED
        if self.reached:
            return Fate.BACK if self.reached.back else Fate.AGAIN
        return Fate.OPEN


def calls_lost(user: User, asked: Asked, permission: str = "calls.see") -> QuerySet[CallRecord]:
    """In no order."""
    query = asked.calls.query() | {"direction": "inbound"}
    found = calls_found(user, permission, **query)
    if not asked.calls.outcome:
        found = found.filter(outcome__in=LOST)
    return _with_fate(found, asked.fate) if asked.fate else found


def told(calls: Iterable[CallRecord]) -> list[LostCall]:
    """With all that is known about them; five queries, however many."""
    calls = list(calls)
    ids = [call.call_id for call in calls]
    places, settled = _places(ids), SettledCall.objects.select_related("by").in_bulk(ids)
    later = _later(calls)
    return [_told(call, places.get(call.call_id), later, settled.get(call.call_id)) for call in calls]


def _told(
    call: CallRecord, place: int | None, later: dict[str, list[CallRecord]], settled: SettledCall | None
) -> LostCall:
    since = [one for one in later.get(call.number_e164, ()) if one.arrived_at > call.arrived_at]
    outbound = [one for one in since if one.direction == "outbound"]
    spoken = next((one for one in since if one.outcome == Outcome.ANSWERED), None)
    reached = Reached(spoken.arrived_at, spoken.agent, spoken.direction == "outbound") if spoken else None
    return LostCall(call, place, len(since) - len(outbound), len(outbound), reached, settled)


def _later(calls: list[CallRecord]) -> dict[str, list[CallRecord]]:
    """By number, in order of time."""
    numbers = {call.number_e164 for call in calls} - {""}
    if not numbers:
        return {}
    since = min(call.arrived_at for call in calls)
    found = CallRecord.objects.filter(number_e164__in=numbers, arrived_at__gt=since).order_by("arrived_at", "call_id")
    by_number: dict[str, list[CallRecord]] = defaultdict(list)
    for one in found.only("number_e164", "arrived_at", "direction", "outcome", "agent"):
        by_number[one.number_e164].append(one)
    return by_number


def _places(ids: list[str]) -> dict[str, int]:
    """Of each call's last visit to a queue: how many were to be served before it, and it."""
    rank, mine = _moment(F("entered_at"), F("head_start_s")), _moment(OuterRef("entered_at"), OuterRef("head_start_s"))
    waiting = Q(left_at__isnull=True) | Q(left_at__gt=OuterRef("left_at"))
    before = QueueVisit.objects.filter(
        waiting, queue=OuterRef("queue"), entered_at__lt=OuterRef("left_at"),
        entered_at__gte=_moment(OuterRef("left_at"), Value(LONGEST_WAIT_S)),
    ).alias(rank=rank).filter(rank__lt=mine).order_by().values("queue").annotate(n=Count("*")).values("n")  # fmt: skip
    visits = QueueVisit.objects.filter(call_id__in=ids, left_at__isnull=False, entered_at__isnull=False)
    found = visits.annotate(before=Coalesce(Subquery(before), 0)).order_by("entered_at", "visit")
    return {call_id: ahead + 1 for call_id, ahead in found.values_list("call_id", "before")}


def _moment(at: Any, seconds: Any) -> ExpressionWrapper:
    """So many seconds before."""
    length = Func(seconds, template="make_interval(secs => %(expressions)s)", output_field=DurationField())
    return ExpressionWrapper(at - length, output_field=DateTimeField())


def _with_fate(found: QuerySet[CallRecord], fate: str) -> QuerySet[CallRecord]:
    settled = Exists(SettledCall.objects.filter(call_id=OuterRef("call_id")))
    if fate == Fate.SETTLED:
        return found.filter(settled)
    if fate == Fate.OPEN:
        return found.filter(~settled, ~Exists(_LATER))
    first = Subquery(_LATER.order_by("arrived_at", "call_id").values("direction")[:1])
    return found.filter(~settled).alias(how=first).filter(how="outbound" if fate == Fate.BACK else "inbound")


def people(lost: Iterable[LostCall]) -> dict[str, str]:
    """Login → name of who reached a caller."""
    return names_of({one.reached.agent for one in lost if one.reached})
