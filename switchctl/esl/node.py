"""One switch: a link that listens and a link that commands, kept up.

Two, because the switch reads a command byte by byte and sends no event on that connection meanwhile, and runs
`api` in the same thread.
"""

import logging
import random
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Flag
from gevent.queue import Queue

from switchctl.esl import commands
from switchctl.esl.backoff import Backoff
from switchctl.esl.events import Event
from switchctl.esl.link import TIMES, AuthRefused, Done, Link, LinkError, LinkTimeout, Times
from switchctl.esl.replies import Reply
from switchctl.esl.values import whole_command

log = logging.getLogger(__name__)

COMMANDS_WAITING = 20_000  #: beyond it a command is refused at once
_SETTLED_S = 5.0  # a session shorter than this counts as a failed attempt for the back-off


class Node:
    """Keeps both links of a switch up, from `start` to `stop`.

    `on_up(name, core_uuid)` when both are up, before the first event; a new `core_uuid` means that the switch
    was restarted and all its legs are gone. `on_down(name, reason)` once for each `on_up`, after the last
    event. `on_event(name, event)` for each event. None of them may block.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        secret: str,
        on_event: Callable[[str, Event], None],
        on_up: Callable[[str, str], None],
        on_down: Callable[[str, str], None],
        times: Times = TIMES,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self.error = ""  #: why the last attempt failed or the last session ended; empty while up
        self.attempts = 0
        self._link = partial(Link, host, port, secret, times=times)
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._backoff = backoff or Backoff(random.Random())
        self._stopping = Flag()
        self._command: Any = None  # the command link while both are up
        self._links: list[Link] = []
        self._session = 0
        self._queue: Any = Queue()
        self._greenlets: list[Any] = []

    @property
    def up(self) -> bool:
        """Whether both links are up."""
        return self._command is not None

    def start(self) -> None:
        """Begin to connect, in the background, and go on until `stop`."""
        self._greenlets = [gevent.spawn(self._keep_up), gevent.spawn(self._send)]

    def stop(self) -> None:
        """Close both links and end; may be called from a handler. What still waits to be sent is refused."""
        self._stopping.set()
        self._queue.put(None)
        for link in self._links:
            link.stop()
        if gevent.getcurrent() not in self._greenlets and not any(link.inside for link in self._links):
            gevent.joinall(self._greenlets, timeout=3)

    def command(self, data: bytes, done: Done | None = None, may: Callable[[], bool] | None = None) -> None:
        """Queue one whole command. Never blocks; `done` gets the reply, or ok False when the link is down.

        A command is never sent on a later session than the one it was given in: by then it may be wrong. Nor is it
        when ``may``, asked as its turn comes, says no: it may have waited while the whole process was stopped.
        """
        whole_command(data)
        if self._queue.qsize() >= COMMANDS_WAITING:
            gevent.spawn(_tell, done, "too many commands waiting")
            return
        self._queue.put((self._session if self._command else -1, data, done, may))

    def ask(self, data: bytes, timeout: float = 10.0) -> str:
        """Send one whole command and wait for the text of its reply, good or bad. For tools; LinkError."""
        answer: Any = AsyncResult()
        self.command(data, answer.set)
        try:
            reply: Reply = answer.get(timeout=timeout)
        except gevent.Timeout:
            raise LinkTimeout("no reply in time") from None
        if not reply.ok and not self.up:
            raise LinkError(reply.text)
        return reply.text

    def _send(self) -> None:
        while True:
            item = self._queue.get()
            if item is None:
                break
            session, data, done, may = item
            link = self._command
            if link is None or session != self._session:
                _tell(done, "the link is down")
            elif may and not may():
                _tell(done, "it may not be said any more")
            else:
                link.post(data, done or _ignore)
        while self._queue.qsize():
            item = self._queue.get()
            if item:
                _tell(item[2], "stopped")

    def _keep_up(self) -> None:
        while not self._stopping.is_set():
            began = monotonic()
            self.attempts += 1
            refused = False
            try:
                self._one_session()
            except LinkError as fault:
                refused = isinstance(fault, AuthRefused)
                if str(fault) != self.error:  # the same failure is said once, not at each attempt
                    log.warning("node %s: %s", self.name, fault)
                self.error = str(fault)
            if monotonic() - began > _SETTLED_S:
                self._backoff.reset()
            self._stopping.wait(self._backoff.next(refused))

    def _one_session(self) -> None:
        """Connect both links, serve until the first goes down, tell; LinkError with the reason."""
        first_down: Any = AsyncResult()
        command = self._link(on_down=first_down.set)
        listener = self._link(on_event=self._handle, on_down=first_down.set)
        self._links = [listener, command]
        try:
            core_uuid = self._connect(listener, command)
            self._session += 1
            self._command = command
            self.error = ""
            log.info("node %s: up, core %s", self.name, core_uuid)
            _guard(self._on_up, self.name, core_uuid)
            listener.deliver()
            reason = first_down.get()
        finally:
            was_up, self._command = self._command is not None, None
            for link in self._links:
                link.stop()
            if was_up:
                listener.finished.wait()  # its last events come before the news that it is down
        _guard(self._on_down, self.name, reason)
        raise LinkError(reason)

    def _connect(self, listener: Link, command: Link) -> str:
        command.connect()
        listener.connect(hold=True)
        for order in (*commands.filters(), commands.events()):
            reply = listener.ask(order)
            if not reply.ok:
                raise LinkError(f"no events: {reply.text}")
        core = command.ask(commands.global_get("core_uuid"))
        if not core.ok:
            raise LinkError(f"no core uuid: {core.text}")
        if self._stopping.is_set():
            raise LinkError("stopped")
        return core.text

    def _handle(self, event: Event) -> None:
        self._on_event(self.name, event)


def _guard(call: Callable[[str, str], None], name: str, text: str) -> None:
    try:
        call(name, text)
    except Exception:
        log.exception("node %s: a handler failed", name)


def _tell(done: Done | None, text: str) -> None:
    if done:
        try:
            done(Reply(ok=False, text=text))
        except Exception:
            log.exception("a handler failed")


def _ignore(_: Reply) -> None:
    pass
