"""Sockets in memory. Bytes of one connection come in order, after a delay; connections overtake each other.

Faults act upon a connection (cut after so many bytes, half open, slow) or on an address (nobody can get there).
"""

import errno
import os
import random
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event as Flag

from tests.proofs.virtual.loop import Process, current, loop

Address = tuple[str, int]


class Wire:
    """All sockets. ``chance`` decides the delays."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.listening: dict[Address, Socket] = {}
        self.open: list[Socket] = []
        self.unreachable: set[int] = set()
        """Ports to which no packet gets."""
        self.heard: Callable[[Socket, bytes], None] | None = None
        """Told of all that is sent."""
        self._ports = 40_000

    def latency(self) -> float:
        return self.chance.choice((0.0002, 0.0004, 0.0008, 0.002, 0.006))

    def port(self) -> int:
        self._ports += 1
        return self._ports

    def between(self, process: Process, port: int | None = None) -> "list[Socket]":
        """The live connections of a process, by its own ends; ``port``: only those that it made to that port."""
        mine = [sock for sock in self.open if sock.process is process and sock.other is not None]
        return [sock for sock in mine if port is None or sock.peer[1] == port]

    def forget(self, process: Process) -> None:
        """It was killed: the system closes its sockets."""
        for sock in [sock for sock in self.open if sock.process is process]:
            sock.vanish()


wire = Wire(0)


def renew(seed: int) -> Wire:
    """A new network."""
    global wire
    wire = Wire(seed)
    return wire


class Socket:
    """One end of a connection, or a listener. ``process`` is who holds it."""

    def __init__(self, *_: Any) -> None:
        self.process = current()
        self.mine: Address = ("127.0.0.1", 0)
        self.peer: Address = ("127.0.0.1", 0)
        self.other: Socket | None = None
        self.lag = 0.0
        """Seconds more that its bytes need."""
        self.shreds = 0
        """Its bytes travel in pieces of this size; 0: as they were sent."""
        self.dead = False
        """Half open: nothing gets out any more, and nobody is told."""
        self.fuse: tuple[int, Callable[[], None]] | None = None
        """After so many bytes more that are sent, call this."""
        self._timeout: float | None = None
        self._in: deque[bytes] = deque()
        self._end: OSError | None | bool = False  # True: closed in order; an error: broken
        self._closed = False
        self._news = Flag()
        self._last = 0.0
        self._backlog: deque[Socket] = deque()

    # --- the interface of a socket

    def setsockopt(self, *_: Any) -> None:
        pass

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def getsockname(self) -> Address:
        return self.mine

    def getpeername(self) -> Address:
        return self.peer

    def bind(self, address: Address) -> None:
        if address in wire.listening:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        self.mine = address

    def listen(self, _: int = 0) -> None:
        wire.listening[self.mine] = self
        wire.open.append(self)

    def accept(self) -> "tuple[Socket, Address]":
        while not self._backlog:
            self._wait(None)
        sock = self._backlog.popleft()
        return sock, sock.peer

    def recv(self, size: int) -> bytes:
        while not self._in:
            if self._end is True:
                return b""
            if self._end:
                raise self._end
            self._wait(self._timeout)
        data = self._in.popleft()
        if len(data) > size:
            self._in.appendleft(data[size:])
        return data[:size]

    def sendall(self, data: bytes) -> None:
        if self._closed:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        if isinstance(self._end, OSError) or self.other is None:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        data, burnt = bytes(data), None
        if wire.heard is not None:
            wire.heard(self, data)
        if self.fuse is not None:
            left, act = self.fuse
            self.fuse = (left - len(data), act)
            if left <= len(data):
                data, burnt, self.fuse = data[:left], act, None
        self._carry(data)
        if burnt is not None:
            burnt()
            if self.process is not None and not self.process.alive:
                gevent.get_hub().switch()  # its last instruction

    def shutdown(self, _: int) -> None:
        self.close()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self in wire.open:
            wire.open.remove(self)
        if wire.listening.get(self.mine) is self:
            del wire.listening[self.mine]
            for sock in self._backlog:
                sock.close()
        self._carry(True)
        self._news.set()

    # --- inside

    def _wait(self, timeout: float | None) -> None:
        if self._closed:
            raise OSError(errno.EBADF, "the socket is closed")
        self._news.clear()
        if not self._news.wait(timeout):
            raise TimeoutError("timed out")
        if self._closed:
            raise OSError(errno.EBADF, "closed meanwhile")

    def _carry(self, what: Any) -> None:
        other = self.other
        if other is None or self.dead:
            return
        pieces = [what]
        if self.shreds and isinstance(what, bytes):
            pieces = [what[at : at + self.shreds] for at in range(0, min(len(what), 400), self.shreds)]
            pieces += [what[len(b"".join(pieces)) :]]
        for piece in pieces:
            self._last = max(self._last + 1e-7, loop().time + wire.latency() + self.lag)
            _outside(self._last, other._arrive, piece)

    def _arrive(self, what: Any) -> None:
        if self._closed or self.dead:
            return
        if isinstance(what, bytes):
            if what:
                self._in.append(what)
        elif self._end is False:
            self._end = what
        self._wake()

    def _wake(self) -> None:
        with loop().on_behalf(self.process):
            self._news.set()

    # --- what happens to it

    def cut(self) -> None:
        """The connection is reset, for both ends, now."""
        for end in (self, self.other):
            if end is not None and not end._closed:
                end._end = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
                end._in.clear()
                end._wake()

    def half_open(self) -> None:
        """Neither side hears the other any more."""
        for end in (self, self.other):
            if end is not None:
                end.dead = True

    def vanish(self) -> None:
        """Its process is gone: the other side hears the end, after what was sent before."""
        if wire.listening.get(self.mine) is self:
            del wire.listening[self.mine]
        for sock in self._backlog:
            sock.vanish()
        if self in wire.open:
            wire.open.remove(self)
        self._carry(True)
        self._closed = True
        loop().buried.append(self)


def _outside(at: float, deed: Callable[..., Any], *args: Any) -> None:
    """As the network, whoever asks."""
    due = loop().at(at, deed, *args)
    due.process = None


def connect(address: Address, timeout: float | None = None, **_: Any) -> Socket:
    """gevent.socket.create_connection."""
    gevent.sleep(wire.latency())
    listener = wire.listening.get((address[0], address[1]))
    if address[1] in wire.unreachable:
        gevent.sleep(timeout or 20.0)
        raise TimeoutError("timed out")
    if listener is None:
        raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    near, far = Socket(), Socket()
    far.process = listener.process
    near.mine, near.peer = ("127.0.0.1", wire.port()), address
    far.mine, far.peer = address, near.mine
    near.other, far.other = far, near
    wire.open += [near, far]
    listener._backlog.append(far)
    listener._wake()
    return near


class Server:
    """gevent.server.StreamServer, as far as the simulated switch uses it."""

    def __init__(self, address: Address, handle: Callable[[Socket, Address], None]) -> None:
        self._address, self._handle = address, handle
        self._socket: Socket | None = None
        self.server_port = address[1]

    def start(self) -> None:
        self._socket = Socket()
        self._socket.bind(self._address)
        self._socket.listen()
        gevent.spawn(self._accept, self._socket)

    def _accept(self, listener: Socket) -> None:
        while True:
            try:
                sock, address = listener.accept()
            except OSError:
                return
            gevent.spawn(self._handle, sock, address)

    def stop(self, timeout: float | None = None) -> None:
        if self._socket is not None:
            self._socket.close()
