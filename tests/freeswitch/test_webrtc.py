"""Browsers: SIP in websockets, plain and with TLS, sound by DTLS-SRTP."""

import base64
import hashlib
import secrets
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.freeswitch.agents import DOMAIN, password
from tests.freeswitch.console import Console
from tests.freeswitch.sipmessage import Message, digest, parse
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import until

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Browser:
    """One websocket that speaks SIP (RFC 7118), over TLS or not."""

    def __init__(self, port: int, tls: bool) -> None:
        plain = socket.create_connection(("127.0.0.1", port), 10)
        plain.settimeout(10)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._socket = context.wrap_socket(plain, server_hostname=DOMAIN) if tls else plain
        self._way = "WSS" if tls else "WS"
        self._read = b""
        key = base64.b64encode(secrets.token_bytes(16))
        self._socket.sendall(
            b"GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n" % (DOMAIN.encode(), key)
        )
        self.welcome = self._until(b"\r\n\r\n").decode()
        self.accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()

    def close(self) -> None:
        self._socket.close()

    def register(self, extension: str, secret: str) -> Message:
        """The answer to the second REGISTER, which has the digest."""
        call_id, me = secrets.token_hex(8), f"<sip:{extension}@{DOMAIN}>".encode()
        answer = b""
        for cseq in (1, 2):
            headers = [
                ("via", f"SIP/2.0/{self._way} x.invalid;branch=z9hG4bK{secrets.token_hex(6)}".encode()),
                ("max-forwards", b"70"), ("from", me + b";tag=t1"), ("to", me), ("call-id", call_id.encode()),
                ("cseq", f"{cseq} REGISTER".encode()), ("expires", b"300"),
                ("contact", f"<sip:{extension}@x.invalid;transport=ws>".encode()),
            ]  # fmt: skip
            if answer:
                headers.append(("authorization", answer))
            self.send(Message(f"REGISTER sip:{DOMAIN} SIP/2.0", headers).encode())
            told = self.message()
            if cseq == 1:
                assert told.status == 401
                uri = f"sip:{DOMAIN}"
                answer = digest(told.text("www-authenticate"), "REGISTER", uri, extension, secret)
        return told

    def send(self, text: bytes) -> None:
        mask = secrets.token_bytes(4)
        size = struct.pack("!BBH", 0x81, 0x80 | 126, len(text))
        self._socket.sendall(size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(text)))

    def message(self) -> Message:
        """The next SIP message; pings of the connection are passed over."""
        while True:
            self._need(2)
            size, head = self._read[1] & 0x7F, 2
            if size == 126:
                self._need(4)
                size, head = struct.unpack("!H", self._read[2:4])[0], 4
            self._need(head + size)
            body, self._read = self._read[head : head + size], self._read[head + size :]
            if body.strip():
                return parse(body)

    def _need(self, count: int) -> None:
        while len(self._read) < count:
            more = self._socket.recv(65536)
            assert more, "the switch closed the websocket"
            self._read += more

    def _until(self, end: bytes) -> bytes:
        while end not in self._read:
            self._need(len(self._read) + 1)
        found, self._read = self._read.split(end, 1)
        return found


@contextmanager
def browser(port: int, tls: bool) -> Iterator[Browser]:
    one = Browser(port, tls)
    try:
        yield one
    finally:
        one.close()


@pytest.mark.parametrize("tls", [True, False], ids=["wss", "ws"])
def test_a_browser_registers_by_its_secret_only(switch: Switch, tls: bool) -> None:
    with browser(switch.wss_port if tls else switch.ws_port, tls) as one:
        assert one.welcome.startswith("HTTP/1.1 101") and one.accept in one.welcome
        assert one.register("1021", "not-the-password").status == 403
        assert one.register("1021", password("1021")).status == 200


def test_a_browser_that_is_called_is_offered_encrypted_sound_only(switch: Switch, console: Console) -> None:
    with browser(switch.wss_port, True) as one:
        assert one.register("1022", password("1022")).status == 200
        until(lambda: "transport=ws" in console.api(f"sofia_contact 1022@{DOMAIN}"), "the switch to find the browser")
        console.api("bgapi originate {originate_timeout=5}user/1022 &park()")
        invite = one.message()
        while invite.method != "INVITE":
            invite = one.message()
        sound = invite.body.decode()
        assert " RTP/SAVPF " in sound and "RTP/AVP " not in sound
        assert "a=setup:actpass" in sound and "a=fingerprint:sha-256" in sound and "a=ice-pwd" in sound
        assert "opus/48000" in sound and "PCMA/8000" in sound


def test_the_certificate_for_browsers_is_the_one_of_the_folder(switch: Switch) -> None:
    told = ssl.get_server_certificate(("127.0.0.1", switch.wss_port))
    assert told.strip() in (switch.folder / "tmp" / "wss.pem").read_text()
