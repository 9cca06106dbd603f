"""Outbound sockets: the switch connects for each call and holds the call as long as the socket is open.

The socket is a lease and nothing more. It carries `connect`, `linger` and at the end `exit`; everything that
happens to the call goes over the command link. When the daemon dies its sockets close, and the switch itself
moves the calls on.
"""

import logging
import socket as plain_socket
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from itertools import count
from time import monotonic
from typing import Any

import gevent
import msgspec
from gevent import socket
from greenswitch.esl import OutboundESLServer

from switchctl.esl import commands
from switchctl.esl.events import Event, EventError, decode_plain
from switchctl.esl.frames import Frame, FrameError, FrameReader
from switchctl.esl.replies import reply_of

log = logging.getLogger(__name__)

_PAUSE_S = 0.1  # after an accept that failed, so that a full table of files does not spin
_FAREWELL_S = 1.0  # for the switch to close after `exit`


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`peers`: addresses or networks that may connect. `handshake_s`: time for the answer to `connect`.
    `header_limit`: bytes of that answer, which holds all variables, url-encoded: a caller can make it long."""

    peers: tuple[str, ...] = ("127.0.0.0/8", "::1")
    handshake_s: float = 3.0
    linger_s: int = 5
    header_limit: int = 1024 * 1024


LIMITS = Limits()


class Lease(msgspec.Struct, frozen=True):
    """A call that the switch put into our hands. `event` is the answer to `connect`, with all its variables
    (`cc_stage` tells the dialplan's stage). One call may hold several leases, each with its own id."""

    uuid: str
    connection_id: int
    event: Event
    core_uuid: str


class LeaseServer(OutboundESLServer):  # type: ignore[misc]  # greenswitch carries no types
    """Listens for the switch's connections; any number of them.

    `on_open(Lease)` after the handshake, `on_close(uuid, connection_id, reason)` once for each of those; the
    reason is `released` (by us), `hangup` (the call had ended) or what broke the connection. Neither may block.
    `may_take()` is asked, and may block, before a word is said to a connection: the system accepts connections also
    for a process that is stopped. If it says no, the call goes on to the next stage.
    """

    def __init__(
        self,
        host: str,
        port: int,
        on_open: Callable[[Lease], None],
        on_close: Callable[[str, int, str], None],
        limits: Limits = LIMITS,
        may_take: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(host, port, application=Lease)
        self._on_open = on_open
        self._on_close = on_close
        self._limits = limits
        self._may_take = may_take
        self._peers = [ip_network(peer) for peer in limits.peers]
        self._ids = count(1)
        self._handshakes: dict[_Connection, None] = {}
        self._open: dict[str, list[_Connection]] = {}
        self._accepting: Any = None
        self.refused = 0  #: connections that did not become a lease

    def start(self) -> int:
        """Listen, and return the port. OSError if it is taken."""
        host, port = self.bind_address, self.bind_port[0]
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.server = socket.socket(family, socket.SOCK_STREAM)
        self.server.setsockopt(plain_socket.SOL_SOCKET, plain_socket.SO_REUSEADDR, 1)
        try:
            self.server.bind((host, port))
            self.server.listen(1024)
        except OSError:
            self.server.close()
            raise
        self.bound_port = self.server.getsockname()[1]
        self._running = True
        self._accepting = gevent.spawn(self._accept, self.server)
        return int(self.bound_port)

    def listen(self) -> None:
        """Listen until `stop_listening`."""
        self.start()
        self._accepting.join()

    def stop_listening(self) -> None:
        """Take no more calls: the switch goes on to the next host. Leases stay."""
        self._running = False
        if self.server:
            self.server.close()
            self.server = None

    stop = stop_listening

    def release(self, uuid: str) -> None:
        """Say `exit` on all connections of a call and close them; in the background."""
        for connection in self._open.get(uuid, ()):
            gevent.spawn(connection.release)

    def close_all(self) -> None:
        """Drop every connection: the switch moves each waiting call on to its next stage."""
        for connections in list(self._open.values()):
            for connection in list(connections):
                connection.close("handed back")
        for connection in list(self._handshakes):
            connection.close("handed back")

    @property
    def count(self) -> int:
        """Leases that are open."""
        return sum(map(len, self._open.values()))

    def _accept(self, server: Any) -> None:
        while self._running:
            try:
                sock, address = server.accept()
            except OSError as error:
                # No file left, or the peer gone already: neither may end the server.
                if self._running:
                    log.warning("accept failed: %s", error.strerror or error)
                    gevent.sleep(_PAUSE_S)
                continue
            if self._allowed(address[0]):
                gevent.spawn(self._serve, _Connection(next(self._ids), sock, self._limits))
            else:
                self.refused += 1
                log.warning("a connection from %s, which may not connect", address[0])
                sock.close()

    def _allowed(self, address: str) -> bool:
        ip = ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return any(ip in network for network in self._peers)

    def _serve(self, connection: "_Connection") -> None:
        self._handshakes[connection] = None
        try:
            if not self._may_take():
                raise OSError("calls are not ours to take now")
            lease = connection.handshake()
        except (OSError, FrameError, EventError) as error:
            self.refused += 1
            connection.close(str(error))
            log.warning("an outbound socket that is no call: %s", connection.reason)
            return
        finally:
            self._handshakes.pop(connection, None)
        self._open.setdefault(lease.uuid, []).append(connection)
        try:
            _guard(self._on_open, lease)
            connection.hold()
        finally:
            connection.close("failed")
            mine = self._open[lease.uuid]
            mine.remove(connection)
            if not mine:
                del self._open[lease.uuid]
            _guard(self._on_close, lease.uuid, lease.connection_id, connection.reason)


class _Connection:
    """One outbound socket."""

    def __init__(self, connection_id: int, sock: Any, limits: Limits) -> None:
        self.id = connection_id
        self.reason = ""
        self._sock = sock
        self._limits = limits
        self._reader = FrameReader(header_limit=limits.header_limit)

    def handshake(self) -> Lease:
        """Say `connect` and `linger` in one, read the channel. OSError (time-out too), FrameError, EventError."""
        deadline = monotonic() + self._limits.handshake_s
        self._sock.settimeout(self._limits.handshake_s)
        self._sock.sendall(commands.connect() + commands.linger(self._limits.linger_s))
        frames: list[Frame] = []
        while not frames:
            self._sock.settimeout(max(0.001, deadline - monotonic()))
            data = self._sock.recv(65536)
            if not data:
                raise OSError("closed before the answer to connect")
            frames = self._reader.feed(data)
        if not reply_of(frames[0].reply_text).ok:
            raise EventError("no channel behind it")
        event = decode_plain(frames[0].head)
        if not event.uuid:
            raise EventError("a channel without a uuid")
        for frame in frames[1:]:
            self._frame(frame)
        self._sock.settimeout(None)
        return Lease(event.uuid, self.id, event, event.core_uuid)

    def hold(self) -> None:
        """Read until the connection ends; `reason` tells why."""
        try:
            while data := self._sock.recv(65536):
                for frame in self._reader.feed(data):
                    self._frame(frame)
            self.close("dropped by the switch")
        except (OSError, FrameError) as error:
            self.close(str(error))

    def _frame(self, frame: Frame) -> None:
        # Last events may still follow the notice; only the end of the connection ends the lease.
        if frame.headers.get("Content-Disposition") == "linger" and not self.reason:
            self.reason = "hangup"

    def release(self) -> None:
        """Say `exit` and give the switch a moment to close first."""
        self.reason = self.reason or "released"
        gevent.spawn_later(_FAREWELL_S, self._sock.close)
        try:
            self._sock.sendall(commands.exit_())
        except OSError:
            pass  # gone already

    def close(self, reason: str) -> None:
        """Close at once."""
        self.reason = self.reason or reason
        self._sock.close()


def _guard(call: Callable[..., None], *values: Any) -> None:
    try:
        call(*values)
    except Exception:
        log.exception("a handler failed")
