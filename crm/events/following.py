"""One open stream, whichever door it came through: what it is told, and when it ends."""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from django.db import Error
from django.utils import translation
from django.utils.translation import gettext as _

from crm.events.granting import Granted
from crm.events.reading import streams
from crm.events.tail import tail
from crm.rest.endpoint import DEFAULT_LANGUAGE
from crm.rest.problems import Problem

log = logging.getLogger(__name__)
BEAT_S = 15.0
"""A stream is never silent for longer."""
LOOK_S = 30.0
"""How soon a token that was revoked, or whose data scope changed, is noticed."""
SLOW_S = 30.0
"""Who takes nothing for so long is cut off, and may resume."""
MOST = 20
"""Open streams of one token in one process."""

open_streams: Counter[int] = Counter()
"""Token → how many."""

Told = tuple[int, str, dict[str, Any]]
"""Number, kind, and what is told; the kind ``heartbeat`` carries only the number up to which all is told."""


def room(token: int) -> None:
    """Raises Problem when the token has too many open streams already."""
    if open_streams[token] >= MOST:
        raise Problem("too-many", _("This token has %(n)d open streams.") % {"n": MOST})


async def follow(granted: Granted) -> AsyncIterator[list[Told]]:
    """What is told, as it comes; for ever. Raises Problem when the token may not follow any more, or when what
    follows is not kept."""
    source, sight, number = tail(), granted.sight, granted.after
    looked = time.monotonic() - random.uniform(0, LOOK_S / 2)  # noqa: S311  not all look at once
    open_streams[granted.token] += 1
    try:
        await source.open()
        try:
            yield [_beat(number)]
            beaten = time.monotonic()
            while True:
                now = time.monotonic()
                if now - looked >= LOOK_S:
                    looked, sight = now, await _again(granted, sight)
                events = await source.after(number)
                number = events[-1].pk if events else number
                told = [(event.pk, event.kind, sight.told(event)) for event in events if sight.sees(event)]
                if not told and now - beaten >= BEAT_S:
                    told = [_beat(number)]
                if told:
                    beaten = now
                    yield told
                elif not events:
                    await source.grows(number, max(0.0, min(beaten + BEAT_S, looked + LOOK_S) - now))
                else:
                    await asyncio.sleep(0)  # none of them is for this one: others have their turn
        finally:
            await source.close()
    finally:
        open_streams[granted.token] -= 1


async def sent(granted: Granted, send: Callable[[list[Told]], Awaitable[None]]) -> Problem | None:
    """Sends all that is told, until the reader is too slow (None), or may not follow any more (why)."""
    stream = follow(granted)
    try:
        async for told in stream:
            try:
                async with asyncio.timeout(SLOW_S):
                    await send(told)
            except TimeoutError:
                log.info("a stream of token %d was cut off: it takes nothing", granted.token)
                return None
    except Problem as problem:
        return problem
    finally:
        await stream.aclose()  # type: ignore[attr-defined]
    return None


async def _again(granted: Granted, sight: Any) -> Any:
    def looked() -> Any:
        with translation.override(DEFAULT_LANGUAGE):
            return granted.again()

    try:
        return await streams.look(looked)
    except Error as error:
        log.warning("the token of a stream cannot be looked at, it goes on: %s", str(error).strip())
        return sight


def _beat(number: int) -> Told:
    return number, "heartbeat", {"last": number}
