"""Blanking entries that name a person who was erased: who, when, where and what was done stay, and the chain holds.

The chain is made of the entries' digests, which stay as they were. That nobody hides another entry in this way is seen
to by the check: the blanked entries of an erasure must be exactly those whose digest the trail itself tells.
"""

import hashlib
from collections.abc import Iterable

from django.db import connection, transaction

from crm.audit import services

ACTION = "privacy.erase"
_MARK = """
INSERT INTO audit_redaction (entry_id, erasure)
SELECT id, %s FROM audit_entry
WHERE kind = %s AND object = ANY(%s) AND (label <> '' OR before IS NOT NULL OR after IS NOT NULL)
ON CONFLICT DO NOTHING
"""
_BLANK = """
UPDATE audit_entry SET label = '', before = NULL, after = NULL
WHERE id IN (SELECT entry_id FROM audit_redaction WHERE erasure = %s)
  AND (label <> '' OR before IS NOT NULL OR after IS NOT NULL)
"""
_OF = "SELECT erasure, entry_id FROM audit_redaction ORDER BY erasure, entry_id"
_TOLD = "SELECT object, after ->> 'blanked' FROM audit_entry WHERE action = %s AND after ? 'blanked'"


@transaction.atomic
def redact(erasure: int, objects: Iterable[tuple[str, list[str]]]) -> int:
    """Blanks what the trail says of the objects (table, keys); returns how many entries that are. May be repeated."""
    with connection.cursor() as cursor:
        for kind, keys in objects:
            cursor.execute(_MARK, [erasure, kind, keys])
        cursor.execute(_BLANK, [erasure])
        blanked = cursor.rowcount
        cursor.execute("SELECT entry_id FROM audit_redaction WHERE erasure = %s ORDER BY entry_id", [erasure])
        entries = [row[0] for row in cursor.fetchall()]
    if blanked:
        details = {"blanked": digest(entries), "rows": len(entries)}
        services.event(ACTION, about_key=("privacy_erasure", str(erasure)), details=details)
    return len(entries)


def digest(entries: list[int]) -> str:
    """Of the ids of blanked entries, in their order."""
    return hashlib.sha256(" ".join(map(str, entries)).encode()).hexdigest()


def untold() -> list[int]:
    """First blanked entry of each erasure whose blanked entries are not those that the trail tells."""
    with connection.cursor() as cursor:
        cursor.execute(_OF)
        found: dict[int, list[int]] = {}
        for erasure, entry in cursor.fetchall():
            found.setdefault(erasure, []).append(entry)
        cursor.execute(_TOLD, [ACTION])
        told = set(cursor.fetchall())
    return [entries[0] for erasure, entries in found.items() if (str(erasure), digest(entries)) not in told]
