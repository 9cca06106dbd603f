"""The daemon's sign of life in Redis: a key that dies five seconds after its daemon."""

from collections.abc import Callable
from typing import Any

import gevent
import msgspec
from gevent.event import Event as Signal

from switchctl.bus.redis import RedisError, client
from switchctl.contract.names import Names

LIFE_S = 5
EVERY_S = 1.0
LEADS, STANDS_BY, NEITHER = "leads", "stands by", ""


class Presence:
    """``status`` tells what the CRM may show of us: plain values only. ``place`` is one of the three words above."""

    def __init__(self, url: str, names: Names, status: Callable[[], dict[str, Any]], place: Callable[[], str]) -> None:
        self._redis = client(url)
        self._keys = {LEADS: names.daemon, STANDS_BY: names.standby}
        self._status = status
        self._place = place
        self._left = False
        self.changed = Signal()
        """Set it when the place has changed."""

    def run(self) -> None:
        """For ever; a greenlet's body."""
        shown = NEITHER
        while not self._left:
            self.changed.clear()
            place = self._place()
            try:
                if shown not in (place, LEADS, NEITHER):  # the next leader has put its own over that of the last
                    self._redis.delete(self._keys[shown])
                if place:
                    self._redis.set(self._keys[place], msgspec.json.encode(self._status()), ex=LIFE_S)
                shown = place
            except RedisError:
                pass  # the outbox says that Redis is away, once
            self.changed.wait(EVERY_S)
        gevent.sleep(LIFE_S)

    def somebody_stands_by(self) -> bool:
        """Whether another daemon would take over; False while Redis is away."""
        try:
            return bool(self._redis.exists(self._keys[STANDS_BY]))
        except RedisError:
            return False

    def leave(self) -> None:
        """Say that we are gone, rather than let others wait for it, and say nothing more."""
        self._left = True
        try:
            if place := self._place():
                self._redis.delete(self._keys[place])
        except RedisError:
            pass
