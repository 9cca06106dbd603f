"""Timers with names. One greenlet sleeps until the earliest and hands its key over."""

import heapq
import time
from collections.abc import Callable

from gevent.event import Event as Signal


class Timers:
    """``due(key)`` is called when a timer runs out. Times are µs since the epoch, as ``clock`` tells them.

    They are kept in the seconds of ``steady``, which nobody can set: were the wall clock put back by an hour, nothing
    would be rung for, reconciled or freed for an hour.
    """

    def __init__(
        self, due: Callable[[str], None], clock: Callable[[], int], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._due = due
        self._clock = clock
        self._steady = steady
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._sooner = Signal()

    def __len__(self) -> int:
        return len(self._at)

    def set(self, key: str, at: int) -> None:
        """Start a timer, in place of one of the same key."""
        due = self._steady() + (at - self._clock()) / 1_000_000
        self._at[key] = due
        heapq.heappush(self._heap, (due, key))
        if self._heap[0] == (due, key):
            self._sooner.set()
        if len(self._heap) > 64 + 4 * len(self._at):
            self._heap = [(due, key) for key, due in self._at.items()]
            heapq.heapify(self._heap)

    def cancel(self, key: str) -> None:
        """Forget a timer; one that does not run is no error."""
        self._at.pop(key, None)

    def expire(self) -> float | None:
        """Hand over every key that is due; returns the seconds to the next, None if there is none."""
        now = self._steady()
        while self._heap:
            due, key = self._heap[0]
            if self._at.get(key) != due:  # cancelled or replaced
                heapq.heappop(self._heap)
            elif due > now:
                return due - now
            else:
                heapq.heappop(self._heap)
                del self._at[key]
                self._due(key)
        return None

    def run(self) -> None:
        """For ever; a greenlet's body."""
        while True:
            self._sooner.clear()
            self._sooner.wait(self.expire())
