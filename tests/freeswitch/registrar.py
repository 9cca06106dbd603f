"""A carrier that wants a registration, with a password."""

import socket
import ssl
import threading
from pathlib import Path
from typing import Any

from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.sipmessage import Message, digest

REALM = "carrier.test"


class Registrar(Endpoint):
    """``account`` and ``password`` are the customer's; ``refusing``: the carrier has closed the account."""

    account, password = "4008001", "a-password-of-the-carrier"
    refusing = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.registered = ""
        """Contact of the newest registration; empty: none."""
        self.proofs: list[str] = []
        super().__init__(*args, **kwargs)

    def _on_request(self, message: Message, source: tuple[str, int]) -> None:
        if message.method != "REGISTER":
            super()._on_request(message, source)
            return
        said = self._plain_ok(message)
        proof = message.text("authorization")
        if self.refusing:
            said.start = "SIP/2.0 403 Account closed"
        elif not proof:
            said.start = "SIP/2.0 401 Unauthorized"
            said.headers.append(("www-authenticate", f'Digest realm="{REALM}", nonce="n0", algorithm=MD5'.encode()))
        elif self._proven(proof):
            contact = message.get("contact")
            self.registered = "" if b"expires=0" in contact or message.text("expires") == "0" else contact.decode()
            said.headers += [("contact", contact), ("expires", b"300")]
        else:
            said.start = "SIP/2.0 403 Forbidden"
        self._send(said, source)

    def _proven(self, proof: str) -> bool:
        self.proofs.append(proof)
        uri = _word(proof, "uri")
        challenge = f'Digest realm="{REALM}", nonce="n0"'
        ours = digest(challenge, "REGISTER", uri, self.account, self.password).decode()
        return _word(proof, "response") == _word(ours, "response") and _word(proof, "username") == self.account


def _word(header: str, name: str) -> str:
    return header.partition(f'{name}="')[2].partition('"')[0]


class Listener:
    """Takes SIP by TLS with the certificate of ``pem``, and answers nothing. ``heard``: what came; ``met``: whether
    somebody called at all."""

    def __init__(self, pem: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.heard, self.met = b"", False
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(line, server_side=True) as safe:
                    safe.settimeout(5)
                    self.heard += safe.recv(4096)
            except OSError:
                pass  # it did not like our certificate
            self.met = True

    def close(self) -> None:
        self._server.close()
