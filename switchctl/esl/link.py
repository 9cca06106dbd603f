"""One connection to the switch's event socket.

Theory of operation. Three greenlets serve a link. The *reader* cuts bytes into frames; replies are matched to
commands by their order, which is the order of sending, so both happen under one lock; events are queued. The
*dispatcher* hands queued events to the handlers, so a slow handler delays events but never a reply, and all
events that arrived before the end are handled before `on_down` is called. The *watch* drops the link when a
reply is overdue (a late one would be taken for the answer to the next command) and asks a silent peer whether
it lives. A link is used once; `node.Node` makes a new one after each end.
"""

import logging
import socket as plain_socket
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent
import msgspec
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Flag
from gevent.lock import RLock
from greenswitch.esl import InboundESL, NotConnectedError

from switchctl.esl import commands
from switchctl.esl.events import Event, EventError, decode_event, decode_plain
from switchctl.esl.frames import Frame, FrameError, FrameReader
from switchctl.esl.replies import Reply, reply_of
from switchctl.esl.values import whole_command

log = logging.getLogger(__name__)

#: Bytes asked for in one read. Larger buffers come fresh from the system for each read, and cost more than they save.
RECV = 128 * 1024
BACKLOG = 100_000  #: events waiting for their handlers; beyond it the link is dropped and its state read anew
_TURN = 100  # events handled before other greenlets get their turn

Handler = Callable[[Event], None]
Done = Callable[[Reply], None]


class LinkError(NotConnectedError):  # type: ignore[misc]  # greenswitch carries no types
    """The link is down, or did not come up."""


class LinkTimeout(LinkError):
    """The peer did not do its part in time."""


class AuthRefused(LinkError):
    """The secret is wrong."""


class Rejected(LinkError):
    """The switch's access list turns this host away (`text/rude-rejection`)."""


class ProtocolFault(LinkError):
    """The peer sent what cannot be understood."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds: to connect and be greeted, for a reply, and of silence after which the peer is asked."""

    connect_s: float = 5.0
    reply_s: float = 10.0
    silence_s: float = 25.0


TIMES = Times()


