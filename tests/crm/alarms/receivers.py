"""Those whom alarms are told: a web server and a mail server on real sockets, of which one may ask anything."""

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def until(condition: Callable[[], Any], seconds: float = 90.0) -> Any:
    """What the condition gives as soon as it gives something."""
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        tick.wait(0.01)
    return found


class WebReceiver:
    """Keeps (path, headers, body) of each POST; answers with the statuses given, the last for ever."""

    def __init__(self, *statuses: int, location: str = "", drips: bool = False) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self._statuses = list(statuses) or [200]
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802  the library's name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                if drips:
                    receiver._drip(self.wfile)
                    return
                status = receiver._statuses[0] if len(receiver._statuses) == 1 else receiver._statuses.pop(0)
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.end_headers()

            def do_GET(self) -> None:  # noqa: N802
                receiver.got.append((self.path, dict(self.headers), b"GET"))

            def log_message(self, *_: Any) -> None:
                pass

        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?token=t0p"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _drip(self, wfile: Any) -> None:
        """Headers without an end, a byte now and then."""
        wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self._over.wait(0.05):
            try:
                wfile.write(b"X")
                wfile.flush()
            except OSError:
                return

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


class MailReceiver:
    """A small SMTP server; ``mails`` are the messages as they came over the wire."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with peer, peer.makefile("rwb", buffering=0) as wire:
            wire.write(b"220 here\r\n")
            while line := wire.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    wire.write(b"354 go on\r\n")
                    text = b""
                    while not text.endswith(b"\r\n.\r\n"):
                        text += wire.readline()
                    self.mails.append(text.decode())
                wire.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")

    def close(self) -> None:
        self._listening.close()
