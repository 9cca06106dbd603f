"""A standby's memory: the facts of other daemons, folded into the view from which it will lead.

The view keeps its place in the stream, so a restart reads on where the checkpoint ends; what is read twice changes
nothing. Without Redis the memory grows old, and the switch's own list of channels has to do.
"""

import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec
import structlog

from switchctl.bus.checkpoint import Checkpoint
from switchctl.bus.redis import BLOCK_MS, Pauses, RedisError, client
from switchctl.contract import facts as f
from switchctl.contract.names import Names

BATCH = 500

log = structlog.get_logger(__name__)


class Follow:
    """``own`` is the id of our journal, whose facts the view holds already. ``taken`` counts the facts of others.

    ``learned`` is told the term of each fact before the view takes it in: who leads next must do so above it, or all
    that it tells is out of date for its own view.
    """

    def __init__(
        self, url: str, names: Names, checkpoint: Checkpoint, own: str, learned: Callable[[int], None]
    ) -> None:
        self._redis = client(url)
        self._ears = client(url, blocking=True)
        self._stream = names.facts
        self._checkpoint = checkpoint
        self._own = own
        self._learned = learned
        self.taken = 0
        self.problem = "not connected to Redis yet"

    def catch_up(self, seconds: float) -> int:
        """Read for at most so long; returns the epoch of the newest fact of all, 0 without Redis or facts."""
        deadline = time.monotonic() + seconds
        try:
            newest = self._redis.xrevrange(self._stream, count=1)
            while time.monotonic() < deadline and self._take(self._read(self._redis, None)):
                pass
        except RedisError as error:
            log.warning("Redis is away; what other daemons told is not known", problem=str(error))
            return 0
        fact = _fact(newest[0][1]) if newest else None
        return fact.epoch if fact else 0

    def run(self) -> None:
        """Follow, for ever; a greenlet's body."""
        pauses = Pauses()
        while True:
            try:
                self._take(self._read(self._ears, BLOCK_MS))
                self.problem = ""
                pauses.reset()
                gevent.sleep(0)
            except RedisError as error:
                self.problem = f"Redis is away: {error}"
                gevent.sleep(pauses.next())

    def _read(self, redis: Any, block: int | None) -> list[tuple[bytes, Any]]:
        place = self._checkpoint.view.cursor or "0-0"
        answer = redis.xread({self._stream: place}, count=BATCH, block=block)
        if isinstance(answer, dict):
            return [entry for part in answer.values() for batch in part for entry in batch]
        return list(answer[0][1]) if answer else []

    def _take(self, entries: list[tuple[bytes, Any]]) -> int:
        view = self._checkpoint.view
        for place, fields in entries:
            fact = _fact(fields)
            if fact is not None and fact.id.rpartition(":")[0] != self._own:
                self._learned(fact.epoch)
                view.apply(fact)
                self.taken += 1
            view.cursor = place.decode()
        return len(entries)


def _fact(fields: Any) -> f.Fact | None:
    try:
        return f.decode((fields or {}).get(b"f", b""))
    except msgspec.DecodeError:
        return None
