"""What becomes of an attempt that was handed over, has expired, and of which no call is known. Pure.

``switchctl.contract.hopper`` says why this is safe: the daemon that leads says what it can no longer begin, and up to
which of its facts it said so; when those are rows, what has none was not dialled.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from crm.campaigns.attempts.terms import FRESH_S, Term, moment
from switchctl.contract.hopper import Settled

WAIT, RETURN, UNKNOWN = "wait", "return", "unknown"
SILENT = timedelta(minutes=5)
"""After so long nobody tells any more: another daemon leads and has stated what it found, and the switch's own records
are read. Whatever comes later still corrects it."""
FOR_EVER = timedelta(days=1)


def fate(
    handed_to: str, expires_at: datetime, at: datetime, settled: Settled | None, committed: Mapping[str, int]
) -> str:
    """wait; return: it was not dialled and never will be; unknown: it may have been. ``handed_to``: ``Attempt.term``.
    The rows of calls were looked at after ``committed`` was read."""
    if at - expires_at > FOR_EVER:
        return UNKNOWN
    if settled is None or expires_at >= moment(settled.until) or committed.get(settled.journal, 0) < settled.seq:
        return WAIT
    if same_hands(Term.read(handed_to), settled):
        return RETURN
    leads = at - moment(settled.until) <= timedelta(seconds=FRESH_S)
    return UNKNOWN if leads and at - expires_at > SILENT else WAIT


def same_hands(term: Term, settled: Settled) -> bool:
    """Whether nobody else can have led since then, and nothing that was told can have been lost."""
    since = settled.since or settled.epoch
    return term.journal == settled.journal and since <= term.epoch <= settled.epoch
