"""What was counted, for any step: closed months from their rows, other whole days from theirs, the rest from
half-hours. No row of a call is read, but for the states that agents are in now.

Who may see which queue or agent is not known here; it is asked before.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils import timezone

from crm.reports.kpi.sums import GREATEST, AgentSums, QueueSums, Sums, TrunkSums
from crm.reports.models.rollups import VERSION
from crm.reports.periods import Span, Step, buckets, midnight
from crm.reports.rollup import agents as agents_sql
from crm.reports.rollup.kinds import KINDS, Kind
from crm.reports.rollup.months import closed

OFFERED, EVENT = "offered", "event"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


S = TypeVar("S", bound=Sums)


@dataclass(frozen=True)
class Bucket(Generic[S]):
    """What was counted of ``key`` from ``start`` on; ``final``: the time is over and nothing of it is open."""

    start: datetime
    key: str
    sums: S
    final: bool


@dataclass(frozen=True, slots=True)
class Callers:
    """How many different numbers called; how many of them within 24 hours of an earlier call of theirs."""

    unique: int
    repeating: int


def queue_buckets(
    span: Span, step: Step | None, queues: Collection[str], zone: tzinfo, by: str = OFFERED, *, together: bool = False
) -> list[Bucket[QueueSums]]:
    """Of the queues, by their codes; in order of time, then code. What has no visit is left out.

    ``span`` begins and ends with a half-hour; None as ``step`` is the whole span; ``zone`` says what a day is; ``by``:
    offered or event time; ``together``: all queues added up, under the key "".
    """
    return _buckets(KINDS["queue"], span, step, queues, zone, by, together)


def agent_buckets(
    span: Span, step: Step | None, agents: Collection[str], zone: tzinfo, by: str = OFFERED, *, together: bool = False
) -> list[Bucket[AgentSums]]:
    """The same of agents, by their logins, with the states that they are in now, up to now."""
    now = timezone.now()
    parts = _parts(span, step, zone)
    breaks = _breaks(span, parts, agents, zone, by, grain=_grain(step), together=together)
    found = {
        (one.start, one.key): replace(one, sums=replace(one.sums, breaks=breaks.get((one.start, one.key), {})))
        for one in _buckets(KINDS["agent"], span, step, agents, zone, by, together)
    }
    for part, login, sums in _lasting(parts, agents, now):
        key = "" if together else login
        before = found.get((part.start, key))
        both = before.sums + sums if before else sums
        found[part.start, key] = Bucket(part.start, key, both, False)
    return [found[key] for key in sorted(found)]


def trunk_buckets(
    span: Span, step: Step | None, trunks: Collection[str], zone: tzinfo, *, together: bool = False
) -> list[Bucket[TrunkSums]]:
    """The same of trunks, by their names; calls belong to the time at which they arrived."""
    return _buckets(KINDS["trunk"], span, step, trunks, zone, OFFERED, together)


def keys_seen(kind: str, span: Span) -> list[str]:
    """Queues, agents or trunks of which something was counted, also such as are no longer configured."""
    found = KINDS[kind]
    query = f"""SELECT DISTINCT {found.key} FROM {found.half_hour._meta.db_table}
        WHERE start >= %s AND start < %s AND version = %s ORDER BY 1"""
    return [key for (key,) in _rows(query, [span.start, span.end, VERSION])]


def waits(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> dict[int, int]:
    """Whole seconds that answered visits waited → how many waited so long. For percentiles."""
    return _spread("wait_s, wait_n", span, queues, zone, by)


def onlines(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> dict[int, int]:
    """Whole seconds of talk with hold → how many talks were so long."""
    return _spread("online_s, online_n", span, queues, zone, by)


def callers(span: Span, queues: Collection[str], zone: tzinfo, by: str = OFFERED) -> Callers:
    """Different numbers, exact. Those without a number are counted apart (``QueueSums.withheld``)."""
    given: dict[str, Any] = {"keys": list(queues)}
    source = _source(KINDS["queue"], ["callers", "repeaters"], span, zone, by, given, Grain.DAYS)
    query = """SELECT
        (SELECT count(DISTINCT u.id) FROM source s, unnest(s.callers) AS u(id)),
        (SELECT count(DISTINCT u.id) FROM source s, unnest(s.repeaters) AS u(id))"""
    [(unique, repeating)] = _rows(f"WITH source AS MATERIALIZED ({source}) {query}", given)
    return Callers(unique, repeating)


def _parts(span: Span, step: Step | None, zone: tzinfo) -> list[Span]:
    return [span] if step is None else buckets(span, step, zone)


def _buckets(
    kind: Kind, span: Span, step: Step | None, keys: Collection[str], zone: tzinfo, by: str, together: bool
) -> list[Bucket]:
    now = timezone.now()
    parts = _parts(span, step, zone)
    given: dict[str, Any] = {"keys": list(keys), "begins": [part.start for part in parts]}
    names = kind.counts
    added = ", ".join(f"{'max' if name in GREATEST else 'sum'}({name})::bigint" for name in names)
    source = _source(kind, ["final", *names], span, zone, by, given, grain=_grain(step))
    key = "''::text" if together else kind.key
    query = f"""SELECT {key}, width_bucket(start, %(begins)s::timestamptz[]), bool_and(final), {added}
        FROM ({source}) s GROUP BY 1, 2 ORDER BY 2, 1"""
    return [
        Bucket(
            parts[n - 1].start, key, kind.sums(**dict(zip(names, counts, strict=True))),
            final and parts[n - 1].end <= now,
        )
        for key, n, final, *counts in _rows(query, given)
    ]  # fmt: skip


class Grain(Enum):
    """The longest rows that may be read."""

    HALF_HOURS = 1
    DAYS = 2
    MONTHS = 3


def _grain(step: Step | None) -> Grain:
    if step in (Step.HALF_HOUR, Step.HOUR):
        return Grain.HALF_HOURS
    return Grain.MONTHS if step in (None, Step.MONTH) else Grain.DAYS


def _source(
    kind: Kind, columns: list[str], span: Span, zone: tzinfo, by: str, given: dict[str, Any], grain: Grain
) -> str:
    """SQL of the rows that together are the span; what it is given is put into ``given``."""
    given |= {"by": by, "version": VERSION}
    parts = []
    for number, (model, part) in enumerate(_pieces(kind, span, zone, grain)):
        given |= {f"since{number}": part.start, f"until{number}": part.end}
        parts.append(
            f"SELECT {kind.key}, start, {', '.join(columns)} FROM {model._meta.db_table} "
            f"WHERE {kind.key} = ANY(%(keys)s) AND by = %(by)s AND version = %(version)s "
            f"AND start >= %(since{number})s AND start < %(until{number})s"
        )
    return " UNION ALL ".join(parts)


def _pieces(kind: Kind, span: Span, zone: tzinfo, grain: Grain) -> Iterator[tuple[Any, Span]]:
    """Half-hours before the first whole day, the days, among them closed months, half-hours after them. Rows of days
    and months are of the business zone."""
    first, last = _midnight_from(span.start, zone), midnight(span.end.astimezone(zone).date(), zone)
    if grain == Grain.HALF_HOURS or first >= last or zone != timezone.get_default_timezone():
        yield kind.half_hour, span
        return
    found = [(kind.half_hour, Span(span.start, first))]
    at = first
    for month in closed(kind.key, Span(first, last), zone) if grain == Grain.MONTHS else ():
        found += [(kind.day, Span(at, month.start)), (kind.month, month)]
        at = month.end
    found += [(kind.day, Span(at, last)), (kind.half_hour, Span(last, span.end))]
    for model, same in groupby((piece for piece in found if piece[1].start < piece[1].end), key=itemgetter(0)):
        parts = [part for _model, part in same]
        yield model, Span(parts[0].start, parts[-1].end)


def _midnight_from(at: datetime, zone: tzinfo) -> datetime:
    """The first midnight that is not before the instant."""
    day = at.astimezone(zone).date()
    begin = midnight(day, zone)
    return begin if begin >= at else midnight(day + timedelta(days=1), zone)


def _breaks(
    span: Span, parts: list[Span], agents: Collection[str], zone: tzinfo, by: str, *, grain: Grain, together: bool
) -> dict[tuple[datetime, str], dict[str, int]]:
    given: dict[str, Any] = {"keys": list(agents), "begins": [part.start for part in parts]}
    source = _source(KINDS["agent"], ["break_codes", "break_ms"], span, zone, by, given, grain)
    agent = "''::text" if together else "agent"
    query = f"""SELECT {agent}, width_bucket(start, %(begins)s::timestamptz[]), code, sum(ms)::bigint
        FROM ({source}) s, unnest(break_codes, break_ms) AS u(code, ms) GROUP BY 1, 2, 3 ORDER BY 3"""
    found: dict[tuple[datetime, str], dict[str, int]] = {}
    for agent, n, code, ms in _rows(query, given):
        found.setdefault((parts[n - 1].start, agent), {})[code] = ms
    return found


def _lasting(parts: list[Span], agents: Collection[str], now: datetime) -> Iterator[tuple[Span, str, AgentSums]]:
    """For each part the states that last, as far as they lie in it and in the past."""
    for agent, state, reason, began in _rows(agents_sql.OPEN_STATES, {"keys": list(agents)}):
        column = next((name for name, of in agents_sql.STATES.items() if of == state), None)
        for part in parts:
            ms = _ms(min(part.end, now)) - _ms(max(part.start, began))
            if part.end <= began or part.start >= now or ms < 0:
                continue
            known = {"logged_in_ms": ms} | ({column: ms} if column else {})
            yield part, agent, AgentSums(**known, breaks={reason: ms} if state == "paused" and ms else {})


def _spread(pair: str, span: Span, queues: Collection[str], zone: tzinfo, by: str) -> dict[int, int]:
    given: dict[str, Any] = {"keys": list(queues)}
    source = _source(KINDS["queue"], pair.split(", "), span, zone, by, given, Grain.MONTHS)
    query = f"SELECT v, sum(n)::bigint FROM ({source}) s, unnest({pair}) AS u(v, n) GROUP BY v ORDER BY v"
    return dict(_rows(query, given))


def _ms(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def _rows(query: str, given: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
