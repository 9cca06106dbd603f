"""Connections between two requests. A process's own; threads share it."""

import select
import time
from threading import Lock
from typing import Any, NamedTuple

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

LONGEST_S = 60.0
"""Nobody is asked over a connection that was silent for longer: firewalls forget such, and a rush is over."""


class Kept(NamedTuple):
    """``since``: seconds of the monotonic clock."""

    connection: Any
    since: float


most = 0
"""So many are kept at most. The web server sets it (``ccsite.asgi``)."""
_lock = Lock()
_kept: dict[str, list[Kept]] = {}


def take(where: str) -> Any | None:
    """One to this place that still stands, the last that was put by; None: open another."""
    while found := _pop(where):
        if time.monotonic() - found.since < LONGEST_S and _stands(found.connection):
            return found.connection
        found.connection.close()
    return None


def put(where: str, connection: Any) -> bool:
    """False: it is not kept, and still to be closed."""
    if len(_kept.get(where, ())) >= most or not _as_new(connection):
        return False
    with _lock:
        _kept.setdefault(where, []).append(Kept(connection, time.monotonic()))
    return True


def _pop(where: str) -> Kept | None:
    with _lock:
        found = _kept.get(where)
        return found.pop() if found else None


def _stands(connection: Any) -> bool:
    """A server that ended has said so, or its end of the line is closed: either way there is something to read."""
    if connection.closed:
        return False
    looked = select.poll()
    looked.register(connection.fileno(), select.POLLIN)
    return not looked.poll(0)


def _as_new(connection: Any) -> bool:
    """Nothing of what was done over it is left: no transaction, no setting, no lock."""
    if connection.closed or connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DISCARD ALL")
    except psycopg2.Error:
        return False
    return True
