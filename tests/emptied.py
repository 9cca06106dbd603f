"""What a test that commits leaves behind is gone before the next one begins, the trail and the evidence with it.

Django's own way truncates every table there is and runs what follows a migration for every app: a quarter of a second
for each such test, whatever it wrote. Here only tables that hold something are emptied, and what a centre has from the
start is made again. Tables that can only be appended to are emptied, too: their rows would be other tests' rows.
"""

from django.db import connection
from django.test import TransactionTestCase

from tests.crm.audit.trail import by_hand, unguarded, untold

STAY = ("django_migrations", "django_content_type", "auth_permission")
"""Only a migration writes them."""

# A table to which others refer cannot be truncated without all of these, filled or not.
FILLED = """
SELECT relname, EXISTS (
    SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid IN (c.oid, pg_partition_root(c.oid))
), EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgenabled = 'A')
FROM pg_class c
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0 AND relname <> ALL (%s)
"""


def install() -> None:
    TransactionTestCase._fixture_teardown = _teardown


def _teardown(_case: TransactionTestCase) -> None:
    database_empty()


def database_empty() -> None:
    """Every row is gone but those of ``STAY`` and what ``post_migrate`` of our apps makes."""
    from crm.access.ready import roles_ready_made
    from crm.audit import triggers as audit_triggers
    from crm.calls.partitions import partitions_ensure
    from crm.reports.rollup import triggers as reports_triggers

    with untold():
        filled = _filled()
        with unguarded(*(name for name, _referred, guarded in filled if guarded)):
            _empty(filled)
        roles_ready_made()
    for made in (partitions_ensure, audit_triggers.install, reports_triggers.install):
        made()


def _filled() -> list[tuple[str, bool, bool]]:
    """(table, whether others refer to it, whether it can only be appended to)"""
    with connection.cursor() as cursor:
        cursor.execute(FILLED, [list(STAY)])
        return cursor.fetchall()


def _empty(tables: list[tuple[str, bool, bool]]) -> None:
    alone = [name for name, referred, _guarded in tables if not referred]
    statements = [f'DELETE FROM "{name}"' for name, referred, _guarded in tables if referred]
    if alone:
        statements.append("TRUNCATE " + ", ".join(f'"{name}"' for name in alone))
    if statements:
        by_hand("; ".join(statements))
