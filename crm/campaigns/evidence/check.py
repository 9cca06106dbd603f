"""The check of the evidence. It computes everything from the rows as they lie in the database, and shares nothing with
the code that wrote them: a mistake there would be one here.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from crm.campaigns.evidence.anchors import anchors

BATCH = 5000
_READ = """
SELECT seq, digest, personal::text, facts::text, attempt, kind,
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
FROM campaigns_evidence WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""
_TRIGGERS = """
SELECT tgname FROM pg_trigger WHERE tgrelid = 'campaigns_evidence'::regclass AND tgenabled = 'A'
"""
_CUTS = """
SELECT seq, (facts->>'upto')::bigint, facts->>'digest' FROM campaigns_evidence WHERE kind = 'cut' ORDER BY seq
"""
TRIGGERS = ("evidence_append_only", "evidence_blank", "evidence_cut", "evidence_whole")
CHANGED = gettext_noop(
    "Row %(row)s of the evidence does not follow from the one before: one of them was changed, put in or taken out."
)
PERSONAL = gettext_noop("What is personal in row %(row)s of the evidence was changed.")
REWRITTEN = gettext_noop("Row %(row)s of the evidence is not as it was noted at %(at)s: the chain was rewritten.")
CUT = gettext_noop("Row %(row)s of the evidence, noted at %(at)s, is gone.")
UNTOLD = gettext_noop("Row %(row)s says that older evidence was removed, and the audit trail knows nothing of it.")
TRIGGER_GONE = gettext_noop("The trigger %(trigger)s of the evidence is missing or turned off.")
END = 2**62


@dataclass
class Verdict:
    """``first``: the first thing that is wrong, as (msgid, parameters); None when all is well. ``digest``: of the last
    row, in hex."""

    rows: int = 0
    wrong: int = 0
    blanked: int = 0
    """Rows of persons who were erased."""
    anchors: int = 0
    first: tuple[str, dict[str, Any]] | None = None
    last: int = 0
    digest: str = ""

    def add(self, text: str, **params: Any) -> None:
        self.wrong += 1
        self.first = self.first or (text, params)


def check() -> Verdict:
    """Looks at every row, at what the audit trail noted of them, and whether the database still refuses changes."""
    verdict = Verdict()
    cuts, noted = _cuts(), {(anchor.seq, anchor.digest) for anchor in anchors("evidence.cut")}
    # What was removed for its age is named by the chain itself, and by the trail: it begins behind that.
    since, before = cuts[-1][1:] if cuts else (0, bytes(32))
    known = {anchor.seq: anchor for anchor in anchors() if anchor.seq > since}
    verdict.anchors = len(known)
    for seq, upto, end in cuts:
        if (upto, end.hex()) not in noted:
            verdict.add(UNTOLD, row=seq)
    for seq, digest in _walk(verdict, since, END, before):
        anchor = known.pop(seq, None)
        if anchor is not None and anchor.digest != digest.hex():
            verdict.add(REWRITTEN, row=seq, at=anchor.at)
        verdict.last, verdict.digest = seq, digest.hex()
    for anchor in known.values():
        verdict.add(CUT, row=anchor.seq, at=anchor.at)
    for trigger in sorted(set(TRIGGERS) - _guarding()):
        verdict.add(TRIGGER_GONE, trigger=trigger)
    return verdict


def check_part(since: int, upto: int) -> Verdict:
    """The rows behind ``since`` up to ``upto``; the digest of row ``since`` is believed (0: from the beginning). It may
    be one that was removed for its age, if it is the last of those."""
    verdict = Verdict()
    for seq, digest in _walk(verdict, since, upto, _digest_of(since)):
        verdict.last, verdict.digest = seq, digest.hex()
    return verdict


def _walk(verdict: Verdict, since: int, upto: int, before: bytes) -> Iterator[tuple[int, bytes]]:
    """Each row with its digest as it stands, after what is wrong with it was told. A wrong one is believed for those
    after it."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_READ, [since, upto, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            for seq, digest, personal, facts, attempt, kind, at in rows:
                stands, told = bytes(digest), json.loads(facts)
                line = _line([attempt, kind, at, told])
                if hashlib.sha256(before + line).digest() != stands:
                    verdict.add(CHANGED, row=seq)
                if personal is None:
                    verdict.blanked += "personal" in told
                elif not _sealed(json.loads(personal), told.get("personal", "")):
                    verdict.add(PERSONAL, row=seq)
                verdict.rows += 1
                since, before = seq, stands
                yield seq, stands


def _sealed(personal: Any, seal: str) -> bool:
    try:
        key = bytes.fromhex(personal.pop("key"))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return hmac.compare_digest(hmac.new(key, _line(personal), hashlib.sha256).hexdigest(), seal)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest_of(seq: int) -> bytes:
    if not seq:
        return bytes(32)
    ends = {upto: end for _seq, upto, end in _cuts()}
    if seq in ends:
        return ends[seq]
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM campaigns_evidence WHERE seq = %s", [seq])
        return bytes(cursor.fetchone()[0])


def _cuts() -> list[tuple[int, int, bytes]]:
    """The row that says so, the last row that went, and its digest."""
    with connection.cursor() as cursor:
        cursor.execute(_CUTS)
        return [(seq, upto, bytes.fromhex(end)) for seq, upto, end in cursor.fetchall()]


def _guarding() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        return {row[0] for row in cursor.fetchall()}
