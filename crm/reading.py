"""Reads rows for what stays open (pages, streams): a thread for what is read for them, whose connection stays open as
long as anything is, and one for looking after them (who may still see), so that nothing read waits behind that.

channels' own way opens a connection for each reading, and that was most of what a delta cost.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import InterfaceError, OperationalError, connections


class Reading:
    """``name`` begins those of the threads."""

    def __init__(self, name: str) -> None:
        self._reads = ThreadPoolExecutor(1, name)
        self._looks = ThreadPoolExecutor(1, f"{name}-looks")
        self._open = 0

    async def read(self, make: Callable[..., Any], *args: Any) -> Any:
        """What ``make`` gives, called in the thread; once more when its connection turns out to be broken."""
        return await asyncio.get_running_loop().run_in_executor(self._reads, _twice, make, args)

    async def look(self, make: Callable[..., Any], *args: Any) -> Any:
        """As ``read``, for what is asked of each now and then."""
        return await asyncio.get_running_loop().run_in_executor(self._looks, _twice, make, args)

    def opened(self) -> None:
        self._open += 1

    async def closed(self) -> None:
        """With the last one the connections are closed."""
        self._open -= 1
        if self._open == 0:
            for thread in (self._reads, self._looks):
                await asyncio.get_running_loop().run_in_executor(thread, connections.close_all)


def _twice(make: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return make(*args)
    except (InterfaceError, OperationalError):  # the database was started anew
        connections.close_all()
        return make(*args)
