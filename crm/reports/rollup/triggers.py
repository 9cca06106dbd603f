"""Triggers that mark what changed, and the indexes by which it is counted anew; made after each migration.

They stand on tables of another app, so they are looked after here and not by one of its migrations.
"""

import hashlib
from typing import Any

from django.db import connections, transaction

_QUARTER = "date_bin('15 minutes', {}, TIMESTAMPTZ '2000-01-01 00:00Z')"
"""Every half-hour of every zone begins at a quarter of an hour, so quarters can be marked without knowing the zone."""


def _mark(kind: str, key: str, times: str, rest: str) -> str:
    """Marks for the rows of ``rest``: from the earliest to the latest of ``times``."""
    least, greatest = (_QUARTER.format(f"{of}({times})") for of in ("LEAST", "GREATEST"))
    return (
        "INSERT INTO reports_mark (kind, key, since, until) "
        f"SELECT DISTINCT '{kind}', {key}, {least}, {greatest} {rest} AND LEAST({times}) IS NOT NULL;"
    )


_VISIT = "v.entered_at, v.left_at"
EVENT = "COALESCE(o.talk_started_at, o.ended_at, o.dial_ended_at, o.talk_ended_at)"
"""When an alert or a dial came to something; of a talk of which only the end was told, then."""
_OFFER = f"o.offered_at, o.dialled_at, {EVENT}"
_NEAR = "{}.month BETWEEN ({}.month - interval '1 month')::date AND ({}.month + interval '1 month')::date"


def _visits_of(calls: str) -> str:
    """A call's rows lie in neighbouring months."""
    return f"JOIN calls_queuevisit v ON v.call_id = {calls}.call_id AND {_NEAR.format('v', calls, calls)}"


_REPEATS = """FROM {rows} n JOIN calls_callrecord r ON r.number_e164 = n.number_e164 AND r.number_e164 <> ''
    AND r.arrived_at >= n.arrived_at AND r.arrived_at <= n.arrived_at + interval '24 hours' AND r.call_id <> n.call_id
    AND r.month BETWEEN (n.month - interval '2 months')::date AND (n.month + interval '2 months')::date
    {visits} WHERE {where}"""
"""Later calls of the same number, and those of the same instant: whether they repeat one hangs on this one."""


def _repeats(rows: str, where: str) -> str:
    return _REPEATS.format(rows=rows, visits=_visits_of("r"), where=where)


def _visits(rows: str) -> str:
    """Also the other visits of the call: which of them is the first may have changed."""
    gone = _mark("queue", "v.queue", _VISIT, f"FROM {rows} v WHERE true") if rows == "was" else ""
    others = f"FROM (SELECT DISTINCT call_id, month FROM {rows}) n {_visits_of('n')} WHERE true"
    return gone + _mark("queue", "v.queue", _VISIT, others)


def _offers(rows: str) -> str:
    visit = f"FROM {rows} o {_visits_of('o')} AND v.visit = o.visit WHERE o.visit <> ''"
    agent = f"FROM {rows} o WHERE o.agent <> ''"
    return _mark("queue", "v.queue", _VISIT, visit) + _mark("agent", "o.agent", _OFFER, agent)


def _records(rows: str) -> str:
    return _mark("trunk", "r.trunk", "r.arrived_at, r.ended_at", f"FROM {rows} r WHERE r.arrived_at IS NOT NULL")


def _states(rows: str) -> str:
    return _mark("agent", "s.agent", "s.started_at, s.ended_at", f"FROM {rows} s WHERE s.state <> 'offline'")


_CALLER = "SELECT call_id, month, number_e164, arrived_at, direction FROM"


def _callers_changed(rows: str, other: str) -> str:
    """Nearly always of none. (EXCEPT looks at each row once, whatever plans the writer allows; a join may not.)"""
    changed = f"({_CALLER} {rows} EXCEPT {_CALLER} {other})"
    own = f"FROM {changed} n {_visits_of('n')} WHERE true"
    return _mark("queue", "v.queue", _VISIT, own) + _mark("queue", "v.queue", _VISIT, _repeats(changed, "true"))


def _function(table: str, what: Any) -> str:
    known = table == "calls_callrecord"
    added = _mark("queue", "v.queue", _VISIT, _repeats("now", "true")) if known else ""
    removed = _mark("queue", "v.queue", _VISIT, _repeats("was", "true")) if known else ""
    altered = _callers_changed("now", "was") + _callers_changed("was", "now") if known else ""
    return f"""CREATE OR REPLACE FUNCTION reports_mark_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {what("now")} {added}
    ELSIF TG_OP = 'UPDATE' THEN {what("was")} {what("now")} {altered}
    ELSE {what("was")} {removed}
    END IF;
    RETURN NULL;
END $$"""


