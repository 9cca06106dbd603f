"""The loop that counts the floor's figures anew every few seconds, and tells them to the floors.

One process does so (``manage.py feed_live``), for all pages. A database or a Redis that is away is waited for: the
pages show from when their figures are.
"""

import asyncio
import logging
import time
from typing import Any

import msgspec
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.utils import timezone
from redis.exceptions import RedisError

from crm.alarms.selectors import alarms_told, limits
from crm.live import groups
from crm.live.counted import count, keep
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)

ROUND_S = 4.0
SHARE = 10
"""Counting takes at most one part in so many of the time: where it is slow it is done less often."""


class Counter:
    """``run`` until ``stop`` is set."""

    def __init__(self, *, names: Names = MAIN) -> None:
        self.names = names
        self._away = False

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            began = time.monotonic()
            await self.attempt()
            spent = time.monotonic() - began
            try:
                await asyncio.wait_for(stop.wait(), max(ROUND_S, spent * SHARE) - spent)
            except TimeoutError:
                pass

    async def attempt(self) -> bool:
        """One round; False when the database or Redis is away."""
        try:
            message = await database_sync_to_async(self.counted)()
            await get_channel_layer().group_send(groups.FLOOR, message)
        except (DatabaseError, RedisError, OSError) as error:
            if not self._away:
                log.warning("the floor's figures cannot be counted: %s", error)
            self._away = True
            return False
        self._away = False
        return True

    def counted(self) -> dict[str, Any]:
        """Counts, keeps, and returns the message for the floors: each takes from it what its user may see."""
        figures = count(timezone.now(), names=self.names)
        keep(figures, names=self.names)
        return {"type": "live.figures", **watched(), "figures": msgspec.to_builtins(figures)}


def watched() -> dict[str, Any]:
    """What stands beside the figures: the limits, and the alarms that are open. Reads the database."""
    return {"limits": limits().plain(), "alarms": alarms_told()}
