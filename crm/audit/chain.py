"""The chain: who takes an entry out, or writes another one in its place, breaks it.

Theory of operation. Each entry gets its digest from the database in the moment of the insert, and its id is put into
the table of those that wait. Transactions commit late and out of order, so ids say nothing about what is still to come;
what waits does. The sealer takes what waits, one at a time by an advisory lock, and adds a link for each entry: the
SHA-256 of the link before, its own number, the entry's id and digest. The order of the chain is that of the sealing.

Digests are made by the database (migration 0001) and checked here, with hashlib, from the columns' own values: a
function that was changed in the database cannot vouch for itself.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

BEGINNING = bytes(32)
LOCK = 0x61756469
BATCH = 5000

VALUES = "jsonb_build_array(e.before, e.after)::text"
HEAD = """jsonb_build_array(e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.who, e.person, \
e.address, e.door, e.action, e.kind, e.object, e.label, e.transaction, encode(e.values_digest, 'hex'))::text"""
"""What the digests are made of; %-free, so that it fits into any statement."""

_TAKE = """
DELETE FROM audit_pending WHERE entry_id IN (SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT %s)
RETURNING entry_id
"""
_ADD = "INSERT INTO audit_link (seq, entry_id, chain) SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])"


@dataclass(frozen=True)
class Tip:
    """The newest link; 0 of an empty chain."""

    seq: int = 0
    entry_id: int = 0
    chain: bytes = BEGINNING

    def next(self, entry_id: int, digest: bytes) -> "Tip":
        """The link that follows for this entry."""
        said = b"%d %d " % (self.seq + 1, entry_id)
        return Tip(self.seq + 1, entry_id, hashlib.sha256(self.chain + said + digest).digest())


def tip() -> Tip:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, entry_id, chain FROM audit_link ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
    return Tip(row[0], row[1], bytes(row[2])) if row else Tip()


def seal() -> int:
    """Chains all that waits and is committed; returns how many. 0 while another sealer is at work."""
    done = 0
    while batch := _seal_batch():
        done += batch
        if batch < BATCH:
            break
    return done


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TAKE, [BATCH])
        waiting = sorted(row[0] for row in cursor.fetchall())
        if not waiting:
            return 0
        cursor.execute("SELECT id, digest FROM audit_entry WHERE id = ANY(%s)", [waiting])
        digests = {id_: bytes(digest) for id_, digest in cursor.fetchall()}
        # One that waited and is gone was taken away by force: its link stays, and the check will miss it.
        links = list(_links(tip(), ((id_, digests.get(id_, b"")) for id_ in waiting)))
        columns: list[Any] = [[link.seq for link in links], [link.entry_id for link in links]]
        cursor.execute(_ADD, [*columns, [link.chain for link in links]])
        return len(links)


def _links(last: Tip, entries: Iterable[tuple[int, bytes]]) -> Iterable[Tip]:
    for id_, digest in entries:
        last = last.next(id_, digest)
        yield last
