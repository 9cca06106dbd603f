"""Waiting for a condition instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(condition: Callable[[], Found], what: str, seconds: float = 30.0) -> Found:
    """Ask again and again until the answer is true, and return it; AssertionError with ``what`` when it never is."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds:g} s in vain for: {what}"
        time.sleep(0.01)


def holds(condition: Callable[[], object], what: str, seconds: float = 1.0) -> None:
    """The condition is true now and stays so for ``seconds``. What only comes to be true is waited for before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert condition(), f"no longer so: {what}"
        time.sleep(0.02)
