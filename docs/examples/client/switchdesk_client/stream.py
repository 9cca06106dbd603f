"""Server-sent events: reading them, and going on where a connection broke."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from .events import Event
from .patience import NOTHING_DONE, PERHAPS_DONE, Patience, retry_after
from .problems import Unreachable, problem_of
from .transport import NoAnswer, Opened

Open = Callable[[int | None], AbstractContextManager[Opened]]
"""Opens the stream behind a number; None: at the newest."""


@dataclass
class _Message:
    id: int | None = None
    kind: str = ""
    data: str = ""


class Events:
    """Iterate over it, for ever. ``last``: up to where all was told; also heartbeats move it.

    Raises Problem when the token may not follow any more (``NotAllowed``) or what follows is not kept (``Gone``), and
    Unreachable after as many tries as ``patience`` has without a single message.
    """

    def __init__(
        self, open_at: Open, *, after: int | None, patience: Patience, sleep: Callable[[float], object],
        chance: Callable[[], float],
    ) -> None:  # fmt: skip
        self._open, self._patience, self._sleep, self._chance = open_at, patience, sleep, chance
        self.last = after
        self.opened = self.heard = 0
        """How often a connection was opened; how many messages came, heartbeats too."""

    def __iter__(self) -> Iterator[Event]:
        tried = 0
        while True:
            asked, why = None, "the stream was closed"
            try:
                with self._open(self.last) as stream:
                    if stream.status == 200:
                        self.opened += 1
                        for message in _messages(stream.lines):
                            tried, self.heard = 0, self.heard + 1
                            yield from self._told(message)
                    else:
                        asked, why = self._refused(stream), f"HTTP {stream.status}"
            except NoAnswer as error:
                why = str(error)
            tried += 1
            wait = self._patience.wait(tried, asked, self._chance())
            if wait is None:
                raise Unreachable(why, unknown=False)
            self._sleep(wait)

    def _told(self, message: _Message) -> Iterator[Event]:
        said: Any = json.loads(message.data)
        if message.kind == "ended":
            raise problem_of(int(said["status"]), said)
        if message.kind != "heartbeat":
            yield Event.of(said)
        if message.id is not None:
            self.last = message.id  # behind the yield: one that was not dealt with is told again

    def _refused(self, stream: Opened) -> float | None:
        said = b"".join(stream.lines)
        seconds = retry_after(stream.headers)
        if stream.status in NOTHING_DONE | PERHAPS_DONE:
            return seconds
        try:
            body = json.loads(said)
        except ValueError:
            body = None
        raise problem_of(stream.status, body, seconds)


def _messages(lines: Iterable[bytes]) -> Iterator[_Message]:
    """A message ends with an empty line; one that was cut off by the end is none."""
    message = _Message()
    for line in lines:
        name, _colon, value = line.decode().rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if not name and not _colon:
            if message.data:
                yield message
            message = _Message()
        elif name == "id" and value.isdecimal():
            message.id = int(value)
        elif name == "event":
            message.kind = value
        elif name == "data":
            message.data += ("\n" if message.data else "") + value
