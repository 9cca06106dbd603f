"""Reads rows for open pages: one thread, whose connection stays open as long as a page is.

channels' own way opens a connection for each reading, and that was most of what a delta cost.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import InterfaceError, OperationalError, connections

_thread = ThreadPoolExecutor(1, "live")
_pages = 0


async def read(make: Callable[..., Any], *args: Any) -> Any:
    """What ``make`` gives, called in the thread; once more when its connection turns out to be broken."""
    return await asyncio.get_running_loop().run_in_executor(_thread, _twice, make, args)


def page_opened() -> None:
    global _pages
    _pages += 1


async def page_closed() -> None:
    """With the last page the connection is closed."""
    global _pages
    _pages -= 1
    if _pages == 0:
        await asyncio.get_running_loop().run_in_executor(_thread, connections.close_all)


def _twice(make: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return make(*args)
    except (InterfaceError, OperationalError):  # the database was started anew
        connections.close_all()
        return make(*args)
