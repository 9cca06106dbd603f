"""The clocks: one true time, and each process' idea of it."""

import time
from collections.abc import Callable

from tests.proofs.virtual.loop import current, loop

EPOCH = 1_795_320_000
"""Wall clock at the beginning, seconds."""
real_monotonic: Callable[[], float] = time.monotonic


def monotonic() -> float:
    return loop().time + 1000.0


def wall_ns() -> int:
    process = current()
    return EPOCH * 1_000_000_000 + int(loop().time * 1_000_000_000) + (process.skew_us * 1000 if process else 0)


def wall() -> float:
    return wall_ns() / 1_000_000_000


def install() -> None:
    """For every module that is imported from now on, and all that ask `time.…` by name."""
    time.monotonic, time.time, time.time_ns = monotonic, wall, wall_ns
