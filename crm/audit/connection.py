"""Tells the database who acts, with each statement that writes and for it alone.

The setting is local to the transaction; in autocommit the two statements travel as one, which PostgreSQL runs as one
transaction. So nothing is left behind on the connection, whoever uses it next, and it costs no further journey. It is
said anew with each statement, because a rollback to a savepoint forgets what was said after it.

It is done in psycopg2's cursor, below all that Django's own wrappers, logs and counts see: they see the statement as it
was written. COPY goes past this: who copies into an audited table does it by way of a temporary table and
INSERT … SELECT.
"""

import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import cursor as Cursor

from crm.audit import actor

SETTING = "switchdesk.actor"
_WRITES = re.compile(r"\s*(?:/\*.*?\*/\s*)*(?:INSERT|UPDATE|DELETE|MERGE|WITH|TRUNCATE|CALL|DO)\b", re.I | re.S)
_OWN = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "django_session"')
"""Finding out who acts reads the session, so its own rows are written without asking."""


class Telling(Cursor):
    """Says who acts before each statement that writes."""

    def execute(self, query: Any, vars: Any = None) -> None:  # the names are psycopg2's
        super().execute(self._told(query, vars is not None), vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        super().executemany(self._told(query, True), vars_list)

    def _told(self, query: Any, filled: bool) -> Any:
        """``filled``: psycopg2 will put values in, so a percent sign is written twice."""
        if isinstance(query, str):
            text = query
        else:
            text = query.decode() if isinstance(query, bytes) else query.as_string(self)
        if not _WRITES.match(text) or _OWN.match(text):
            return query
        said = actor.current().told().replace("'", "''")
        said = said.replace("%", "%%") if filled else said
        return f"SELECT set_config('{SETTING}', '{said}', true); {text}"


def on_connect(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Each new connection makes such cursors."""
    if connection.vendor == "postgresql":
        connection.connection.cursor_factory = Telling
