"""Ports of the loopback that no other process of tests takes, though several run at once.

A port that the system gave out as free is anybody's until somebody listens on it. So each process claims a stretch of
ports by holding the first of it, and gives out the others in turn: none comes again before all others have been given.
They lie below those that the system takes for connections.
"""

import itertools
import socket
import threading
from collections.abc import Iterator

STRETCHES = range(10_000, 20_000, 500)
BLOCKS = range(20_000, 32_000, 500)
"""Two ports a leg: a hundred callers of `bench/chaos.py` and its 33 phones fit into one."""


def _bound(port: int, kind: socket.SocketKind) -> socket.socket | None:
    """A socket that holds this port; None when somebody else does."""
    holder = socket.socket(socket.AF_INET, kind)
    try:
        holder.bind(("127.0.0.1", port))
    except OSError:
        holder.close()
        return None
    return holder


def _claimed(starts: range, offset: int, kind: socket.SocketKind) -> tuple[int, socket.socket]:
    """The first stretch that is nobody's, and what holds it as long as it lives."""
    for start in starts:
        if (holder := _bound(start + offset, kind)) is not None:
            return start, holder
    raise AssertionError(f"all stretches of ports from {starts.start} to {starts.stop} are taken")


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        if (holder := _bound(port, kind)) is None:
            return False
        holder.close()
    return True


def _ports() -> Iterator[int]:
    start, holder = _claimed(STRETCHES, 0, socket.SOCK_STREAM)
    with holder:
        yield from filter(_free, itertools.cycle(range(start + 1, start + STRETCHES.step)))


_ours = _ports()
_turn = threading.Lock()


def free_port() -> int:
    """A port that nobody uses, for TCP and UDP. Threads may ask at once."""
    with _turn:
        return next(_ours)


class SoundPorts:
    """``first`` to ``last`` are one switch's own for the sound of its calls, as long as this object lives."""

    def __init__(self) -> None:
        self.first, self._holder = _claimed(BLOCKS, BLOCKS.step - 1, socket.SOCK_DGRAM)
        self.last = self.first + BLOCKS.step - 4
