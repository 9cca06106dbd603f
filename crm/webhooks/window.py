"""The newest events in memory: each is read, looked through and encoded once, however many receivers there are."""

from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from crm.events.models import Event
from crm.events.sight import Sight
from crm.webhooks.letters import encoded
from crm.webhooks.wanted import Wanted

KEPT = 20_000
VIEWS = 200
"""So many different wishes are kept looked through, those that were asked for last."""

One = tuple[int, bytes, datetime]
"""An event as a lane needs it: number, body, when it got into the log."""


class Piece(NamedTuple):
    """Wanted events of a stretch of the log, and the last number that was looked at."""

    events: list[One]
    upto: int


@dataclass
class _View:
    """The window through one wish."""

    upto: int
    events: list[One] = field(default_factory=list)


class Window:
    """``read`` gives events after a number; ``grow`` is called when there may be more."""

    def __init__(self, read: Callable[[int, int], Sequence[Event]], *, kept: int = KEPT) -> None:
        self._read = read
        self._kept = kept
        self._events: deque[Event] = deque()
        self._begin = 0
        """Everything after this number that there is, is here."""
        self._bodies: OrderedDict[tuple[int, bool], bytes] = OrderedDict()
        self._views: OrderedDict[Wanted, _View] = OrderedDict()

    def grow(self, *, limit: int = 5000) -> int:
        """Reads on; how many came."""
        last = self._events[-1].pk if self._events else self._begin
        found = self._read(last, limit)
        self._events.extend(found)
        while len(self._events) > self._kept:
            self._begin = self._events.popleft().pk
        return len(found)

    def begin(self, number: int) -> None:
        """Where the window begins."""
        self._begin = number
        self._events.clear()
        self._views.clear()

    def after(self, number: int, wanted: Wanted, *, most: int) -> Piece:
        """The next wanted events after ``number``, at most ``most``; older ones than are here are read anew, for who is
        behind."""
        if number < self._begin:
            events = self._read(number, most)
            return Piece(self._through(events, wanted), events[-1].pk if events else number)
        view = self._view(wanted)
        at = bisect_right(view.events, number, key=lambda one: one[0])
        found = view.events[at : at + most]
        return Piece(found, found[-1][0] if len(found) == most else max(number, view.upto))

    def _view(self, wanted: Wanted) -> _View:
        view = self._views.setdefault(wanted, _View(self._begin))
        self._views.move_to_end(wanted)
        if len(self._views) > VIEWS:
            self._views.popitem(last=False)
        upto = max(view.upto, self._begin)
        at = bisect_right(self._events, upto, key=lambda event: event.pk)
        fresh = [self._events[place] for place in range(at, len(self._events))]
        view.events += self._through(fresh, wanted)
        view.upto = fresh[-1].pk if fresh else upto
        if len(view.events) > 2 * self._kept:
            del view.events[: bisect_right(view.events, self._begin, key=lambda one: one[0])]
        return view

    def _through(self, events: Iterable[Event], wanted: Wanted) -> list[One]:
        return [(one.pk, self._body(one, wanted.sight), one.told_at) for one in events if wanted.takes(one)]

    def _body(self, event: Event, sight: Sight) -> bytes:
        key = (event.pk, sight.whole)
        body = self._bodies.get(key)
        if body is None:
            body = self._bodies[key] = encoded(sight.told(event))
            if len(self._bodies) > 2 * self._kept:
                self._bodies.popitem(last=False)
        return body
