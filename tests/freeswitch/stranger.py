"""Somebody who sends the switch one request outside any call, with a phone's password or without."""

import secrets
import socket

from tests.freeswitch.sipmessage import Message, digest, parse
from tests.freeswitch.switch import DOMAIN
from tests.freeswitch.until import until


class Stranger:
    """A socket of its own. ``close`` it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def ask(
        self, method: str, port: int, to: str, body: bytes = b"", kind: bytes = b"text/plain",
        phone: tuple[str, str] = ("9999", ""), extra: tuple[tuple[str, bytes], ...] = (),
    ) -> int:  # fmt: skip
        """The final status that the profile at ``port`` answers; ``phone`` (number, password) answers a challenge."""
        user, password = phone
        uri, call, tag = f"sip:{to}@127.0.0.1:{port}", secrets.token_hex(8), secrets.token_hex(4)
        proof: list[tuple[str, bytes]] = []
        for sequence in (1, 2):
            headers = [
                ("via", f"SIP/2.0/UDP {self._address};branch=z9hG4bK{secrets.token_hex(6)}".encode()),
                ("max-forwards", b"70"), ("from", f"<sip:{user}@{DOMAIN}>;tag={tag}".encode()),
                ("to", f"<sip:{to}@{DOMAIN}>".encode()), ("call-id", call.encode()),
                ("cseq", f"{sequence} {method}".encode()), ("contact", f"<sip:{user}@{self._address}>".encode()),
                *extra, *proof, *([("content-type", kind)] if body else []),
            ]  # fmt: skip
            self._socket.sendto(Message(f"{method} {uri} SIP/2.0", headers, body).encode(), ("127.0.0.1", port))
            answer = until(lambda call=call, sequence=sequence: self._final(call, sequence), f"an answer to {method}")
            assert answer is not None
            if answer.status not in (401, 407) or not password:
                break
            asked, given = ("www-authenticate", "authorization")
            if answer.status == 407:
                asked, given = ("proxy-authenticate", "proxy-authorization")
            proof = [(given, digest(answer.text(asked), method, uri, user, password))]
        return answer.status

    def _final(self, call: str, sequence: int) -> Message | None:
        while True:
            try:
                message = parse(self._socket.recv(65536))
            except OSError:
                return None
            ours = message.text("call-id") == call and message.text("cseq").startswith(f"{sequence} ")
            if ours and message.status >= 200:
                return message

    def close(self) -> None:
        self._socket.close()
