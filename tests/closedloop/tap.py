"""A wire-tap between our daemon and the simulated switch: what both sides said, frame by frame, as in a recording.

It passes every byte on as it is. On demand it keeps what the daemon says on one connection back for a while, as a
slow network would: so a story can put something between the daemon's order and its arrival.
"""

import socket
import threading
import time
from collections import Counter

from tests.closedloop import exchange
from tests.traces import Row


class Splitter:
    """Cuts one direction of a connection into whole frames, raw; ``rest`` is the beginning of the next."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        self.rest += data
        found = []
        while (end := self.rest.find(b"\n\n")) >= 0:
            whole = end + 2 + _body(self.rest[:end])
            if len(self.rest) < whole:
                break
            found.append(self.rest[:whole])
            self.rest = self.rest[whole:]
        return found


def _body(head: bytes) -> int:
    """The length of the body; the answer to `connect` is an event that has none."""
    lines = head.split(b"\n")
    if any(line.startswith(b"Event-Name: ") for line in lines):
        return 0
    return next((int(line[16:]) for line in lines if line.startswith(b"Content-Length: ")), 0)


class Tap:
    """``rows`` are those of a recording: `inbound-N` are the daemon's links, `outbound-N` the switch's sockets
    (`standby-N` those to a second daemon), and `watch-N` those of an onlooker."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._begin = time.monotonic()
        self._lock = threading.Condition()
        self._wanted = b""
        self._held: list[bytes] = []
        self._servers: dict[int, socket.socket] = {}
        self._sockets: list[socket.socket] = []
        self._links: list[socket.socket] = []
        self._numbers: Counter[str] = Counter()

    def listen(self, kind: str, to: int, port: int = 0) -> int:
        """Listen on a port and pass each connection on to port `to`; the port."""
        server = socket.create_server(("127.0.0.1", port))
        port = int(server.getsockname()[1])
        self._servers[port] = server
        threading.Thread(target=self._accept, args=(server, kind, to), daemon=True).start()
        return port

    def listens(self, port: int) -> bool:
        """Whether it listens on that port."""
        return port in self._servers

    def shut(self, port: int) -> None:
        """Listen there no more: who connects is refused."""
        _end(self._servers.pop(port))

    def hold(self, text: str) -> None:
        """Keep the daemon's next frame with this text back, and all that follow it on its connection."""
        with self._lock:
            self._wanted = text.encode()

    @property
    def held(self) -> list[str]:
        """The frames that are kept back now."""
        return [frame.decode() for frame in self._held]

    def release(self) -> None:
        """Let go what is kept back."""
        with self._lock:
            self._wanted = b""
            self._held.clear()
            self._lock.notify_all()

    def answer(self, command: str, since: int = 0) -> str:
        """The switch's answer to the daemon's first command with this text, from that row on; empty while none came."""
        daemons = [row if not row.conn.startswith("watch") else row._replace(dir="#") for row in self.rows]
        return exchange.answer(daemons, command, since)

    def cut(self) -> None:
        """Break the daemon's links; it may connect again."""
        for sock in self._links:
            _end(sock)
        self._links.clear()

    def close(self) -> None:
        self.release()
        for sock in [*self._servers.values(), *self._sockets]:
            _end(sock)

    def _accept(self, server: socket.socket, kind: str, to: int) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", to))
            except OSError:
                near.close()
                continue
            self._sockets += [near, far]
            if kind == "inbound":
                self._links += [near, far]
            self._numbers[kind] += 1
            conn = f"{kind}-{self._numbers[kind]}"
            called = kind in ("outbound", "standby")
            daemon, switch = (far, near) if called else (near, far)
            self._note(conn, "#", b"<ACCEPTED>" if called else b"<CONNECTED>")
            threading.Thread(target=self._pump, args=(conn, ">", daemon, switch), daemon=True).start()
            threading.Thread(target=self._pump, args=(conn, "<", switch, daemon), daemon=True).start()

    def _pump(self, conn: str, direction: str, source: socket.socket, sink: socket.socket) -> None:
        splitter = Splitter()
        try:
            while data := source.recv(1 << 16):
                for frame in splitter.feed(data):
                    if direction == ">":
                        self._keep_back(frame)
                    self._note(conn, direction, frame)
                    sink.sendall(frame)
        except OSError:
            pass
        self._note(conn, direction, b"<EOF>")
        _end(sink)

    def _keep_back(self, frame: bytes) -> None:
        with self._lock:
            if self._wanted and self._wanted in frame:
                self._held.append(frame)
                self._lock.wait_for(lambda: frame not in self._held)

    def _note(self, conn: str, direction: str, raw: bytes) -> None:
        with self._lock:
            self.rows.append(Row(time.monotonic() - self._begin, conn, direction, raw))


def _end(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()
