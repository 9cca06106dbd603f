"""One connection of the event socket: frames in, replies and events out, in the order of the real switch.

Replies come strictly in the order of the commands. While a command runs, no event goes out on its connection
(the real switch runs `api` in the connection's own thread): events are held and follow the reply.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import gevent
from gevent.queue import Queue

from .events import Event
from .subscription import Subscription

if TYPE_CHECKING:
    from .switch import Switch

GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
LONGEST = 8 << 20


def _length(text: str) -> int:
    """A Content-Length that is no number is none."""
    return int(text) if text.isdigit() else 0


class Command:
    """A frame of the controller: its first line, its other headers and its body."""

    def __init__(self, line: str, headers: dict[str, str], body: str, raw: str) -> None:
        self.line = line
        self.headers = headers
        self.body = body
        self.raw = raw
        verb, _, self.rest = line.partition(" ")
        self.verb = verb.lower()


class Link:
    """A connection with its writer. `kind` is inbound or outbound, for the fault commands."""

    kind = "inbound"

    def __init__(self, switch: Switch, sock: socket.socket) -> None:
        self.switch = switch
        self.sock = sock
        self.listens = Subscription()
        self.closed = False
        self.half_open = False
        self.spared = False  # it said `sim kill` or `sim halfopen` itself
        self._held: list[bytes] | None = None
        self._out: Queue = Queue()
        self._in = bytearray()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writer = gevent.spawn(self._write)

    # -- in

    def read(self) -> Command | None:
        """The next command; None when the controller is gone."""
        while True:
            end = self._in.find(b"\n\n")
            if end >= 0:
                head = bytes(self._in[:end]).decode("utf-8", "surrogateescape")
                lines = head.lstrip("\n").replace("\r", "").split("\n")
                headers = {}
                for line in lines[1:]:
                    name, _, value = line.partition(":")
                    headers[name.strip().lower()] = value.strip()
                length = _length(headers.get("content-length") or "0")
                if not self._fill(end + 2 + length):
                    return None
                body = bytes(self._in[end + 2 : end + 2 + length]).decode("utf-8", "surrogateescape")
                del self._in[: end + 2 + length]
                if not lines[0].strip():
                    continue
                return Command(lines[0].strip(), headers, body, head + "\n\n" + body)
            if not self._fill(len(self._in) + 1):
                return None

    def _fill(self, size: int) -> bool:
        while len(self._in) < size:
            try:
                data = self.sock.recv(65536)
            except OSError:
                return False
            if not data or len(self._in) > LONGEST:
                return False
            if self.half_open:
                continue
            self._in += data
        return True

    # -- out

    def send(self, text: str | bytes) -> None:
        self._out.put(text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text)

    def reply(self, text: str, **extra: str) -> None:
        lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in extra.items())
        self.send(f"Content-Type: command/reply\nReply-Text: {text}\n{lines}\n")

    def response(self, body: str) -> None:
        raw = body.encode("utf-8", "surrogateescape")
        self.send(f"Content-Type: api/response\nContent-Length: {len(raw)}\n\n".encode() + raw)

    def hold(self) -> None:
        """A command starts: events wait for its reply."""
        self._held = []

    def release(self) -> None:
        held, self._held = self._held, None
        for data in held or ():
            self._out.put(data)

    def offer(self, event: Event, frames: dict[str, bytes]) -> None:
        """An event of the switch; it goes out if this connection listens to it and no fault takes it."""
        if not self.closed and self.listens.wants(event):
            self.switch.faults.pass_on(self, event, frames)

    def put(self, data: bytes) -> None:
        """An event frame that is due."""
        if self._held is not None:
            self._held.append(data)
        else:
            self._out.put(data)

    def goodbye(self, extra: str = "", text: str = GOODBYE) -> None:
        """The disconnect notice, then the end of the connection."""
        self.send(f"Content-Type: text/disconnect-notice\n{extra}Content-Length: {len(text)}\n\n{text}")
        self._out.put(None)

    def close(self) -> None:
        """End it without a word (what is queued is lost)."""
        if self.closed:
            return
        self.closed = True
        self.switch.bus.remove(self)
        self._out.put(None)
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def _write(self) -> None:
        while True:
            data = self._out.get()
            parts = []
            while data is not None:
                parts.append(data)
                if self._out.empty():
                    break
                data = self._out.get()
            if parts and not self.closed and not self.half_open:
                self.switch.faults.wait_stall()
                try:
                    self.sock.sendall(b"".join(parts))
                except OSError:
                    data = None
            if data is None:
                self.close()
                return
