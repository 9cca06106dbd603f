"""The call that wakes readers of the log when it has grown: a channel of Redis.

It may be lost; who waits looks by itself now and then (``LOOK_S``).
"""

import asyncio
import logging
from typing import Self

import redis.asyncio as redis
from django.conf import settings
from redis.exceptions import RedisError

CHANNEL = "ccs:{main}:events"
"""A message is the number of the newest event."""
LOOK_S = 1.0
RETRY_S = 1.0

log = logging.getLogger(__name__)


class Wake:
    """``async with Wake() as wake: await wake.wait()``; one for each process that reads."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def wait(self, most_s: float = LOOK_S) -> bool:
        """Until the log grows, at most so long; whether it was told to have grown."""
        try:
            async with asyncio.timeout(most_s):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    async def _listen(self) -> None:
        told = False
        while True:
            client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=3)
            try:
                async with client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        told = False
                        if message["type"] == "message":
                            self._rung.set()
            except (RedisError, OSError) as error:
                if not told:
                    log.warning("Redis is away, the log of events is looked at each second: %s", error)
                told = True
                await asyncio.sleep(RETRY_S)
            finally:
                await client.aclose()
