"""Who counts: one at a time, for two that saw different rows could otherwise leave the older count."""

from typing import Any

LOCK = 0x726F6C6C


def taken(cursor: Any, *, wait: bool = False) -> bool:
    """Until the transaction ends nobody else counts. Without ``wait`` it may be that somebody does: then False."""
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return cursor.fetchone()[0]
