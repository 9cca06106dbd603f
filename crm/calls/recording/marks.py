"""Up to where each journal's facts are rows, without a hole. The daemon forgets what lies below.

A journal numbers its facts without a hole, save one: after the loss of its host it leaves numbers free. A hole that
nothing fills for half a minute, while facts can be read and none waits to be acknowledged, is taken for such a one
(``holes``); a stream that lost facts is filled again by the daemon within seconds.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

_STEP = 1000
_RAISE = """
INSERT INTO calls_journalmark AS m (journal, seq) VALUES (%s, %s)
ON CONFLICT (journal) DO UPDATE SET seq = GREATEST(m.seq, EXCLUDED.seq) RETURNING seq
"""
_KNOWN = """
SELECT id FROM calls_fact WHERE id = ANY(%s)
UNION ALL SELECT entry FROM calls_deadletter WHERE source = 'facts' AND entry = ANY(%s)
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
    mark = before = found[0] if found else 0
    while mark + 1 in told:
        mark += 1
    return before if (mark := _over_rows(cursor, journal, mark)) == before else _write(cursor, journal, mark)


def _over_rows(cursor: Any, journal: str, mark: int) -> int:
    """On over what earlier batches or other recorders brought. As a rule nothing: one look into the keys."""
    step = 1
    while True:
        ids = {f"{journal}:{seq}": seq for seq in range(mark + 1, mark + 1 + step)}
        cursor.execute(_KNOWN, [list(ids), list(ids)])
        known = {row[0] for row in cursor.fetchall()}
        for name, seq in ids.items():
            if name not in known:
                return mark
            mark = seq
        step = _STEP


def _write(cursor: Any, journal: str, mark: int) -> int:
    cursor.execute(_RAISE, [journal, mark])
    return cursor.fetchone()[0]


def marks(cursor: Any) -> dict[str, int]:
    """Journal → mark, as committed."""
    cursor.execute("SELECT journal, seq FROM calls_journalmark")
    return dict(cursor.fetchall())


def leap(cursor: Any, journal: str, low: int) -> int:
    """Gives up the hole below ``low``, which is a row: the mark goes to ``low`` and on over what follows it."""
    return _write(cursor, journal, _over_rows(cursor, journal, low))
