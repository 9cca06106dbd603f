"""Faults on demand: what a link, a network and a tired switch do to a controller.

They touch events only (a reply is lost only with its connection) and keep the order within one channel, as
the real switch does; `duplicate` and `drop` excepted, which no switch does but a broken relay may. And `joins`:
a switch without CPU says +OK to a bridge, and joins the two when it comes to it.
"""

from __future__ import annotations

import random
import time
from collections import deque
from typing import TYPE_CHECKING

import gevent
from gevent.event import Event as Signal

from .events import Event, frame

if TYPE_CHECKING:
    from .wire import Link

ASIDE = 0.05  # seconds after which an event that was put aside goes out by itself


class Faults:
    """All off at first. Probabilities are 0 to 1, `delay` is in seconds."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.drop = self.duplicate = self.reorder = 0.0
        self.delay = 0.0
        self.joins = Signal()
        self.joins.set()
        self._stalled_until = 0.0
        self._late: dict[Link, deque[tuple[float, bytes]]] = {}
        self._aside: dict[Link, dict[str, list[bytes]]] = {}

    def clear(self) -> None:
        self.drop = self.duplicate = self.reorder = self.delay = 0.0
        self._stalled_until = 0.0
        self.joins.set()

    def stall(self, seconds: float) -> None:
        """Nothing is written on any connection for that long."""
        self._stalled_until = time.monotonic() + seconds

    def wait_stall(self) -> None:
        left = self._stalled_until - time.monotonic()
        if left > 0:
            gevent.sleep(left)

    def pass_on(self, link: Link, event: Event, frames: dict[str, bytes]) -> None:
        form = "json" if link.listens.form == "json" else "plain"
        data = frames.get(form)
        if data is None:
            data = frames[form] = frame(event, form)
        if self.drop and self.random.random() < self.drop:
            return
        if self._put_aside(link, event, data):
            return
        self._release(link, data)
        if self.duplicate and self.random.random() < self.duplicate:
            self._release(link, data)
        aside = self._aside.get(link)
        if aside:
            self._flush(link, keep=event.uuid)

    def _release(self, link: Link, data: bytes) -> None:
        if not self.delay and link not in self._late:
            link.put(data)
            return
        late = self._late.get(link)
        if late is None:
            late = self._late[link] = deque()
            gevent.spawn(self._deliver_late, link, late)
        late.append((time.monotonic() + self.delay, data))

    def _deliver_late(self, link: Link, late: deque[tuple[float, bytes]]) -> None:
        while late:
            due, data = late[0]
            gevent.sleep(max(0.0, due - time.monotonic()))
            late.popleft()
            link.put(data)
        del self._late[link]

    def _put_aside(self, link: Link, event: Event, data: bytes) -> bool:
        """An event overtaken by those of other channels; its channel's later events queue up behind it."""
        if not event.uuid:
            return False
        aside = self._aside.get(link, {})
        waiting = aside.get(event.uuid)
        if waiting is not None:
            waiting.append(data)
            return True
        if not self.reorder or self.random.random() >= self.reorder:
            return False
        self._aside.setdefault(link, {})[event.uuid] = [data]
        gevent.spawn_later(ASIDE, self._flush, link)
        return True

    def _flush(self, link: Link, keep: str = "") -> None:
        aside = self._aside.get(link, {})
        for uuid in [u for u in aside if u != keep]:
            for data in aside.pop(uuid):
                self._release(link, data)
