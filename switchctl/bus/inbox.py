"""The command stream: what people and programs ask of the daemon, each handed over at most once.

The place in the stream is kept on disk before a command is handed over. A start looks back a little, so that what
was asked while the daemon was away is answered: the engine refuses what is past its deadline. The place is in Redis
too, so that a daemon that takes over does not carry out again what its predecessor took.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import msgspec
import structlog

from switchctl.bus import files
from switchctl.bus.redis import BLOCK_MS, Pauses, RedisError, client
from switchctl.contract import commands
from switchctl.contract.names import Names

MEMORY_MS = 30_000
"""How far back a start looks for commands, at most."""

log = structlog.get_logger(__name__)


class CommandInbox:
    """``deliver`` is called with each command, in order."""

    def __init__(self, url: str, names: Names, place: Path, deliver: Callable[[commands.AnyCommand], None]) -> None:
        self._redis = client(url, blocking=True)
        self._names = names
        self._file = place
        self._place = b""
        self._deliver = deliver
        self.invalid = 0
        self.problem = "not connected to Redis yet"

    def run(self) -> None:
        """For ever; a greenlet's body."""
        pauses = Pauses()
        while True:
            try:
                self.begin()
                while True:
                    self.step()
                    pauses.reset()
            except RedisError as error:
                self.problem = f"Redis is away: {error}"
                gevent.sleep(pauses.next())
            except OSError as error:
                self.problem = f"the place in the command stream cannot be kept: {error.strerror}"
                log.error("commands wait, for their place cannot be kept on disk", problem=error.strerror)
                gevent.sleep(pauses.next())

    def begin(self) -> None:
        """Find the place to begin at; RedisError if Redis is away."""
        self._place = self._place or self._start()
        self.problem = ""

    def step(self) -> None:
        """Wait for commands for up to two seconds and hand them over."""
        answer: Any = self._redis.xread({self._names.commands: self._place}, count=100, block=BLOCK_MS)
        entries = _entries(answer)
        if not entries:
            return
        files.replace(self._file, entries[-1][0], flush=False)  # a lost host is away for longer than commands live
        self._redis.set(self._names.commands_place, entries[-1][0])
        self._place = entries[-1][0]
        for _, fields in entries:
            try:
                command = commands.decode((fields or {}).get(b"c", b""))
            except msgspec.DecodeError as error:
                self.invalid += 1
                log.warning("a command that cannot be understood is skipped", problem=str(error))
                continue
            self._deliver(command)

    def _start(self) -> bytes:
        seconds, micros = self._redis.time()
        now = int(seconds) * 1000 + int(micros) // 1000
        known: list[Any] = [files.read(self._file), self._redis.get(self._names.commands_place)]
        places = [(_key(place), place) for place in known if place]
        # No place, one that is too old, or one of a clock gone back: none of these.
        fitting = [(key, place) for key, place in places if now - MEMORY_MS <= key[0] <= now]
        return max(fitting)[1] if fitting else b"%d-0" % (now - MEMORY_MS)


def _key(place: bytes) -> tuple[int, int]:
    """(milliseconds, number) of a place; (0, 0) of what is none."""
    first, _, second = place.partition(b"-")
    return (int(first), int(second)) if first.isdigit() and second.isdigit() else (0, 0)


def _entries(answer: Any) -> list[tuple[bytes, dict[bytes, bytes] | None]]:
    """The entries of one stream; redis-py gives a list in protocol 2 and a mapping of lists in protocol 3."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [entry for part in next(iter(answer.values())) for entry in part]
    return list(answer[0][1])
