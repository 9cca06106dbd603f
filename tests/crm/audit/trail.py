"""Reading the trail in tests, and doing to it what only someone with the database in her hands can do."""

from contextlib import contextmanager
from typing import Any

import psycopg2.extensions
from django.db import connection, transaction

from crm.audit.models import Entry


class Trail:
    """What was written since it was made."""

    def __init__(self) -> None:
        self._since = self._newest()

    def _newest(self) -> int:
        return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def entries(self, **wanted: Any) -> list[Entry]:
        return list(Entry.objects.filter(id__gt=self._since, **wanted).order_by("id"))

    def one(self, **wanted: Any) -> Entry:
        (entry,) = self.entries(**wanted)
        return entry

    def forget(self) -> None:
        self._since = self._newest()


def by_hand(statement: str, params: list[Any] | None = None) -> None:
    """As someone with psql: nobody says who acts."""
    connection.ensure_connection()
    with connection.connection.cursor(cursor_factory=psycopg2.extensions.cursor) as cursor:
        cursor.execute(statement, params)


@contextmanager
def unguarded(*tables: str):
    """A superuser turns the triggers off, and on again as they were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A'")
        always = [(table, name) for table, name in cursor.fetchall() if table in tables]
    for table in tables:
        by_hand(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    yield
    for table in tables:
        by_hand(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for table, name in always:
        by_hand(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


@contextmanager
def untold():
    """A crowd of rows of which the trail is told nothing, and no reference is checked: a hundredth of the time."""
    with transaction.atomic():
        by_hand("SET LOCAL session_replication_role = replica")
        yield
        by_hand("SET LOCAL session_replication_role = origin")