class Link(InboundESL):  # type: ignore[misc]  # greenswitch carries no types
    """A connection that logs in, answers commands in their order and hands events to handlers.

    `on_event` gets every event (further handlers by `register_handle`, by event name, subclass or `*`);
    `on_down(reason)` is called once, after the last event, if the link had been up.
    """

    def __init__(
        self,
        host: str,
        port: int,
        secret: str,
        on_event: Handler | None = None,
        on_down: Callable[[str], None] | None = None,
        times: Times = TIMES,
        backlog: int = BACKLOG,
    ) -> None:
        # The base class would keep the secret as a public attribute.
        super().__init__(host, port, password="", timeout=times.connect_s)
        self._login = commands.auth(secret)
        self._times = times
        self._backlog = backlog
        self._on_down = on_down
        self._sock: Any = None
        self._greeted = Flag()
        self._open = Flag()  # events may be handed out
        self._held = False
        self._wake = Flag()
        self.finished = Flag()
        self._events: deque[Event] = deque()
        self._slots: deque[tuple[Done, float]] = deque()
        self._sending = RLock()
        self._fault: LinkError | None = None
        self._farewell = ""
        self._was_up = False
        self._heard = 0.0
        self._greenlets: list[Any] = []
        self.bad_events = 0
        if on_event:
            self.register_handle("*", on_event)

    # --- life ----------------------------------------------------------------------------------------------

    def connect(self, hold: bool = False) -> None:
        """Connect and log in, or raise a LinkError. With `hold` no event is handed out before `deliver`."""
        if self._sock or self._fault:
            raise LinkError("a link is used once")
        self._held = hold
        try:
            self._sock = socket.create_connection((self.host, self.port), timeout=self._times.connect_s)
        except TimeoutError:
            self._fault = LinkTimeout("no connection in time")
            raise self._fault from None
        except OSError as error:
            self._fault = LinkError(f"cannot connect: {error.strerror or error}")
            raise self._fault from None
        self._sock.settimeout(None)
        _keep_alive(self._sock)
        self._heard = monotonic()
        self.connected = True
        self._greenlets = [gevent.spawn(step) for step in (self._read, self._dispatch, self._watch)]
        if not self._greeted.wait(self._times.connect_s):
            self.drop(LinkTimeout("no greeting in time"))
        reply = self.ask(self._login)
        if reply.text.startswith("-ERR"):
            # The switch closes after this answer, and that may have been noticed already.
            self.drop(refused := AuthRefused("the switch refuses the secret"))
            raise refused
        if self._fault:
            raise self._fault
        self._was_up = True
        if not hold:
            self.deliver()

    def deliver(self) -> None:
        """Let the events go, those held back first."""
        self._held = False
        self._open.set()

    def drop(self, fault: LinkError) -> None:
        """End the link at once. Every pending command gets a reply with ok False."""
        if self._fault:
            return
        self._fault = fault
        self.connected = False
        if self._sock:
            self._sock.close()
        for flag in (self._greeted, self._open, self._wake):
            flag.set()
        while self._slots:
            done, _ = self._slots.popleft()
            _guard(done, Reply(ok=False, text=str(fault)))

    def stop(self) -> None:
        """Say `exit` and end. May be called from a handler, twice, and before `connect`."""
        if self.connected:
            with gevent.Timeout(1, False):
                self.post(commands.exit_(), _ignore)
        self.drop(LinkError("stopped"))
        if not self.inside:
            gevent.joinall(self._greenlets, timeout=1)

    @property
    def inside(self) -> bool:
        """Whether the caller runs in one of this link's own greenlets, and so must not wait for their end."""
        return gevent.getcurrent() in self._greenlets

    @property
    def reason(self) -> str:
        """Why the link is down; empty while it is not."""
        return str(self._fault) if self._fault else ""

    # --- commands ------------------------------------------------------------------------------------------

    def post(self, data: bytes, done: Done) -> None:
        """Send one whole command; `done` gets its reply in the reader's greenlet, so it must not block."""
        whole_command(data)
        with self._sending:
            if not self._fault and self.connected:
                self._slots.append((done, monotonic() + self._times.reply_s))
                try:
                    self._sock.sendall(data)
                except OSError as error:
                    self.drop(LinkError(f"cannot send: {error.strerror or error}"))
                return
        _guard(done, Reply(ok=False, text=self.reason or "not connected"))

    def ask(self, data: bytes) -> Reply:
        """Send one whole command and wait for its reply; a dead link answers too, so this always returns."""
        answer: Any = AsyncResult()
        self.post(data, answer.set)
        reply: Reply = answer.get()
        return reply

    send = ask

    # --- the three greenlets -------------------------------------------------------------------------------

    def _read(self) -> None:
        reader = FrameReader()
        try:
            while not self._fault:
                data = self._sock.recv(RECV)
                if not data:
                    reader.eof()
                    raise LinkError(self._farewell or "the switch closed the connection")
                self._heard = monotonic()
                self._frames(reader, data)
                gevent.sleep(0)  # a stream that never ends must not starve the other greenlets
        except LinkError as fault:
            self.drop(fault)
        except FrameError as fault:
            self.drop(ProtocolFault(str(fault)))
        except OSError as error:
            self.drop(LinkError(f"connection lost: {error.strerror or error}"))

    def _frames(self, reader: FrameReader, data: bytes) -> None:
        try:
            frames = reader.feed(data)
        except FrameError as fault:
            for frame in fault.frames:
                self._frame(frame)
            raise
        for frame in frames:
            self._frame(frame)

    def _frame(self, frame: Frame) -> None:
        kind = frame.content_type
        if kind == "text/event-json" or kind == "text/event-plain":
            self._event(frame, decode_event if kind == "text/event-json" else decode_plain)
        elif kind == "command/reply":
            self._reply(frame.reply_text)
        elif kind == "api/response":
            self._reply(frame.body.decode("utf-8", "replace"))
        elif kind == "auth/request":
            self._greeted.set()
        elif kind == "text/disconnect-notice":
            self._farewell = "the switch said goodbye"
        elif kind == "text/rude-rejection":
            raise Rejected("the switch rejects this host")
        elif not kind:
            raise ProtocolFault("a frame without Content-Type")
        # Anything else, such as log/data, was not asked for and does no harm.

    def _event(self, frame: Frame, decode: Callable[[bytes], Event]) -> None:
        try:
            event = decode(frame.body)
        except EventError as error:
            self.bad_events += 1  # its frame was whole, so the stream is sound
            log.warning("an event that cannot be read: %s", error)
            return
        self._events.append(event)
        self._wake.set()
        if len(self._events) > self._backlog:
            raise LinkError("the handlers are too slow")

    def _reply(self, text: str) -> None:
        if not self._slots:
            raise ProtocolFault("a reply that nobody asked for")
        done, _ = self._slots.popleft()
        _guard(done, reply_of(text))

    def _dispatch(self) -> None:
        self._open.wait()
        turn = 0
        while True:
            while self._events and not self._held:
                self._deliver(self._events.popleft())
                turn += 1
                if turn % _TURN == 0:
                    gevent.sleep(0)
            if self._fault:
                break
            self._wake.clear()
            self._wake.wait()
        self._events.clear()
        self.finished.set()
        if self._was_up and self._on_down:
            _guard(self._on_down, self.reason)

    def _deliver(self, event: Event) -> None:
        key = event.subclass if event.name == "CUSTOM" else event.name
        for name in (key, "*"):
            for handler in tuple(self.event_handlers.get(name, ())):
                _guard(handler, event)

    def _watch(self) -> None:
        times = self._times
        tick = min(0.5, times.reply_s / 4, times.silence_s / 4)
        while not self._fault:
            self.finished.wait(tick)
            now = monotonic()
            if self._slots:
                if now > self._slots[0][1]:
                    self.drop(LinkTimeout("no reply in time"))
            elif self._was_up and now - self._heard > times.silence_s:
                # Half-open connections look like quiet ones; the reply, or its time-out, tells.
                self.post(commands.status(), _ignore)


def _guard(call: Callable[[Any], None], value: Any) -> None:
    """Call what others gave us. Their fault is logged without the value: it holds numbers and names."""
    try:
        call(value)
    except Exception:
        log.exception("a handler failed: %r", getattr(call, "__qualname__", type(call).__name__))


def _ignore(_: Reply) -> None:
    pass


def _keep_alive(sock: Any) -> None:
    sock.setsockopt(plain_socket.IPPROTO_TCP, plain_socket.TCP_NODELAY, 1)
    sock.setsockopt(plain_socket.SOL_SOCKET, plain_socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(plain_socket, option):  # not on every system
            sock.setsockopt(plain_socket.IPPROTO_TCP, getattr(plain_socket, option), value)
