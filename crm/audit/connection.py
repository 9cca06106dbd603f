"""Tells the database who acts, with each statement that writes and for it alone.

The setting is local to the transaction; in autocommit the two statements travel as one, which PostgreSQL runs as one
transaction. So nothing is left behind on the connection, whoever uses it next, and it costs no further journey. It is
said anew with each statement, because a rollback to a savepoint forgets what was said after it.

COPY goes past this: who copies into an audited table does it by way of a temporary table and INSERT … SELECT.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from crm.audit import actor

SETTING = "switchdesk.actor"
_WRITES = re.compile(r"\s*(?:/\*.*?\*/\s*)*(?:INSERT|UPDATE|DELETE|MERGE|WITH|TRUNCATE|CALL|DO)\b", re.I | re.S)
_OWN = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "django_session"')
"""Finding out who acts reads the session, so its own rows are written without asking."""


def tell(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's execute wrapper."""
    if not isinstance(sql, str):
        sql = sql.as_string(context["cursor"].cursor)
    if _WRITES.match(sql) and not _OWN.match(sql):
        said = actor.current().told().replace("'", "''")
        if params is not None:
            said = said.replace("%", "%%")
        sql = f"SELECT set_config('{SETTING}', '{said}', true); {sql}"
    return execute(sql, params, many, context)


def on_connect(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Each thread has its own; a wrapper stays when the connection is made anew."""
    if connection.vendor == "postgresql" and tell not in connection.execute_wrappers:
        connection.execute_wrappers.append(tell)
