"""Holes in the journals' numbers, and how long each has been one. In memory; a restart only starts the clock anew."""

from collections.abc import Iterable
from dataclasses import dataclass, field

PATIENCE_S = 30.0


@dataclass
class Hole:
    """Nothing is known of the fact after ``mark``; those ``beyond`` are rows."""

    mark: int
    since: float
    beyond: set[int] = field(default_factory=set)

    @property
    def end(self) -> int:
        """The first row after the hole."""
        return min(self.beyond)


class Holes:
    """What is committed beyond the marks."""

    def __init__(self) -> None:
        self._open: dict[str, Hole] = {}

    def note(self, marks: dict[str, int], numbers: Iterable[tuple[str, int]], now: float) -> None:
        """After a commit: the new marks, and the (journal, sequence) pairs that it brought."""
        for journal, seq in numbers:
            if seq > marks[journal]:
                self._open.setdefault(journal, Hole(marks[journal], now)).beyond.add(seq)
        for journal in marks.keys() & self._open.keys():
            hole, mark = self._open[journal], marks[journal]
            if hole.mark != mark:  # a hole that is being filled has the whole time again
                hole.mark, hole.since = mark, now
                hole.beyond = {seq for seq in hole.beyond if seq > mark}
            if not hole.beyond:
                del self._open[journal]

    def old(self, now: float) -> list[tuple[str, Hole]]:
        """Those that nothing filled for ``PATIENCE_S``."""
        return [(journal, hole) for journal, hole in self._open.items() if now - hole.since >= PATIENCE_S]

    def restart(self, now: float) -> None:
        """Time in which nothing could be read does not count."""
        for hole in self._open.values():
            hole.since = now
