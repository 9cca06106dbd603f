"""Many histories played at once through one database, which they leave as they found it.

Once each is told in order, in one batch; once in disorder, in batches of which each history has one in each round,
while half-hours are counted every few rounds. What happens to a history is the same whoever is beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.test import override_settings

from crm.calls.models import AgentStateInterval, CallRecord, Fact, IvrVisit, JournalMark, Offer, QueueVisit
from crm.calls.recording.prepare import prepared
from crm.calls.recording.write import record_facts
from crm.reports.models import CallDay, Caller, CentreCallDay, ClosedMonth, Mark, TalkDay
from crm.reports.rollup.kinds import KINDS
from crm.reports.rollup.months import close_all
from crm.reports.rollup.whole import count_all
from crm.telephony.models import Disposition
from switchctl.contract import facts as f
from tests.crm.calls.rows import told
from tests.crm.reports import laws
from tests.crm.reports.histories import History

Counted = dict[str, list[dict[str, Any]]]
RollUp = Callable[[], None]
WRITTEN = (Fact, CallRecord, IvrVisit, QueueVisit, Offer, AgentStateInterval, JournalMark, Caller, Mark)
CUBES = (CallDay, CentreCallDay, TalkDay)
COUNT_EVERY = 3
"""Rounds."""


def complaints(histories: Sequence[History], roll_up: RollUp) -> list[str]:
    """What does not hold of these, all of one zone: laws, and counts that hang on the order of the facts."""
    [zone] = {history.zone for history in histories}
    rounds = zip(*(history.batches for history in histories), strict=True)
    with override_settings(TIME_ZONE=zone):
        in_order, broken = _played([chain.from_iterable(history.told for history in histories)], roll_up)
        found, disordered = _played([chain.from_iterable(parts) for parts in rounds], roll_up)
    return [
        *(f"told in order: {law}" for law in broken),
        *(f"told in disorder: {law}" for law in disordered),
        *_differences(in_order, found),
    ]


def smallest(seed: int, roll_up: RollUp) -> History:
    """What is left of one of which something does not hold, alone, when all is left out that does not matter to it:
    whole calls and agents first, then single facts."""
    history = History(seed)
    for part in (lambda fact: fact.call_id or fact.agent, lambda fact: fact.id):
        for one in dict.fromkeys(map(part, history.told)):
            without = copy(history)
            without.leave_out([fact for fact in history.told if part(fact) == one])
            if complaints([without], roll_up):
                history = without
    return history


def _played(batches: Iterable[Iterable[f.Fact]], roll_up: RollUp) -> tuple[Counted, list[str]]:
    with transaction.atomic():
        _empty()
        for number, batch in enumerate(batches, 1):
            _record(list(batch))
            if number % COUNT_EVERY == 0:
                roll_up()
            if number % COUNT_EVERY == 1:
                _dispose(number)
            if number % COUNT_EVERY == 2:
                close_all()
        roll_up()
        broken = laws.broken()
        close_all()
        found, broken = laws.counted() | laws.closed(), [*broken, *laws.broken()]
        count_all()
        close_all()
        at_once = [*_differences(found, laws.counted() | laws.closed()), *laws.broken()]
        transaction.set_rollback(True)
    return found, [*broken, *(f"counted at once: {said}" for said in at_once)]


def _dispose(number: int) -> None:
    """Agents give dispositions and take them back."""
    sold, _new = Disposition.objects.get_or_create(code="sold", defaults={"name": "Sold"})
    some = list(CallRecord.objects.order_by("pk").values_list("pk", flat=True)[number % 2 :: 3])
    CallRecord.objects.filter(pk__in=some).update(disposition=None if number % 2 else sold)


def _record(facts: list[f.Fact]) -> None:
    """Without the marks of journals: here are as many journals as histories, and nobody asks how far they are."""
    record_facts(replace(prepared(told(facts)), numbers=[]))


def _empty() -> None:
    """New files for what is written here: it is gone with the transaction, and nobody has to clean up after it."""
    counted = [model for kind in KINDS.values() for model in (kind.half_hour, kind.day)] + [ClosedMonth, *CUBES]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in (*WRITTEN, *counted))}")


def _differences(one: Counted, other: Counted) -> list[str]:
    """A line for each count that differs, with the key of its row; one for a row that one of them lacks."""
    said = []
    for table in one:
        first, second = ({tuple(row.values())[:3]: row for row in rows[table]} for rows in (one, other))
        for key in sorted(first.keys() | second.keys()):
            before, after = first.get(key), second.get(key)
            if before is None or after is None:
                said.append(f"{table} {key} is only there when told in {'disorder' if after else 'order'}")
            elif before != after:
                names = [name for name in before if before[name] != after[name]]
                said += [f"{table} {key}: {name} {before[name]} in order, {after[name]} in disorder" for name in names]
    return said
