"""Triggers that mark what changed, and the indexes by which it is counted anew; made after each migration.

They stand on tables of another app, so they are looked after here and not by one of its migrations.
"""

import hashlib
from typing import Any

from django.db import connections, transaction

from crm.reports.rollup.touched import EVENT, noting

TABLES = (
    "calls_queuevisit",
    "calls_offer",
    "calls_callrecord",
    "calls_agentstateinterval",
    "calls_ivrvisit",
)
_SEEN = {
    "insert": "NEW TABLE AS now",
    "update": "OLD TABLE AS was NEW TABLE AS now",
    "delete": "OLD TABLE AS was",
}


def _function(table: str) -> str:
    insert, update, delete = (noting(table, event) for event in _SEEN)
    return f"""CREATE OR REPLACE FUNCTION reports_mark_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {insert};
    ELSIF TG_OP = 'UPDATE' THEN {update};
    ELSE {delete};
    END IF;
    RETURN NULL;
END $$"""


def triggers() -> dict[tuple[str, str], tuple[str, str]]:
    """(Table, name of a trigger) → the statements that make its function and it."""
    made: dict[tuple[str, str], tuple[str, str]] = {}
    for table in TABLES:
        function = _function(table)
        for event, seen in _SEEN.items():
            statement = (
                f"CREATE OR REPLACE TRIGGER reports_{event} AFTER {event} ON {table} REFERENCING {seen} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_{table}()"
            )
            made[table, f"reports_{event}"] = (function, statement)
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
    "reports_offer_unbegun": ("calls_offer o", f"(agent, ({EVENT})) WHERE {OFFER_BEGAN} IS NULL"),
    "reports_call_unreached": ("calls_callrecord r", "(arrived_at) WHERE r.agent = ''"),
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
        if not tables >= {"reports_mark", *TABLES}:
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
