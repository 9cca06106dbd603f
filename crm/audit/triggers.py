"""The triggers of the audited tables: declared in ``tables``, kept in step with the database after each migration.

One shared function does the work; a trigger brings it its instructions as an argument. Nothing can be told to skip it:
there is no setting that turns a trigger off. A migration that alters the type of a column of ``Audited.only`` drops the
trigger first; it is made anew when the migrations are through.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.models import Model
from psycopg2 import sql

from crm.audit.tables import Audited, label_fields, models

ROWS, ADDED, EMPTIED = "audit_rows", "audit_added", "audit_emptied"
EACH = 50
"""Rows of one statement up to which each leaves an entry where ``Audited.many``; of more one entry tells."""
_HERE = """
SELECT c.relname, t.tgname, CASE WHEN t.tgenabled IN ('O', 'A') THEN obj_description(t.oid, 'pg_trigger') END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = ANY(%s) AND NOT t.tgisinternal AND t.tgparentid = 0 AND c.relnamespace = current_schema()::regnamespace
"""
"""Table, trigger, digest of the statement that made it; no digest of one that is turned off. Not those that a partition
has from its table."""
_PARTS = """
SELECT p.relname, c.relname FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
WHERE c.relispartition AND p.relnamespace = current_schema()::regnamespace
"""


def instructions(audited: Audited, model: type[Model]) -> dict[str, Any]:
    """What ``audit_row`` reads: columns where ``tables`` has fields."""
    said: dict[str, Any] = {
        "key": model._meta.pk.column,
        "label": _label(model, audited.label),
        "secret": _columns(model, audited.secret),
        "silent": _columns(model, audited.silent),
    }
    if audited.many:
        said["each"] = EACH
    return said | ({"only": _columns(model, audited.only)} if audited.only else {})


def statements(audited: Audited, model: type[Model], parts: Iterable[str] = ()) -> dict[tuple[str, str], str]:
    """Table and name of a trigger → the statement that makes it.

    ``parts``: partitions of the table. They have its triggers of rows by themselves; emptied they are one by one.
    """
    told = json.dumps(instructions(audited, model), sort_keys=True).replace("'", "''")
    name = model._meta.db_table
    table, columns = _quoted(model._meta.db_table), ", ".join(map(_quoted, _columns(model, audited.only)))
    added = "UPDATE OR DELETE" if audited.many else "INSERT OR UPDATE OR DELETE"
    when = f"UPDATE OF {columns} OR DELETE" if columns else added
    rows = f"CREATE OR REPLACE TRIGGER {ROWS} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION audit_row('{told}')"
    made = {(name, ROWS): rows}
    if audited.many:
        made[name, ADDED] = (
            f"CREATE OR REPLACE TRIGGER {ADDED} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_added('{told}')"
        )
    return made | {
        (one, EMPTIED): f"CREATE OR REPLACE TRIGGER {EMPTIED} AFTER TRUNCATE ON {_quoted(one)} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_emptied()"
        for one in (name, *parts)
    }


def install(using: str = "default", **kwargs: Any) -> list[str]:
    """Makes what is missing or differs, removes what is no longer declared. Returns ``table trigger`` of each.

    Tables that do not exist yet are left out. Safe beside a running centre: a table is locked only if its trigger
    changes.
    """
    connection = connections[using]
    done = []
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(_HERE, [[ROWS, ADDED, EMPTIED]])
        here = {(table, name): said for table, name, said in cursor.fetchall()}
        wanted = _wanted(cursor)
        wrong = [known for known, (digest, _statement) in wanted.items() if here.get(known) != digest]
        tables = {table.name for table in connection.introspection.get_table_list(cursor)} if wrong else set()
        for table, name in wrong:
            if table in tables:
                digest, statement = wanted[table, name]
                cursor.execute(statement)
                cursor.execute(f"COMMENT ON TRIGGER {name} ON {_quoted(table)} IS '{digest}'")
                done.append(f"{table} {name}")
        for table, name in here.keys() - wanted.keys():
            cursor.execute(sql.SQL("DROP TRIGGER {} ON {}").format(sql.Identifier(name), sql.Identifier(table)))
            done.append(f"{table} {name}")
    return done


def missing(using: str = "default") -> list[str]:
    """``table trigger`` of each that is declared and is not there, differs or is turned off."""
    with connections[using].cursor() as cursor:
        cursor.execute(_HERE, [[ROWS, ADDED, EMPTIED]])
        here = {(table, name): said for table, name, said in cursor.fetchall()}
        wanted = _wanted(cursor)
    return [" ".join(known) for known, (digest, _statement) in wanted.items() if here.get(known) != digest]


def _wanted(cursor: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """Table and trigger → digest of its statement, and the statement."""
    cursor.execute(_PARTS)
    parts: dict[str, list[str]] = {}
    for table, part in cursor.fetchall():
        parts.setdefault(table, []).append(part)
    return {
        known: (hashlib.sha256(statement.encode()).hexdigest(), statement)
        for audited, model in models()
        for known, statement in statements(audited, model, parts.get(model._meta.db_table, ())).items()
    }


def _label(model: type[Model], fields: tuple[str, ...]) -> list[Any]:
    """Columns; a foreign key as where to look and what to say of what is found."""
    found: list[Any] = []
    for name in fields:
        field = model._meta.get_field(name)
        if field.remote_field is None:
            found.append(field.column)
            continue
        other, key = field.remote_field.model, field.target_field.column
        label = _label(other, label_fields(other))
        found.append({"column": field.column, "table": other._meta.db_table, "key": key, "label": label})
    return found


def _columns(model: type[Model], fields: tuple[str, ...]) -> list[str]:
    return [model._meta.get_field(name).column for name in fields]


def _quoted(name: str) -> str:
    return connections["default"].ops.quote_name(name)
