"""Up to where each journal's facts are rows, without a hole. The daemon forgets what lies below.

A journal numbers its facts without a hole, save one: after the loss of its host it leaves numbers free. A hole that
nothing fills for half a minute, while facts can be read and none waits to be acknowledged, is taken for such a one
(``holes``); a stream that lost facts is filled again by the daemon within seconds.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

_STEP = 20_000
_RAISE = """
INSERT INTO calls_journalmark AS m (journal, seq) VALUES (%s, %s)
ON CONFLICT (journal) DO UPDATE SET seq = GREATEST(m.seq, EXCLUDED.seq) RETURNING seq
"""
_KNOWN = """
SELECT n FROM generate_series(%s::bigint, %s::bigint) n
WHERE NOT EXISTS (SELECT FROM calls_fact WHERE id = %s || ':' || n)
  AND NOT EXISTS (SELECT FROM calls_deadletter WHERE source = 'facts' AND entry = %s || ':' || n)
ORDER BY n LIMIT 1
"""


def raise_marks(cursor: Any, numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Takes in (journal, sequence) pairs of this transaction; returns journal → its mark."""
    told: dict[str, set[int]] = defaultdict(set)
    for journal, seq in numbers:
        told[journal].add(seq)
    return {journal: _raise(cursor, journal, told[journal]) for journal in sorted(told)}


def _raise(cursor: Any, journal: str, told: set[int]) -> int:
    cursor.execute("SELECT seq FROM calls_journalmark WHERE journal = %s", [journal])
    found = cursor.fetchone()
    before = found[0] if found else 0
    mark = _walk(before, told)
    if max(told) > mark:  # a hole among what was told now; earlier batches or another recorder may have filled it
        mark = _walk(_first_hole(cursor, journal, mark + 1, max(told)) - 1, told)
    if found and mark == before:
        return before
    cursor.execute(_RAISE, [journal, mark])
    return cursor.fetchone()[0]


def _walk(mark: int, told: set[int]) -> int:
    while mark + 1 in told:
        mark += 1
    return mark


def _first_hole(cursor: Any, journal: str, low: int, high: int) -> int:
    """The first number from ``low`` on that is neither a row nor a dead letter; ``high`` + 1 if there is none."""
    while low <= high:
        top = min(low + _STEP - 1, high)
        cursor.execute(_KNOWN, [low, top, journal, journal])
        hole = cursor.fetchone()
        if hole:
            return hole[0]
        low = top + 1
    return high + 1


def marks(cursor: Any) -> dict[str, int]:
    """Journal → mark, as committed."""
    cursor.execute("SELECT journal, seq FROM calls_journalmark")
    return dict(cursor.fetchall())


def leap(cursor: Any, journal: str, low: int, high: int) -> int:
    """Gives up the hole below ``low``, which is a row: raises the mark over all that follows, up to ``high``."""
    cursor.execute(_RAISE, [journal, _first_hole(cursor, journal, low, high) - 1])
    return cursor.fetchone()[0]
