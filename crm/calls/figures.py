"""Figures of queues and agents, counted from rows. Each call counts them anew.

A visit belongs to the time at which it entered its queue. A caller whose fate is open is in no rate: for the service
level until the threshold of the visit has passed, for the abandoned until the visit is over. When all visits of a
time are over, the rates are those of the formulas.
"""

from collections.abc import Collection
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from crm.calls.models import Offer

SLOT = timedelta(minutes=15)
LONGEST_VISIT = timedelta(hours=12)
"""Who has waited for longer is not looked for when the line of an earlier hour is counted."""
LONGEST_RING = timedelta(hours=1)


@dataclass(frozen=True)
class Counts:
    """Visits of one queue that began within one time.

    ``in_time``: answered within the visit's own threshold; ``short``: abandoned before its short-abandonment limit;
    ``failed``: ended by a fault of ours, in no rate; ``waiting``: not over; ``early``: of these, not yet past the
    threshold.
    """

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    short: int = 0
    failed: int = 0
    waiting: int = 0
    early: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def decided(self) -> int:
        """Of how many the service level is a share."""
        return self.offered - self.failed - self.early

    @property
    def service_level(self) -> float | None:
        """Variant B: answered within the threshold, of those offered; None = nobody to speak of."""
        return self.in_time / self.decided if self.decided else None

    @property
    def settled(self) -> int:
        """Of how many the abandoned are a share."""
        return self.offered - self.failed - self.waiting - self.short

    @property
    def abandon_rate(self) -> float | None:
        """Adjusted: short ones are neither in the numerator nor in the denominator; None = nobody to speak of."""
        return (self.abandoned - self.short) / self.settled if self.settled else None


COUNTED = """
    count(*),
    count(*) FILTER (WHERE exit = 'answered'),
    count(*) FILTER (WHERE exit = 'answered' AND wait_ms <= service_level_s * 1000),
    count(*) FILTER (WHERE exit = 'abandoned'),
    count(*) FILTER (WHERE exit = 'abandoned' AND wait_ms < short_abandon_s * 1000),
    count(*) FILTER (WHERE exit = 'system_failure'),
    count(*) FILTER (WHERE left_at IS NULL),
    count(*) FILTER (WHERE left_at IS NULL AND entered_at + service_level_s * interval '1 second' >= %(until)s)
"""
assert COUNTED.count("count(*)") == len(fields(Counts))
# The queues are named so that the index (queue, entered_at) serves: a day is a small part of the table.
WHERE = "FROM calls_queuevisit WHERE queue = ANY(%(queues)s) AND entered_at >= %(since)s AND entered_at < %(until)s"


def day_begin(now: datetime) -> datetime:
    """Midnight of the centre's day."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def queue_counts(queues: Collection[str], since: datetime, until: datetime) -> dict[str, Counts]:
    """Code of a queue → its visits that began in [since, until), as they stand at ``until``; queues without any are
    left out."""
    rows = _rows(f"SELECT queue, {COUNTED} {WHERE} GROUP BY queue", queues=list(queues), since=since, until=until)
    return {queue: Counts(*counts) for queue, *counts in rows}


def queue_slots(queues: Collection[str], since: datetime, until: datetime) -> dict[str, dict[datetime, Counts]]:
    """The same by quarters of an hour, counted from ``since``: code → begin of the quarter → counts."""
    query = f"SELECT queue, date_bin(%(slot)s, entered_at, %(since)s), {COUNTED} {WHERE} GROUP BY 1, 2"
    found: dict[str, dict[datetime, Counts]] = {}
    for queue, begin, *counts in _rows(query, queues=list(queues), since=since, until=until, slot=SLOT):
        found.setdefault(queue, {})[begin] = Counts(*counts)
    return found


def waiting_at(queues: Collection[str], moments: list[datetime]) -> dict[str, list[int]]:
    """Code → how many waited at each of the moments (ascending); queues in which nobody waited are left out."""
    query = """SELECT queue, entered_at, left_at FROM calls_queuevisit WHERE queue = ANY(%(queues)s)
        AND entered_at >= %(since)s AND entered_at <= %(last)s AND (left_at IS NULL OR left_at > %(first)s)"""
    first, last = moments[0], moments[-1]
    rows = _rows(query, queues=list(queues), since=first - LONGEST_VISIT, first=first, last=last)
    found: dict[str, list[int]] = {}
    for queue, entered, left in rows:
        line = found.setdefault(queue, [0] * len(moments))
        for place, moment in enumerate(moments):
            if entered <= moment and (left is None or left > moment):
                line[place] += 1
    return found


def answered_by(agents: Collection[str], since: datetime) -> dict[str, int]:
    """Login → calls that she answered since then; agents without one are left out."""
    query = f"""SELECT agent, count(*) FROM {Offer._meta.db_table} WHERE agent = ANY(%(agents)s)
        AND offered_at >= %(rung)s AND talk_started_at >= %(since)s AND result = 'answered' GROUP BY agent"""
    return dict(_rows(query, agents=list(agents), rung=since - LONGEST_RING, since=since))


def _rows(query: str, **params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
