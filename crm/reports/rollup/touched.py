"""SQL of marks: what the rows of a statement touch. Pure text.

Whoever writes rows pays for this, so a trigger only notes what would be gone or is at hand: the half-hours of a row as
it was and as it is, and the ids of calls of which something hangs on other rows. These others are looked up by whoever
works the marks off (``expanding``): it reads rows as committed then, so it finds what two writers that did not see each
other have brought, where a look at the time of writing would miss it.
"""

from collections.abc import Callable, Iterable

_QUARTER = "date_bin('15 minutes', {}, TIMESTAMPTZ '2000-01-01 00:00Z')"
"""Every half-hour of every zone begins at a quarter of an hour, so quarters can be marked without knowing the zone."""
EVENT = "COALESCE(o.talk_started_at, o.ended_at, o.dial_ended_at, o.talk_ended_at)"
"""When an alert or a dial came to something; of a talk of which only the end was told, then."""
_MONTH = "month::timestamp AT TIME ZONE 'UTC'"


def quarter(time: str) -> str:
    return _QUARTER.format(time)


def _span(kind: str, key: str, times: str, rows: str, where: str = "true") -> str:
    """From the earliest to the latest of ``times``."""
    least, greatest = quarter(f"LEAST({times})"), quarter(f"GREATEST({times})")
    return (
        f"SELECT DISTINCT '{kind}' AS kind, {key} AS key, {least} AS since, {greatest} AS until "
        f"FROM {rows} WHERE LEAST({times}) IS NOT NULL AND {where}"
    )


def _calls(kind: str, rows: str, where: str = "true") -> str:
    """Ids of calls; their time is the month by which they are stored."""
    return f"SELECT DISTINCT '{kind}', call_id, {_MONTH}, {_MONTH} FROM {rows} WHERE {where}"


VISIT_TIMES = "v.entered_at, v.left_at"


def _visits(rows: str) -> list[str]:
    return [_span("queue", "v.queue", VISIT_TIMES, f"{rows} v")]


def _offers(rows: str) -> list[str]:
    return [_span("agent", "o.agent", f"o.offered_at, o.dialled_at, {EVENT}", f"{rows} o", "o.agent <> ''")]


def _records(rows: str) -> list[str]:
    return [
        _span("trunk", "r.trunk", "r.arrived_at, r.ended_at", f"{rows} r", "r.arrived_at IS NOT NULL"),
        _span("calls", "r.agent", "r.arrived_at", f"{rows} r"),
    ]


def _states(rows: str) -> list[str]:
    return [_span("agent", "s.agent", "s.started_at, s.ended_at", f"{rows} s", "s.state <> 'offline'")]


SPANS: dict[str, Callable[[str], list[str]]] = {
    "calls_queuevisit": _visits,
    "calls_offer": _offers,
    "calls_callrecord": _records,
    "calls_agentstateinterval": _states,
}
"""Table → what its rows touch by themselves."""

_WHO = "call_id, month, number_e164, arrived_at, direction"


def _numbers(rows: str) -> str:
    at = quarter("arrived_at")
    return f"SELECT DISTINCT 'numbers', number_e164, {at}, {at} FROM {rows} WHERE number_e164 <> ''"


def _callers_changed() -> list[str]:
    """Nearly always of none. (Grouping looks at each row once, whatever plans the writer allows; a join may not.)"""
    both = f"SELECT {_WHO}, false AS stands FROM was UNION ALL SELECT {_WHO}, true FROM now"
    changed = f"(SELECT {_WHO}, bool_or(stands) AS stands FROM ({both}) b GROUP BY {_WHO} HAVING count(*) = 1) c"
    return [_calls("callers", changed), f"{_numbers(changed)} AND NOT stands"]


def _others(table: str, event: str) -> list[str]:
    """What hangs on other rows of a call, or on other calls."""
    rows = {"insert": "now", "delete": "was", "update": "(SELECT * FROM was UNION ALL SELECT * FROM now) b"}[event]
    if table == "calls_callrecord":
        if event == "update":
            return _callers_changed()
        return [_calls("callers", rows), *([_numbers(rows)] if event == "delete" else [])]
    if table == "calls_ivrvisit":
        return [_calls("flows", rows, "told = 'completed'")]
    return [_calls("parts", rows)] if table in ("calls_queuevisit", "calls_offer") else []


def noting(table: str, event: str) -> str:
    """The statement for a trigger that has the rows as ``was`` and ``now``."""
    sides = {"insert": ("now",), "delete": ("was",), "update": ("was", "now")}[event]
    if table == "calls_queuevisit":  # as they are they are found by their call
        sides = tuple(side for side in sides if side == "was")
    spans = SPANS.get(table)
    direct = [part for side in sides for part in spans(side)] if spans else []
    return marking([*direct, *_others(table, event)])


AT_MOST = 4000


def marking(parts: Iterable[str]) -> str:
    """One mark for each kind and time, or several: whoever works them off takes whole ones, so none is too big."""
    return (
        "INSERT INTO reports_mark (kind, keys, since, until) SELECT kind, array_agg(DISTINCT key), since, until FROM "
        f"(SELECT m.*, row_number() OVER () / {AT_MOST} AS part FROM ({' UNION ALL '.join(parts)}) "
        "m (kind, key, since, until) WHERE since IS NOT NULL) p GROUP BY kind, since, until, part"
    )
