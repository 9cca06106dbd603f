"""Work that one process at a time does."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether nobody else is at it. The lock is the connection's: whoever dies has let go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = cursor.fetchone()[0]
        try:
            yield mine
        finally:
            if mine:
                with suppress(InterfaceError, OperationalError):  # with its connection the lock is gone, too
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
