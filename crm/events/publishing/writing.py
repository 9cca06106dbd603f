"""Numbering events and writing them; all of it inside a transaction that holds the mark."""

import logging
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from crm.accounts.models import User
from crm.events.drafts import HERS, Draft, Known, OfCall, of_fact, of_its_call
from crm.events.kinds import SETTLES
from crm.events.models import Event, Mark, Pending
from crm.telephony.models import Route
from switchctl.contract import facts as f

log = logging.getLogger(__name__)
MOST_CALLS = 20_000


class Calls:
    """What is known of calls; the rows tell what is not."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, OfCall] = OrderedDict()

    def of(self, calls: Collection[str]) -> dict[str, OfCall]:
        missing = [call for call in calls if call and call not in self._known]
        return _of_rows(missing) | {call: self._known[call] for call in calls if call in self._known}

    def learn(self, calls: Mapping[str, OfCall]) -> None:
        """What is committed."""
        for call, said in calls.items():
            self._known[call] = said
            self._known.move_to_end(call)
        while len(self._known) > MOST_CALLS:
            self._known.popitem(last=False)

    def forget(self) -> None:
        self._known.clear()


def drafts_of(facts: Sequence[f.AnyFact]) -> list[Draft]:
    """Those that are public, in their order."""
    known = _known(facts)
    found = []
    for fact in facts:
        try:
            draft = of_fact(fact, known)
        except (OverflowError, ValueError):
            log.warning("the fact %s has a time that is none, and becomes no event", fact.id)
            continue
        if draft is not None:
            found.append(draft)
    return found


def pending_take(now: datetime, most: int) -> list[Draft]:
    """What the CRM told, in its order; gone with the transaction. What may still be replaced waits."""
    waits = Q()
    for kind, seconds in SETTLES.items():
        waits |= Q(kind=kind, at__gt=now - timedelta(seconds=seconds))
    rows = Pending.objects.exclude(waits).select_for_update(skip_locked=True).order_by("pk")[:most]
    taken = list(rows)
    Pending.objects.filter(pk__in=[row.pk for row in taken]).delete()
    return [
        Draft(f"crm:{row.pk}", row.kind, row.at, row.call_id, row.agent, row.queue, row.campaign, row.data)
        for row in taken
    ]


def events_add(mark: Mark, drafts: Iterable[Draft], calls: Calls, now: datetime) -> dict[str, OfCall]:
    """Writes them behind the newest and moves ``mark.last``; answers what is known of their calls when it is
    committed."""
    drafts = list(drafts)
    known = calls.of({draft.call_id for draft in drafts})
    rows = []
    for draft in drafts:
        of_call = known.get(draft.call_id, OfCall())
        draft = (of_its_call(draft, of_call) if draft.call_id else draft).within()
        if draft.call_id:
            known[draft.call_id] = of_call.after(draft)
        mark.last += 1
        sequence = of_call.sequence + 1 if draft.call_id else 0
        rows.append(Event(id=mark.last, told_at=now, sequence=sequence, **vars(draft)))
    Event.objects.bulk_create(rows)
    return known


def in_the_log(keys: Collection[str]) -> set[str]:
    return set(Event.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()


def _known(facts: Sequence[f.AnyFact]) -> Known:
    arrived = {fact.dialled for fact in facts if isinstance(fact, f.CallArrived)}
    phones = {fact.extension for fact in facts if isinstance(fact, f.DeviceChanged)}
    return Known(
        _queues_of(arrived) if arrived else {},
        dict(User.objects.filter(extension__in=phones).values_list("extension", "username")) if phones else {},
        {fact.call_id: fact.agent for fact in facts if isinstance(fact, f.DialStarted)},
    )


def _queues_of(numbers: Collection[str]) -> dict[str, str]:
    found = Route.objects.filter(number__in=numbers, queue__isnull=False)
    return dict(found.values_list("number", "queue__code"))


def _of_rows(calls: Sequence[str]) -> dict[str, OfCall]:
    if not calls:
        return {}
    newest = Event.objects.filter(call_id__in=calls).order_by("call_id", "-pk").distinct("call_id")
    hers = Event.objects.filter(call_id__in=calls, kind__in=HERS).exclude(agent="")
    agents = dict(hers.order_by("call_id", "-pk").distinct("call_id").values_list("call_id", "agent"))
    return {
        row.call_id: OfCall(row.sequence, row.queue, row.campaign, agents.get(row.call_id, ""))
        for row in newest.only("call_id", "sequence", "queue", "campaign")
    }
