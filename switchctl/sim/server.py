"""The listening socket of the event socket: accepts controllers, or turns them away as an ACL does."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from gevent.server import StreamServer

from .session import Session

if TYPE_CHECKING:
    from .switch import Switch

REJECTION = "Access Denied, go away.\n"


class Server:
    """`reject` makes it send the rude rejection and close, as for an address outside the ACL."""

    def __init__(self, switch: Switch, host: str, port: int) -> None:
        self.switch = switch
        self.reject = False
        self._server = StreamServer((host, port), self._accept)

    def start(self) -> int:
        """Listen; returns the port."""
        self._server.start()
        return int(self._server.server_port)

    def stop(self) -> None:
        self._server.stop(timeout=0)

    def _accept(self, sock: socket.socket, address: tuple[str, int]) -> None:
        if self.reject:
            head = f"Content-Type: text/rude-rejection\nContent-Length: {len(REJECTION)}\n\n{REJECTION}"
            sock.sendall(head.encode())
            sock.close()
            return
        session = Session(self.switch, sock)
        self.switch.sessions[session] = None
        session.serve()
