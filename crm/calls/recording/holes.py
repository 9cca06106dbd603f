"""Holes in the journals' numbers, and how long each has been one. In memory; a restart only starts the clock anew."""

from dataclasses import dataclass

PATIENCE_S = 30.0


@dataclass
class Hole:
    """Facts from ``low`` to ``high`` are rows beyond it, the fact after ``mark`` is not."""

    mark: int
    low: int
    high: int
    since: float


class Holes:
    """What is committed beyond the marks."""

    def __init__(self) -> None:
        self._open: dict[str, Hole] = {}

    def note(self, marks: dict[str, int], told: dict[str, tuple[int, int]], now: float) -> None:
        """After a commit: the new marks, and the lowest and highest sequence that it brought of each journal."""
        for journal, (low, high) in told.items():
            mark = marks[journal]
            known = self._open.get(journal)
            if high <= mark:
                if known and known.high <= mark:
                    del self._open[journal]
                continue
            low = max(low, mark + 1)
            if known is None or known.mark != mark:  # a hole that is being filled has the whole time again
                self._open[journal] = Hole(mark, low if known is None else max(known.low, mark + 1), high, now)
                known = self._open[journal]
            known.low, known.high = min(known.low, low), max(known.high, high)

    def old(self, now: float) -> list[tuple[str, Hole]]:
        """Those that nothing filled for ``PATIENCE_S``."""
        return [(journal, hole) for journal, hole in self._open.items() if now - hole.since >= PATIENCE_S]

    def restart(self, now: float) -> None:
        """Time in which nothing could be read does not count."""
        for hole in self._open.values():
            hole.since = now

    def forget(self, journal: str) -> None:
        self._open.pop(journal, None)
