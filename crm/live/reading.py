"""Reads rows for open pages: one thread, whose connection stays open as long as a page is, and one for looking after
the pages themselves, so that no fact waits behind that.

channels' own way opens a connection for each reading, and that was most of what a delta cost.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import InterfaceError, OperationalError, connections

_thread = ThreadPoolExecutor(1, "live")
_looks = ThreadPoolExecutor(1, "live-looks")
_pages = 0


async def read(make: Callable[..., Any], *args: Any) -> Any:
    """What ``make`` gives, called in the thread; once more when its connection turns out to be broken."""
    return await asyncio.get_running_loop().run_in_executor(_thread, _twice, make, args)


async def look(make: Callable[..., Any], *args: Any) -> Any:
    """As ``read``, for what is asked of each page now and then."""
    return await asyncio.get_running_loop().run_in_executor(_looks, _twice, make, args)


def page_opened() -> None:
    global _pages
    _pages += 1


async def page_closed() -> None:
    """With the last page the connections are closed."""
    global _pages
    _pages -= 1
    if _pages == 0:
        for thread in (_thread, _looks):
            await asyncio.get_running_loop().run_in_executor(thread, connections.close_all)


def _twice(make: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return make(*args)
    except (InterfaceError, OperationalError):  # the database was started anew
        connections.close_all()
        return make(*args)
