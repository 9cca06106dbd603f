"""Timers with names. One greenlet sleeps until the earliest and hands its key over."""

import heapq
from collections.abc import Callable

import gevent
from gevent.event import Event as Signal

_NAP = 1.0  # seconds; the wall clock may be set while we sleep


class Timers:
    """``due(key)`` is called when a timer runs out. Times are µs since the epoch, as ``clock`` tells them."""

    def __init__(self, due: Callable[[str], None], clock: Callable[[], int]) -> None:
        self._due = due
        self._clock = clock
        self._at: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []
        self._sooner = Signal()

    def __len__(self) -> int:
        return len(self._at)

    def set(self, key: str, at: int) -> None:
        """Start a timer, in place of one of the same key."""
        self._at[key] = at
        heapq.heappush(self._heap, (at, key))
        if self._heap[0] == (at, key):
            self._sooner.set()
        if len(self._heap) > 64 + 4 * len(self._at):
            self._heap = [(at, key) for key, at in self._at.items()]
            heapq.heapify(self._heap)

    def cancel(self, key: str) -> None:
        """Forget a timer; one that does not run is no error."""
        self._at.pop(key, None)

    def expire(self, now: int) -> int | None:
        """Hand over every key that is due at ``now``; returns the time of the next, None if there is none."""
        while self._heap:
            at, key = self._heap[0]
            if self._at.get(key) != at:  # cancelled or replaced
                heapq.heappop(self._heap)
            elif at > now:
                return at
            else:
                heapq.heappop(self._heap)
                del self._at[key]
                self._due(key)
        return None

    def run(self) -> None:
        """For ever; a greenlet's body."""
        while True:
            self._sooner.clear()
            following = self.expire(self._clock())
            wait = _NAP if following is None else (following - self._clock()) / 1_000_000
            if wait > 0:
                self._sooner.wait(min(wait, _NAP))
            else:
                gevent.sleep(0)
