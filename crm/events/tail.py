"""The end of the log in memory: read once in a process, however many streams follow it.

Numbers have no gaps, so the place of an event in the memory follows from its number. A stream takes what it has not
seen when it is ready for it: nobody writes into a queue of a stream, and one that does not read grows nothing. Who has
fallen behind the memory reads rows until it has caught up.
"""

import asyncio
import logging
from collections import deque
from itertools import islice
from weakref import WeakKeyDictionary

from django.db import Error

from crm.events.granting import gone
from crm.events.models import Event
from crm.events.reading import streams
from crm.events.selectors import events_after, newest, oldest
from crm.events.wake import Wake

log = logging.getLogger(__name__)
KEEPS = 5000
AT_ONCE = 200
"""So many events a stream takes at a time."""


class Tail:
    """``last``: number of the newest event that was read."""

    def __init__(self) -> None:
        self.last = 0
        self._kept: deque[Event] = deque(maxlen=KEEPS)
        self._grown = asyncio.Event()
        self._followers = 0
        self._task: asyncio.Task[None] | None = None
        self._begun: asyncio.Future[int] | None = None

    async def open(self) -> None:
        """For each stream, before it reads."""
        streams.opened()
        self._followers += 1
        if self._begun is None:
            self._begun = asyncio.ensure_future(streams.read(newest))
        begun = self._begun
        try:
            number = await asyncio.shield(begun)
        except BaseException:
            self._begun = None if self._begun is begun else self._begun
            await self.close()
            raise
        if self._task is None:
            self.last = number
            self._task = asyncio.create_task(self._follow())

    async def close(self) -> None:
        self._followers -= 1
        if self._followers == 0:
            task, self._task, self._begun = self._task, None, None
            self._kept.clear()
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await streams.closed()

    async def after(self, number: int) -> list[Event]:
        """The next ones after ``number``, none when there is none yet. Raises Problem when they are not kept."""
        if number >= self.last:
            return []
        if self._kept and number + 1 >= self._kept[0].pk:
            begin = number + 1 - self._kept[0].pk
            return list(islice(self._kept, begin, begin + AT_ONCE))
        found: list[Event] = await streams.read(lambda: events_after(number, limit=AT_ONCE))
        if not found or found[0].pk != number + 1:
            raise gone(await streams.read(oldest))
        return found

    async def grows(self, number: int, most_s: float) -> bool:
        """Waits until there is an event after ``number``, at most so long."""
        if self.last > number:
            return True
        try:
            async with asyncio.timeout(most_s):
                await self._grown.wait()
        except TimeoutError:
            return False
        return True

    async def _follow(self) -> None:
        async with Wake() as wake:
            while True:
                try:
                    while found := await streams.read(lambda: events_after(self.last)):
                        self._take(found)
                except Error as error:
                    log.warning("the log of events cannot be read: %s", str(error).strip())
                await wake.wait()

    def _take(self, found: list[Event]) -> None:
        self._kept.extend(found)
        self.last = found[-1].pk
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()


_tails: WeakKeyDictionary[asyncio.AbstractEventLoop, Tail] = WeakKeyDictionary()


def tail() -> Tail:
    """That of this process (of this event loop)."""
    return _tails.setdefault(asyncio.get_running_loop(), Tail())