TABLES = {
    "calls_queuevisit": _visits,
    "calls_offer": _offers,
    "calls_callrecord": _records,
    "calls_agentstateinterval": _states,
}
_SEEN = {
    "insert": "NEW TABLE AS now",
    "update": "OLD TABLE AS was NEW TABLE AS now",
    "delete": "OLD TABLE AS was",
}
FLOW = """CREATE OR REPLACE FUNCTION reports_mark_flow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_mark (kind, key, since, until)
    SELECT 'trunk', r.trunk, r.arrived_at, r.arrived_at FROM calls_callrecord r
    WHERE r.call_id = NEW.call_id AND r.month >= (NEW.at - interval '62 days')::date
        AND r.month <= (NEW.at + interval '62 days')::date AND r.arrived_at IS NOT NULL
        AND r.ended_at IS NOT NULL AND r.queue_entered_at IS NULL;
    RETURN NULL;
END $$"""
"""Facts of flows make no rows; one that comes after its call's end decides whether that was self-served."""
FLOW_TRIGGER = (
    "CREATE OR REPLACE TRIGGER reports_flow AFTER INSERT ON calls_fact FOR EACH ROW "
    "WHEN (NEW.kind = 'FlowLeft' AND NEW.payload ->> 'exit' = 'completed') EXECUTE FUNCTION reports_mark_flow()"
)


def triggers() -> dict[tuple[str, str], tuple[str, str]]:
    """(Table, name of a trigger) → the statements that make its function and it."""
    made = {("calls_fact", "reports_flow"): (FLOW, FLOW_TRIGGER)}
    for table, what in TABLES.items():
        for event, seen in _SEEN.items():
            statement = (
                f"CREATE OR REPLACE TRIGGER reports_{event} AFTER {event} ON {table} REFERENCING {seen} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_{table}()"
            )
            made[table, f"reports_{event}"] = (_function(table, what), statement)
    return made


LONG_VISIT = "(v.left_at - v.entered_at > interval '30 minutes' OR v.left_at < v.entered_at)"
OFFER_BEGAN = "COALESCE(o.offered_at, o.dialled_at)"
LONG_OFFER = f"({EVENT} - {OFFER_BEGAN} > interval '30 minutes' OR {EVENT} < {OFFER_BEGAN})"
LONG_CALL = "(r.ended_at - r.arrived_at > interval '30 minutes')"
"""What began more than a half-hour before it ended is rare; it has an index of its own, all else is looked for among
what began in this half-hour and the one before."""

MONTHS = """CROSS JOIN LATERAL (
    SELECT (date_trunc('month', d.start AT TIME ZONE 'UTC') - interval '1 month')::date AS low,
    (date_trunc('month', d.start AT TIME ZONE 'UTC') + interval '1 month')::date AS high) months"""
"""Rows of a call that touches a half-hour lie in its month or in one beside it."""

INDEXES = {
    "reports_visit_long": ("calls_queuevisit v", f"(queue, left_at) WHERE {LONG_VISIT}"),
    "reports_offer_dialled": ("calls_offer o", "(agent, dialled_at) WHERE o.dialled_at IS NOT NULL"),
    "reports_offer_long": ("calls_offer o", f"(agent, ({EVENT})) WHERE {LONG_OFFER}"),
    "reports_call_long": (
        "calls_callrecord r",
        f"USING gist (tstzrange(r.arrived_at, r.ended_at)) WHERE {LONG_CALL}",
    ),
}


def _index(name: str) -> str:
    table, rest = INDEXES[name]
    table, _space, alias = table.partition(" ")
    return f"CREATE INDEX IF NOT EXISTS {name} ON {table} {rest.replace(f'{alias}.', '')}"


_HERE = """SELECT c.relname, t.tgname, obj_description(t.oid, 'pg_trigger') FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'reports\\_%%' AND NOT t.tgisinternal
AND t.tgparentid = 0 AND c.relnamespace = current_schema()::regnamespace"""


def install(using: str = "default", **kwargs: Any) -> list[str]:
    """Makes what is missing or differs; returns the names. A table whose triggers are as they should be is not locked.

    Nothing happens before the tables are there: a migration can stop on its way.
    """
    connection = connections[using]
    done: list[str] = []
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not tables >= {"reports_mark", "calls_fact", *TABLES}:
            return done
        cursor.execute(_HERE)
        here = {(table, name): digest for table, name, digest in cursor.fetchall()}
        for (table, name), statements in triggers().items():
            digest = hashlib.sha256("".join(statements).encode()).hexdigest()
            if here.get((table, name)) != digest:
                for statement in statements:
                    cursor.execute(statement)
                cursor.execute(f"COMMENT ON TRIGGER {name} ON {table} IS '{digest}'")
                done.append(f"{table} {name}")
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        known = {name for (name,) in cursor.fetchall()}
        for name in INDEXES.keys() - known:
            cursor.execute(_index(name))
            done.append(name)
    return done
