"""What was counted, for any step: closed months from their rows, other whole days from theirs, the rest from
half-hours. No row of a call is read, but for the states that agents are in now.

Who may see which queue or agent is not known here; it is asked before.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Generic, TypeVar

from django.utils import timezone

from crm.reports.kpi.sums import GREATEST, AgentSums, QueueSums, Sums, TrunkSums
from crm.reports.models.rollups import VERSION
from crm.reports.periods import Span, Step
from crm.reports.rollup import agents as agents_sql
from crm.reports.rollup.kinds import KINDS, Kind
from crm.reports.rollup.pieces import OFFERED, Grain, grain_of, parts_of, rows, source

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATELY = timedelta(days=7)


S = TypeVar("S", bound=Sums)


@dataclass(frozen=True)
class Bucket(Generic[S]):
    """What was counted of ``key`` from ``start`` on; ``final``: the time is over and nothing of it is open."""

    start: datetime
    key: str
    sums: S
    final: bool


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
    parts = parts_of(span, step, zone)
    breaks = _breaks(span, parts, agents, zone, by, grain=grain_of(step), together=together)
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
    return [key for (key,) in rows(query, [span.start, span.end, VERSION])]


def _buckets(
    kind: Kind, span: Span, step: Step | None, keys: Collection[str], zone: tzinfo, by: str, together: bool
) -> list[Bucket]:
    now = timezone.now()
    parts = parts_of(span, step, zone)
    given: dict[str, Any] = {"keys": list(keys), "begins": [part.start for part in parts]}
    names = kind.counts
    added = ", ".join(f"{'max' if name in GREATEST else 'sum'}({name})::bigint" for name in names)
    of = source(kind, lambda _model: ["final", *names], span, zone, by, given, grain_of(step))
    key = "''::text" if together else kind.key
    query = f"""SELECT {key}, width_bucket(start, %(begins)s::timestamptz[]), bool_and(final), {added}
        FROM ({of}) s GROUP BY 1, 2 ORDER BY 2, 1"""
    return [
        Bucket(
            parts[n - 1].start, key, kind.sums(**dict(zip(names, counts, strict=True))),
            final and parts[n - 1].end <= now,
        )
        for key, n, final, *counts in rows(query, given)
    ]  # fmt: skip


def _breaks(
    span: Span, parts: list[Span], agents: Collection[str], zone: tzinfo, by: str, *, grain: Grain, together: bool
) -> dict[tuple[datetime, str], dict[str, int]]:
    given: dict[str, Any] = {"keys": list(agents), "begins": [part.start for part in parts]}
    of = source(KINDS["agent"], lambda _model: ["break_codes", "break_ms"], span, zone, by, given, grain)
    agent = "''::text" if together else "agent"
    query = f"""SELECT {agent}, width_bucket(start, %(begins)s::timestamptz[]), code, sum(ms)::bigint
        FROM ({of}) s, unnest(break_codes, break_ms) AS u(code, ms) WHERE break_codes <> '{{}}'
        GROUP BY 1, 2, 3 ORDER BY 3"""
    found: dict[tuple[datetime, str], dict[str, int]] = {}
    for agent, n, code, ms in rows(query, given):
        found.setdefault((parts[n - 1].start, agent), {})[code] = ms
    return found


def _lasting(parts: list[Span], agents: Collection[str], now: datetime) -> Iterator[tuple[Span, str, AgentSums]]:
    """For each part the states that last, as far as they lie in it and in the past."""
    for agent, state, reason, began in _open_states(agents, now):
        column = next((name for name, of in agents_sql.STATES.items() if of == state), None)
        for part in parts:
            ms = _ms(min(part.end, now)) - _ms(max(part.start, began))
            if part.end <= began or part.start >= now or ms < 0:
                continue
            known = {"logged_in_ms": ms} | ({column: ms} if column else {})
            yield part, agent, AgentSums(**known, breaks={reason: ms} if state == "paused" and ms else {})


def _open_states(agents: Collection[str], now: datetime) -> Iterator[tuple[str, str, str, datetime]]:
    """Agent, state, reason, begin. Nearly every last state began lately; only for others all months are searched."""
    left = list(agents)
    for since in (now - LATELY, EPOCH):
        found = rows(agents_sql.LAST_STATES, {"keys": left, "since": since}) if left else []
        yield from (state for *state, lasts in found if lasts)
        seen = {agent for agent, *_ in found}
        left = [agent for agent in left if agent not in seen]


def _ms(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)
