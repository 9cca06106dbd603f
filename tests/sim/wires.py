"""Plain blocking connections that a test reads in threads: what a controller would see, kept in lists."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.ports import free_port

Event = dict[str, Any]


def until(condition: Callable[[], Any], seconds: float = 90.0) -> Any:
    """Wait for a condition; returns its value, false when it never came true."""
    ends = time.monotonic() + seconds
    while True:
        found = condition()
        if found or time.monotonic() > ends:
            return found
        time.sleep(0.005)


class Wire:
    """One connection of the event socket. `events`, `replies` and `notices` grow while it is open."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.events: list[Event] = []
        self.replies: list[tuple[dict[str, str], str]] = []
        self.notices: list[tuple[dict[str, str], str]] = []
        self.ended = False
        self._file = sock.makefile("rb")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def send(self, text: str | bytes) -> None:
        """A command with its empty line."""
        self.sock.sendall(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))

    def ask(self, line: str) -> tuple[dict[str, str], str]:
        """Send a command and wait for its reply: headers and body."""
        before = len(self.replies)
        self.send(line + "\n\n")
        assert until(lambda: len(self.replies) > before), f"no reply to {line!r}"
        return self.replies[before]

    def api(self, line: str) -> str:
        return self.ask(f"api {line}")[1]

    def named(self, name: str, uuid: str = "") -> list[Event]:
        return [e for e in list(self.events) if e["Event-Name"] == name and (not uuid or e.get("Unique-ID") == uuid)]

    def wait(self, name: str, uuid: str = "", count: int = 1, **headers: str) -> Event:
        """The count-th event of this name (and channel, and headers); fails when it does not come."""

        def found() -> list[Event]:
            wanted = [(key.replace("_", "-"), value) for key, value in headers.items()]
            hits = [e for e in self.named(name, uuid) if all(e.get(key) == value for key, value in wanted)]
            return hits if len(hits) >= count else []

        hits = until(found)
        assert hits, f"{name} did not come; there were {[e['Event-Name'] for e in self.events][-20:]}"
        return hits[count - 1]

    def close(self) -> None:
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def _head(self) -> dict[str, str] | None:
        found: dict[str, str] = {}
        while True:
            line = self._file.readline()
            if not line:
                return None
            if line == b"\n":
                return found
            name, _, value = line.decode().rstrip("\n").partition(": ")
            found[name] = value

    def _read(self) -> None:
        try:
            while (head := self._head()) is not None:
                length = 0 if head.get("Event-Name") else int(head.get("Content-Length", 0))
                body = self._file.read(length)
                kind = head.get("Content-Type", "")
                if kind == "text/event-json":
                    self.events.append(json.loads(body.decode("utf-8", "replace")))
                elif kind in ("text/disconnect-notice", "text/rude-rejection"):
                    self.notices.append((head, body.decode()))
                elif kind != "text/event-plain":
                    self.replies.append((head, body.decode("utf-8", "replace")))
                else:
                    self.events.append({"Event-Name": "plain", "text": body.decode()})
        except (OSError, ValueError):
            pass
        self.ended = True


def connect(port: int, secret: str) -> Wire:
    """An inbound connection, authenticated."""
    wire = Wire(socket.create_connection(("127.0.0.1", port), timeout=None))
    until(lambda: wire.replies)
    head, _ = wire.ask(f"auth {secret}")
    assert head["Reply-Text"] == "+OK accepted"
    return wire


class Listener:
    """A controller's port for outbound connections; `wires` are those accepted, in order.

    Once closed, nobody else's test may come to listen there.
    """

    def __init__(self) -> None:
        self._sock = socket.create_server(("127.0.0.1", free_port()))
        self.port: int = self._sock.getsockname()[1]
        self.wires: list[Wire] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def take(self, number: int = 1) -> Wire:
        """The number-th connection."""
        assert until(lambda: len(self.wires) >= number), "no outbound connection came"
        return self.wires[number - 1]

    def close(self) -> None:
        """Nobody listens any more; accepted connections stay."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._sock.accept()
            except OSError:
                return
            self.wires.append(Wire(sock))
