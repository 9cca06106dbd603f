"""A relay before the event socket that writes down what a daemon says to the switch, and when."""

import socket
import threading
import time
from contextlib import suppress


class Relay:
    """Listens on ``port`` of the loopback. ``said`` holds (seconds of the monotonic clock, first line of a command)."""

    def __init__(self, port: int, target: int) -> None:
        self.said: list[tuple[float, str]] = []
        self._target = target
        self._server = socket.create_server(("127.0.0.1", port))
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def commands(self, since: float) -> list[str]:
        """What was said from then on that does something: logging in, subscribing and leaving do not count."""
        idle = ("auth ", "event ", "filter ", "exit")
        return [line for at, line in list(self.said) if at >= since and not line.startswith(idle)]

    def close(self) -> None:
        for end in (self._server, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [near, far]
                threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, listen: bool) -> None:
        rest = b""
        with suppress(OSError):
            while data := source.recv(65536):
                if listen:
                    *whole, rest = (rest + data).split(b"\n\n")
                    self.said += [(time.monotonic(), one.decode().splitlines()[0]) for one in whole if one.strip()]
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
