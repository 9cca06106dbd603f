"""The loop around ``Feed``: reads the stream of facts, saves the view, posts to the channel groups."""

import asyncio
import logging
import time
from collections import deque
from typing import Any

import msgspec
import redis.asyncio as redis
from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError, ResponseError

from crm.live.feed import Feed, Post
from crm.live.state import START, decode, encode
from switchctl.contract import facts
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)

FLUSH_S = 0.25
"""Floors are told at most four times a second."""
PULSE_S = 2.0
BATCH = 1000


class Feeder:
    """``run`` until ``stop`` is set. A Redis that is away is waited for; nothing is lost, the stream keeps it."""

    def __init__(self, *, names: Names = MAIN) -> None:
        self.names = names
        self.feed: Feed | None = None
        self._next_flush = 0.0
        self._next_pulse = 0.0
        self._waiting: deque[Post] = deque()
        self._next_post = self._gap = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        pause = 0.2
        while not stop.is_set():
            client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=3)
            try:
                await self._follow(client, stop)
            except (RedisError, OSError) as error:
                log.warning("Redis is away, trying again in %.1f s: %s", pause, error)
                await _wait(stop, pause)
                pause = min(pause * 2, 1.0)
            finally:
                await client.aclose()

    async def _follow(self, client: redis.Redis, stop: asyncio.Event) -> None:
        await self._begin(client)
        while not stop.is_set():
            block = max(1, min(round((self._due() - time.monotonic()) * 1000), 250))
            found = await client.xread({self.names.facts: self.feed.saved.cursor}, count=BATCH, block=block)
            if found:
                await self._take(client, found[0][1] if isinstance(found, list) else found[self.names.facts][0])
            now = time.monotonic()
            if self._waiting:
                await self._post_next(now)
            elif self.feed.dirty and now >= self._next_flush:
                self._next_flush = now + FLUSH_S
                self._waiting.extend(self.feed.flush())
                self._gap = FLUSH_S / 2 / len(self._waiting)
                await self._post_next(now)
            if now >= self._next_pulse and not self._waiting:  # it says up to where all were told
                self._next_pulse = now + PULSE_S
                if await self._stream_is_another(client):
                    await self._begin(client, anew=True)
                lives = bool(await client.exists(self.names.daemon))
                await self._post([self.feed.pulse(time.time_ns() // 1000, daemon=lives)])

    def _due(self) -> float:
        if self._waiting:
            return self._next_post
        return min(self._next_flush, self._next_pulse) if self.feed.dirty else self._next_pulse

    async def _post_next(self, now: float) -> None:
        """Of a flush, one message after the other: each goes to many pages, and a caller who rings waits for none."""
        if now >= self._next_post:
            self._next_post = now + self._gap
            await self._post([self._waiting.popleft()])

    async def _begin(self, client: redis.Redis, *, anew: bool = False) -> None:
        self._waiting.clear()
        saved = None if anew else decode(await client.get(self.names.live))
        self.feed = Feed(saved)
        if await self._stream_is_another(client):
            self.feed = Feed(None)
        await client.set(self.names.live, encode(self.feed.saved))
        log.info("following the facts from %s", self.feed.saved.cursor)

    async def _take(self, client: redis.Redis, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        posts: list[Post] = []
        for entry_id, fields in entries:
            posts += self.feed.take(entry_id.decode(), _fact(entry_id, fields))
        await client.set(self.names.live, encode(self.feed.saved))  # first: a page that opens now misses nothing
        await self._post(_newest(posts))

    async def _post(self, posts: list[Post]) -> None:
        layer = get_channel_layer()
        for group, message in posts:
            await layer.group_send(group, message)

    async def _stream_is_another(self, client: redis.Redis) -> bool:
        """Redis lost its memory: the stream ends before our cursor, so waiting there would last for ever."""
        if self.feed.saved.cursor == START:
            return False
        try:
            info = await client.xinfo_stream(self.names.facts)
        except ResponseError:  # no stream at all
            return True
        last = info.get("last-generated-id") or info.get(b"last-generated-id") or b"0-0"
        return _key(last) < _key(self.feed.saved.cursor)


def _newest(posts: list[Post]) -> list[Post]:
    """Several deltas of one batch for one desk become one: the last holds all, from where the first began."""
    merged: dict[str, dict[str, Any]] = {}
    kept: list[Post] = []
    for group, message in posts:
        if message["type"] != "live.delta":
            kept.append(Post(group, message))
        elif group in merged:
            merged[group].update(message, **{"from": merged[group]["from"]})
        else:
            merged[group] = dict(message)
            kept.append(Post(group, merged[group]))
    return kept


def _fact(entry_id: bytes, fields: dict[bytes, bytes]) -> facts.Fact | None:
    try:
        return facts.decode(fields[b"f"])
    except (KeyError, msgspec.DecodeError) as error:
        log.warning("entry %s of the stream is no fact of ours: %s", entry_id.decode(), error)
        return None


def _key(entry_id: str | bytes) -> tuple[int, int]:
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    first, _, second = text.partition("-")
    return int(first), int(second or 0)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
