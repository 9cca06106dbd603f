"""The other end of a link over real TCP: a small switch whose every word the test chooses."""

from collections.abc import Callable
from typing import Any

import gevent
from gevent import socket
from gevent.server import StreamServer

SECRET = "tr0mbone"
GREETING = b"Content-Type: auth/request\n\n"
ACCEPTED = b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
INVALID = b"Content-Type: command/reply\nReply-Text: -ERR invalid\n\n"
BYE = b"Content-Type: text/disconnect-notice\nContent-Length: 9\n\nSee: you\n"


def ok(text: str = "+OK") -> bytes:
    """A command/reply."""
    return f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode()


def answer(text: str | bytes) -> bytes:
    """An api/response."""
    body = text if isinstance(text, bytes) else text.encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n" % len(body) + body


def event(body: str | bytes) -> bytes:
    """An event in JSON."""
    data = body if isinstance(body, bytes) else body.encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(data) + data


def numbered(n: int) -> bytes:
    """An event that is told apart by its sequence."""
    return event(f'{{"Event-Name":"DTMF","Event-Sequence":"{n}"}}')


class Line:
    """One accepted connection."""

    def __init__(self, sock: Any, is_up: Callable[[], bool]) -> None:
        self.sock = sock
        self._is_up = is_up
        self._rest = b""

    def send(self, *data: bytes) -> None:
        self.sock.sendall(b"".join(data))

    def take(self) -> bytes:
        """The next command without its empty line; empty at the end of the connection, however it ends."""
        while b"\n\n" not in self._rest:
            try:
                data = self.sock.recv(1 << 20)
            except ConnectionResetError:
                data = b""
            if not data:
                return b""
            self._rest += data
        command, _, self._rest = self._rest.partition(b"\n\n")
        return command

    def log_in(self) -> None:
        """Greet, accept whatever secret comes, and go on when the link under test is up."""
        self.send(GREETING)
        assert self.take().startswith(b"auth ")
        self.send(ACCEPTED)
        until(self._is_up)

    def reset(self) -> None:
        """Close so that the other side sees an error, not an end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()


class Peer:
    """Listens on a port of the loopback and runs `script(line)` for each connection, then closes it."""

    def __init__(self, script: Callable[[Line], None]) -> None:
        self._script = script
        self.is_up: Callable[[], bool] = lambda: True
        self.lines: list[Line] = []
        self.server = StreamServer(("127.0.0.1", 0), self._serve)
        self.server.start()
        self.port: int = self.server.server_port

    def _serve(self, sock: Any, _address: Any) -> None:
        line = Line(sock, lambda: self.is_up())
        self.lines.append(line)
        try:
            self._script(line)
        except OSError:
            pass  # the link under test closed it

    def close(self) -> None:
        self.server.stop(timeout=0)
        for line in self.lines:
            line.sock.close()


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait until it is true, and return it."""
    with gevent.Timeout(seconds):
        while not (found := condition()):
            gevent.sleep(0.002)
    return found


def silent(line: Line) -> None:
    """Never say a word; return when the other side closes."""
    while line.sock.recv(65536):
        pass
