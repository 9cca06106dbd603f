"""Redis clients that fail fast, and the pause between two tries.

redis-py 8 retries ten times behind our back and gives every socket five seconds, a blocking read too; both are
set here, once.
"""

import random

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

BLOCK_MS = 2_000
"""How long a blocking read waits on the server; the socket's own time-out is longer, to notice a dead peer."""

RedisError = redis.RedisError


def client(url: str, blocking: bool = False) -> redis.Redis:
    """A client of its own connection; one for each greenlet that reads or writes. ``blocking`` is for XREAD."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=2,
        socket_timeout=BLOCK_MS / 1000 + 8 if blocking else 5,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        decode_responses=False,
    )


class Pauses:
    """Seconds to wait before the next try: 0.1 doubling up to 2, with jitter; ``reset`` after a success."""

    def __init__(self) -> None:
        self._last = 0.0

    def reset(self) -> None:
        """It worked."""
        self._last = 0.0

    def next(self) -> float:
        """It failed again."""
        self._last = min(2.0, self._last * 2 or 0.1)
        return self._last * random.uniform(0.5, 1.0)
