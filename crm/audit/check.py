"""The check: entries, digests, links and anchors against each other."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from crm.audit.anchors import anchors
from crm.audit.chain import HEAD, VALUES, Tip, seal
from crm.audit.redaction import untold
from crm.audit.triggers import missing

BATCH = 5000
_READ = f"""
SELECT l.seq, l.entry_id, l.chain, e.digest, encode(e.values_digest, 'hex'), {VALUES}, {HEAD}, r.entry_id IS NOT NULL
FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id LEFT JOIN audit_redaction r ON r.entry_id = l.entry_id
WHERE l.seq > %s ORDER BY l.seq LIMIT %s
"""
_LOOSE = """
SELECT e.id FROM audit_entry e
WHERE e.at < now() - interval '10 minutes' AND e.id > %s
  AND NOT EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id)
  AND NOT EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id)
ORDER BY e.id LIMIT 1
"""
GONE = gettext_noop("Entry %(entry)s is gone: somebody took it out of the trail.")
VALUES_CHANGED = gettext_noop("Entry %(entry)s was changed: its values before or after are not those of its digest.")
HEAD_CHANGED = gettext_noop("Entry %(entry)s was changed: who, when, where or what is not as its digest says.")
CHAIN_BROKEN = gettext_noop("The chain is broken at link %(link)s, entry %(entry)s.")
LINK_GONE = gettext_noop("Link %(link)s of the chain is gone, and its entry with it.")
BLANKED = gettext_noop("Entry %(entry)s was blanked by an erasure of which the trail does not tell.")
LOOSE = gettext_noop("Entry %(entry)s is in no link of the chain.")
ANCHOR_DIFFERS = gettext_noop("Link %(link)s is not the one that was anchored at %(at)s: the chain was rewritten.")
ANCHOR_LOST = gettext_noop("The chain ends at link %(end)s, but link %(link)s was anchored at %(at)s.")
ANCHORS_BAD = gettext_noop("The anchors cannot be read: %(reason)s")
TRIGGER_GONE = gettext_noop("The trigger %(trigger)s is missing or turned off: changes leave no entries.")


@dataclass
class Verdict:
    """``first``: the first thing that is wrong, as (msgid, parameters); None when all is well."""

    entries: int = 0
    anchors: int = 0
    wrong: int = 0
    blanked: int = 0
    """Entries of persons who were erased."""
    first: tuple[str, dict[str, Any]] | None = field(default=None)
    tip: Tip = Tip()

    def add(self, text: str, **params: Any) -> None:
        self.wrong += 1
        self.first = self.first or (text, params)


def check(anchors_file: Path) -> Verdict:
    """Seals what waits, then looks at every entry; some ten thousand a second."""
    seal()
    verdict = Verdict()
    try:
        known = {anchor.seq: anchor for anchor in anchors(anchors_file)}
    except ValueError as error:
        verdict.add(ANCHORS_BAD, reason=str(error))
        known = {}
    verdict.anchors = len(known)
    for link in _links(verdict):
        anchor = known.pop(link.seq, None)
        if anchor is not None and anchor.chain != link.chain.hex():
            verdict.add(ANCHOR_DIFFERS, link=link.seq, at=anchor.at)
        verdict.tip = link
    for anchor in known.values():
        if anchor.seq:
            verdict.add(ANCHOR_LOST, end=verdict.tip.seq, link=anchor.seq, at=anchor.at)
    for entry in _loose():
        verdict.add(LOOSE, entry=entry)
    for entry in untold():
        verdict.add(BLANKED, entry=entry)
    for trigger in missing():
        verdict.add(TRIGGER_GONE, trigger=trigger)
    return verdict


def _links(verdict: Verdict) -> Iterator[Tip]:
    """Each link as it stands, after what is wrong with it was told. A broken one is trusted for those after it."""
    last = Tip()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_READ, [last.seq, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            for seq, entry, chain, digest, values_digest, values, head, blanked in rows:
                if seq != last.seq + 1:
                    verdict.add(LINK_GONE, link=last.seq + 1)
                    last = Tip(seq - 1, 0, b"")
                stands = Tip(seq, entry, bytes(chain))
                if digest is None:
                    verdict.add(GONE, entry=entry)
                elif blanked:
                    verdict.blanked += 1  # its digest still is in the chain
                elif _sha256(values).hex() != values_digest:
                    verdict.add(VALUES_CHANGED, entry=entry)
                elif _sha256(head) != bytes(digest):
                    verdict.add(HEAD_CHANGED, entry=entry)
                elif last.chain and last.next(entry, bytes(digest)) != stands:
                    verdict.add(CHAIN_BROKEN, link=seq, entry=entry)
                verdict.entries += digest is not None
                last = stands
                yield stands


def _loose() -> Iterator[int]:
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_LOOSE, [last])
            row = cursor.fetchone()
            if row is None:
                return
            last = row[0]
            yield last


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
