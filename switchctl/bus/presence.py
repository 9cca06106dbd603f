"""The daemon's sign of life in Redis: a key that dies five seconds after its daemon."""

from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from switchctl.bus.redis import RedisError, client
from switchctl.contract.names import Names

LIFE_S = 5
EVERY_S = 1.0


class Presence:
    """``status`` tells what the CRM may show of us: plain values only."""

    def __init__(self, url: str, names: Names, status: Callable[[], dict[str, Any]]) -> None:
        self._redis = client(url)
        self._key = names.daemon
        self._status = status

    def run(self) -> None:
        """For ever; a greenlet's body."""
        while True:
            try:
                self._redis.set(self._key, msgspec.json.encode(self._status()), ex=LIFE_S)
            except RedisError:
                pass  # the outbox says that Redis is away, once
            gevent.sleep(EVERY_S)

    def leave(self) -> None:
        """Say that we are gone, rather than let others wait for it."""
        try:
            self._redis.delete(self._key)
        except RedisError:
            pass
