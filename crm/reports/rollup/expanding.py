"""From marks that name calls or numbers to the half-hours of their visits and records, as rows are now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from crm.reports.models import Mark
from crm.reports.rollup.touched import VISIT_TIMES, quarter


class Touched(NamedTuple):
    """``key`` of queues, agents, trunks or calls (``kind``; see ``Mark.Kind``) touched from ``since`` to ``until``."""

    kind: str
    key: str
    since: datetime
    until: datetime


_NAMED = """FROM (SELECT key, (month AT TIME ZONE 'UTC')::date AS month
    FROM unnest(%(keys)s::text[], %(times)s::timestamptz[]) AS n(key, month)) n"""


def _near(alias: str, of: str, months: int = 1) -> str:
    low, high = (f"({of}.month {sign} interval '{months} month')::date" for sign in "-+")
    return f"{alias}.month BETWEEN {low} AND {high}"


_CALL = f"""CROSS JOIN LATERAL (
    SELECT r.* FROM calls_callrecord r WHERE r.call_id = n.key AND {_near("r", "n")} OFFSET 0) r"""


def _visits(call_id: str, of: str) -> str:
    span = f"{quarter(f'LEAST({VISIT_TIMES})')} AS since, {quarter(f'GREATEST({VISIT_TIMES})')} AS until"
    return f"""CROSS JOIN LATERAL (
    SELECT v.queue, {span} FROM calls_queuevisit v WHERE v.call_id = {call_id} AND {_near("v", of)} OFFSET 0) v"""


def _later(number: str, since: str, until: str, of: str) -> str:
    """Calls of the same number of which it hangs on an earlier one whether they repeat it."""
    return f"""CROSS JOIN LATERAL (
    SELECT l.call_id, l.month FROM calls_callrecord l WHERE l.number_e164 = {number} AND l.number_e164 <> ''
    AND l.arrived_at >= {since} AND l.arrived_at <= {until} + interval '24 hours' AND {_near("l", of, 2)} OFFSET 0) l"""


_QUEUE = "SELECT DISTINCT 'queue', v.queue, v.since, v.until"
STATEMENTS = {
    "parts": f"{_QUEUE} {_NAMED} {_visits('n.key', 'n')} WHERE v.since IS NOT NULL",
    "callers": f"""{_QUEUE} {_NAMED} {_visits("n.key", "n")} WHERE v.since IS NOT NULL
        UNION {_QUEUE} {_NAMED} {_CALL} {_later("r.number_e164", "r.arrived_at", "r.arrived_at", "r")}
        {_visits("l.call_id", "l")} WHERE v.since IS NOT NULL""",
    "flows": f"""SELECT DISTINCT 'trunk', r.trunk, {quarter("r.arrived_at")}, {quarter("r.arrived_at")}
        {_NAMED} {_CALL} WHERE r.arrived_at IS NOT NULL""",
    "numbers": f"""{_QUEUE} FROM unnest(%(keys)s::text[], %(times)s::timestamptz[]) AS q(key, since)
        CROSS JOIN LATERAL (SELECT (date_trunc('month', q.since AT TIME ZONE 'UTC'))::date AS month) n
        {_later("q.key", "q.since", "q.since + interval '15 minutes'", "n")}
        {_visits("l.call_id", "l")} WHERE v.since IS NOT NULL""",
}
"""Kind of marks → statement that takes ``keys`` and ``times`` side by side."""


def expanded(marks: Iterable[Mark]) -> Iterator[Touched]:
    """What the marks' calls and numbers touch.

    Every other writer marks, too. One whose rows are not to be seen here yet has not committed; when it has, its own
    marks are worked off by somebody who sees both, and what a row was before it changed is in the mark of the change.
    """
    named: dict[str, set[tuple[str, datetime]]] = defaultdict(set)
    for mark in marks:
        named[mark.kind].update((key, mark.since.astimezone(UTC)) for key in mark.keys)
    with connection.cursor() as cursor:
        for kind, statement in STATEMENTS.items():
            if pairs := sorted(named[kind]):
                given = {"keys": [key for key, _time in pairs], "times": [time for _key, time in pairs]}
                cursor.execute(statement, given)
                yield from (Touched(*row) for row in cursor.fetchall())
