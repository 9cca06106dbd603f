"""Work that one process at a time does."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection


@contextmanager
def alone(*lock: int) -> Iterator[bool]:
    """Whether nobody else is at it. The lock is the connection's: whoever dies has let go of it. ``lock``: its number;
    or two, of the work and of what is worked at (these never meet those of one)."""
    mine = alone_from_now_on(*lock)
    try:
        yield mine
    finally:
        if mine:
            with suppress(InterfaceError, OperationalError), connection.cursor() as cursor:
                # With its connection the lock is gone, too.
                cursor.execute(f"SELECT pg_advisory_unlock({_places(lock)})", lock)


def alone_from_now_on(*lock: int) -> bool:
    """The same for as long as the connection lives: for a process that does nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_places(lock)})", lock)
        return bool(cursor.fetchone()[0])


def _places(lock: tuple[int, ...]) -> str:
    return ", ".join(["%s"] * len(lock))
