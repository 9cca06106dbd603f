"""Reading calls: lists, one call with its timeline, and who may see which."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from crm.access.holding import reach
from crm.accounts.models import Department, Scope, User
from crm.accounts.selectors import department_ids_below
from crm.calls.behind import Behind
from crm.calls.models import AgentStateInterval, CallDetail, CallRecord, Fact, Offer, QueueVisit
from crm.calls.models.records import NOT_REACHED, NUMBER_TURNED, OUTBOUND, pairs
from crm.calls.months import between
from crm.telephony.models import Disposition, Queue
from crm.telephony.serving import serving

_TOLD = ("customer", "disposition", "noted_by")


@dataclass(frozen=True)
class TimelineEntry:
    """One fact of a call, ready to be shown. ``payload`` is the fact as told."""

    at: datetime
    kind: str
    payload: dict[str, Any]
    seconds: float
    """Since the call's arrival (or its first fact)."""


@dataclass(frozen=True)
class CallStory:
    """A call with its parts and its timeline, all in order of time."""

    record: CallRecord
    visits: list[QueueVisit]
    offers: list[Offer]
    timeline: list[TimelineEntry]
    detail: CallDetail | None
    begin: datetime | None
    """From which the timeline counts its seconds."""


class _Among(Func):
    """Whether a value is one of an array's."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()


@dataclass(frozen=True)
class Share:
    """What of all calls a permission of ``login`` reaches, unless it is everything: those of ``agents`` (herself among
    them), those that rang her, and such as reached nobody: in one of the queues ``served``, or before any queue if she
    sees more than her ``own``."""

    login: str
    everything: bool = False
    own: bool = False
    agents: tuple[str, ...] = ()
    served: QuerySet[Queue, str] = Queue.objects.none()
    rings: bool = True
    """Whether calls can ring her at all: they do not ring a program."""

    def reached(self, queue: str = "") -> Q:
        """The condition; empty for everything. ``queue``: for calls of this queue alone, whose condition has an
        index."""
        if self.everything:
            return Q()
        offered = Offer.objects.filter(agent=self.login).values("call")
        if self.own:
            # Not by OR: for a rare filter the planner would walk through everybody's calls, the newest first.
            return Q(call_id__in=CallRecord.objects.filter(agent=self.login).values("call_id").union(offered))
        unreached = Q(agent="", queue="") | Q(agent="", queue__in=self.served)
        if queue:
            unreached = Q(agent="") if self.served.filter(code=queue).exists() else Q()
        others = Q(agent__in=self.agents) | unreached
        if not self.rings:
            return others
        own = Q(agent=self.login) | Q(_Among(F("call_id"), ArraySubquery(offered)))  # both sides have their index
        return own | others

    def elsewhere(self, since: datetime, until: datetime) -> QuerySet[CallRecord]:
        """Those that are hers only because they rang her; of calls that arrived in the half-open span."""
        lies = {"month__range": between(since, until)}
        rang = Offer.objects.filter(agent=self.login, **lies).values("call")
        hers = CallRecord.objects.filter(agent=self.login, **lies).values("call_id")  # nearly all that rang her
        others = [one["call"] for one in rang.difference(hers)]  # few; of a subquery the planner would think them many
        there = CallRecord.objects.filter(call_id__in=others, **lies).exclude(agent__in=self.agents)
        return there if self.own else there.exclude(agent="", queue="").exclude(agent="", queue__in=self.served)


def calls_share(user: User, permission: str = "calls.see") -> Share | None:
    """None: of nothing."""
    reached = reach(user, permission)
    if not reached:
        return None
    if reached.everything or reached.scope == Scope.OWN:
        return Share(user.username, reached.everything, not reached.everything, (user.username,))
    people = dict(reached.users().values_list("pk", "username"))
    served = Queue.objects.filter(pk__in=serving(people)).values_list("code", flat=True)
    agents = tuple({*people.values()} if user.program else {user.username, *people.values()})
    return Share(user.username, agents=agents, served=served, rings=not user.program)


def calls_visible(user: User, permission: str = "calls.see") -> QuerySet[CallRecord]:
    """What the permission reaches: her own (those that she was offered, too), those of her agents, or all.

    Whose department she sees, she also sees the calls that reached nobody, if its agents serve the queue in which
    they waited; calls that ended before any queue belong to everyone who sees more than her own.
    """
    share = calls_share(user, permission)
    return CallRecord.objects.none() if share is None else CallRecord.objects.filter(share.reached())


def calls_found(
    user: User,
    permission: str = "calls.see",
    *,
    number: str = "",
    agent: str = "",
    department: int = 0,
    queue: str = "",
    outcome: str = "",
    direction: str = "",
    disposition: str = "",
    ended_by: str = "",
    talked: int = 0,
    waited: int = 0,
    note: str = "",
    marked: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    behind: Behind | None = None,
    barred: bool = False,
    reached: Q | None = None,
) -> QuerySet[CallRecord]:
    """Calls that have arrived and that the permission reaches, in no order. ``reached``: what is asked in its place, by
    who asks for the permission besides.

    ``number`` is E.164, or the last digits of one (4 or more); ``talked`` and ``waited`` are seconds, at least;
    ``department`` is an id and stands for those below, too; ``behind``: those that a figure of a report counted;
    ``marked``, not empty: those in which the customer was marked;
    ``outcome`` may be NOT_REACHED, too; ``barred`` finds nothing.
    """
    records = calls_visible(user, permission) if reached is None else CallRecord.objects.filter(reached)
    records = records.filter(arrived_at__isnull=False)
    if number.startswith("+"):
        records = records.filter(number_e164=number)
    elif number:
        records = records.alias(end=NUMBER_TURNED).filter(end__startswith=number[::-1])
    if outcome == NOT_REACHED:
        records, outcome = records.filter(direction="outbound", outcome__in=OUTBOUND), ""
    exact = {"agent": agent, "queue": queue, "outcome": outcome, "direction": direction, "ended_by": ended_by}
    least = {"talk_ms__gte": talked * 1000, "wait_ms__gte": waited * 1000}
    more = {"arrived_at__gte": since, "arrived_at__lt": until}
    months = {"month__gte": since and between(since, since)[0], "month__lte": until and between(until, until)[1]}
    records = records.filter(**{field: value for field, value in (exact | least | more | months).items() if value})
    if department:
        people = department_ids_below(Department.objects.filter(pk=department).first())
        records = records.filter(
            agent__in=list(User.objects.filter(department__in=people).values_list("username", flat=True))
        )
    if disposition:  # by its id: through a join the planner would not find the index
        one = Disposition.objects.filter(code=disposition).values_list("pk", flat=True).first()
        records = records.filter(disposition=one or 0)
    if note:
        near = records.exclude(note="").alias(pairs=pairs("note")).filter(pairs__contains=pairs(Value(note)))
        records = near.filter(note__icontains=note)
    if marked:
        records = records.filter(marked_at__isnull=False)
    if behind:
        records = behind.calls(records)
    return records.none() if barred else records


def calls_sought(
    user: User, *, note: str = "", **asked: Any
) -> tuple[QuerySet[CallRecord], tuple[QuerySet[CallRecord], Q] | None]:
    """``calls_found``, and what ``paging.page`` wants to know of it: the calls without what no index has in the order
    of a list (a text in the note, whose agents' calls are shown), and that as a condition."""
    share = calls_share(user)
    if share is None:
        return CallRecord.objects.none(), None
    hers = asked.get("agent") in share.agents  # then all that are asked for are reached
    reached = Q() if hers else share.reached(asked.get("queue", ""))
    found = calls_found(user, note=note, reached=reached, **asked)
    wide = Q() if share.own else reached
    said = wide & Q(note__icontains=note) if note else wide
    if not said:
        return found, None
    return found, (calls_found(user, reached=reached if share.own else Q(), **asked), said)


def call_seen(call_id: str, user: User, *together: str, permission: str = "calls.see") -> CallRecord | None:
    """One call with what is read ``together`` with it; None: there is none, or the permission does not reach it."""
    share = calls_share(user, permission)
    record = CallRecord.objects.select_related(*together).filter(call_id=call_id).first() if share else None
    if record is None or share is None or share.everything:
        return record
    # Of one month: the condition is long, and would be planned for each of them.
    own = CallRecord.objects.filter(share.reached(), call_id=call_id, month=record.month)
    return record if own.exists() else None


def calls_recent(user: User, *, limit: int = 50, **asked: Any) -> QuerySet[CallRecord]:
    """Calls that the user may see, the newest first. Filters as of ``calls_found``."""
    found = calls_found(user, **asked).select_related("customer", "disposition")
    return found.order_by("-arrived_at", "-call_id")[:limit]


def call_with_timeline(
    call_id: str, *, user: User | None = None, among: QuerySet[CallRecord] | None = None
) -> CallStory | None:
    """The call's whole story, or None when there is no such call or ``user`` may not see it.

    ``among``: the calls that she may see, where they are at hand.
    """
    if user is not None and among is None:
        record = call_seen(call_id, user, *_TOLD)
    else:
        records = CallRecord.objects.all() if among is None else among
        record = records.select_related(*_TOLD).filter(call_id=call_id).first()
    if record is None:
        return None
    facts = list(Fact.objects.filter(call_id=call_id).order_by("at", "seq", "id"))
    begin = record.arrived_at or _began(facts)
    return CallStory(
        record=record,
        visits=list(QueueVisit.objects.filter(call_id=call_id).order_by("entered_at", "visit")),
        offers=list(Offer.objects.filter(call_id=call_id).order_by("offered_at", "offer")),
        timeline=[TimelineEntry(f.at, f.kind, f.payload, (f.at - begin).total_seconds()) for f in facts],
        detail=CallDetail.objects.filter(call_id=call_id).first(),
        begin=begin,
    )


def _began(facts: list[Fact]) -> datetime | None:
    """Of a call whose arrival nobody told: as a term of leadership stated it, else the first that was told."""
    arrived = next((fact.payload.get("arrived") for fact in facts if fact.kind == "CallStated"), None)
    if arrived:
        return datetime.fromtimestamp(arrived / 1e6, UTC)
    return facts[0].at if facts else None


def calls_of_caller(number: str, customer_id: int | None = None) -> QuerySet[CallRecord]:
    """All calls from an E.164 number, and those of the customer, the newest first. No check of who asks."""
    same = Q(number_e164=number)
    if customer_id is not None:
        same |= Q(customer_id=customer_id)
    records = CallRecord.objects.filter(same, arrived_at__isnull=False)
    return records.select_related("disposition").order_by("-arrived_at", "-call_id")


def agent_states(agent: str, since: datetime, until: datetime) -> QuerySet[AgentStateInterval]:
    """The agent's intervals that touch the half-open window, in order."""
    touching = Q(started_at__lt=until) & (Q(ended_at__isnull=True) | Q(ended_at__gt=since))
    return AgentStateInterval.objects.filter(touching, agent=agent).order_by("started_at", "seq", "id")
