"""A road on which alarms are told: its own thread and queue, so that nobody waits for a slow receiver.

A message that cannot be delivered is tried again, later and later; the others do not wait for it. What is not delivered
within ``give_up_s`` is given up and logged: the log and the page have it anyway.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from crm.alarms.messages import Message

log = logging.getLogger(__name__)

MOST = 500
"""Messages that wait; beyond that the oldest are given up."""


class NotDelivered(Exception):
    """``str()`` says why, without secrets."""


@dataclass(order=True)
class _Waiting:
    due: float
    begun: float
    tries: int = 0
    message: Message = field(compare=False, kw_only=True)


class Channel:
    """``send`` delivers a message or raises NotDelivered. ``pauses``: seconds before the second, third … try."""

    def __init__(
        self,
        name: str,
        send: Callable[[Message], None],
        pauses: tuple[float, ...] = (1, 2, 5, 15, 30, 60),
        give_up_s: float = 1800,
    ) -> None:
        self.name = name
        self._send = send
        self._pauses = pauses
        self._give_up_s = give_up_s
        self._waiting: list[_Waiting] = []
        self._changed = threading.Condition()
        self._busy = self._closing = False
        self._last = False
        """The try under way began after ``close``: what was under way before gets one more, too."""
        self._thread = threading.Thread(target=self._run, name=f"alarms by {name}", daemon=True)
        self._thread.start()

    def put(self, message: Message) -> None:
        """Returns at once."""
        now = time.monotonic()
        with self._changed:
            self._waiting.append(_Waiting(now, now, message=message))
            if len(self._waiting) > MOST:
                self._give_up(self._waiting.pop(0), "too many wait")
            self._changed.notify()

    def close(self, seconds: float) -> None:
        """Gives what waits one more try, for so long."""
        deadline = time.monotonic() + seconds
        with self._changed:
            for waiting in self._waiting:
                waiting.due = 0.0
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not (self._waiting or self._busy), max(0.0, deadline - time.monotonic()))
            for waiting in self._waiting:
                self._give_up(waiting, "the watch ends")
            self._waiting.clear()

    def _run(self) -> None:
        while True:
            with self._changed:
                waiting = self._next()
            problem = self._try(waiting.message)
            with self._changed:
                self._busy = False
                if problem:
                    self._again(waiting, problem)
                self._changed.notify_all()

    def _next(self) -> _Waiting:
        while True:
            now = time.monotonic()
            self._waiting.sort()
            if self._waiting and self._waiting[0].due <= now:
                self._busy = True
                self._last = self._closing
                return self._waiting.pop(0)
            self._changed.wait(self._waiting[0].due - now if self._waiting else None)

    def _try(self, message: Message) -> str:
        try:
            self._send(message)
        except NotDelivered as error:
            return str(error) or "it was not taken"
        except Exception as error:  # a fault of ours must not end the thread, and with it the road
            log.exception("a message could not be made")
            return type(error).__name__
        return ""

    def _again(self, waiting: _Waiting, problem: str) -> None:
        waiting.tries += 1
        now = time.monotonic()
        if self._last or now - waiting.begun > self._give_up_s:
            self._give_up(waiting, problem)
            return
        pause = 0 if self._closing else self._pauses[min(waiting.tries, len(self._pauses)) - 1]
        log.warning("%s was not told by %s, again in %.0f s: %s", waiting.message, self.name, pause, problem)
        waiting.due = now + pause
        self._waiting.append(waiting)

    def _give_up(self, waiting: _Waiting, problem: str) -> None:
        log.error("%s was not told by %s and is given up: %s", waiting.message, self.name, problem)
