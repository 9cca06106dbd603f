"""SIP messages as bytes: enough to be a phone or a caller. Header values stay bytes: a caller may send any."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field


@dataclass
class Message:
    """A request or a response. ``headers`` keeps order and repeats; names are lower case."""

    start: str
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    body: bytes = b""

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        """Of a request; of a response the method it answers."""
        return self.text("cseq").split()[1] if self.status else self.start.split(" ")[0]

    @property
    def uri_user(self) -> str:
        """User part of a request's URI."""
        return self.start.split(" ")[1].partition(":")[2].partition("@")[0]

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    def get(self, name: str) -> bytes:
        return next(iter(self.all(name)), b"")

    def text(self, name: str) -> str:
        return self.get(name).decode("utf-8", "replace")

    def encode(self) -> bytes:
        lines = [self.start.encode()]
        lines += [name.title().encode() + b": " + value for name, value in self.headers]
        lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "o": "event"}


def parse(datagram: bytes) -> Message:
    """Raises ValueError or IndexError on what is no SIP message."""
    head, _, body = datagram.partition(b"\r\n\r\n")
    first, *rest = re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
    message = Message(first.decode("utf-8", "replace"), body=body)
    for one in rest:
        name, _, value = one.partition(b":")
        key = name.strip().decode().lower()
        message.headers.append((_SHORT.get(key, key), value.strip()))
    if not message.get("call-id"):
        raise ValueError("no Call-ID")
    return message


def tag_of(value: bytes) -> bytes:
    """The tag parameter of a From or To."""
    found = re.search(rb";tag=([^;>\s]+)", value)
    return found.group(1) if found else b""


def uri_of(value: bytes) -> str:
    """The URI inside a Contact, From or To."""
    found = re.search(rb"<([^>]+)>", value)
    return (found.group(1) if found else value.split(b";")[0]).decode("utf-8", "replace")


def digest(challenge: str, method: str, uri: str, user: str, password: str) -> bytes:
    """The Authorization header that answers a challenge (MD5, with or without qop=auth)."""
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
    md5 = lambda text: hashlib.md5(text.encode()).hexdigest()  # noqa: E731
    secret, asked = md5(f"{user}:{fields['realm']}:{password}"), md5(f"{method}:{uri}")
    answer = f'Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{uri}"'
    if "qop" in fields:
        mine = secrets.token_hex(8)
        response = md5(f"{secret}:{fields['nonce']}:00000001:{mine}:auth:{asked}")
        answer += f', qop=auth, nc=00000001, cnonce="{mine}"'
    else:
        response = md5(f"{secret}:{fields['nonce']}:{asked}")
    return f'{answer}, algorithm=MD5, response="{response}"'.encode()


def sdp(port: int, direction: str = "sendrecv", version: int = 1) -> bytes:
    """An offer or answer of PCMU with telephone events on loopback."""
    return (
        f"v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        f"a=ptime:20\r\na={direction}\r\n"
    ).encode()


def media_of(body: bytes) -> tuple[int, str]:
    """Port and direction (sendrecv, sendonly, recvonly, inactive) of an SDP."""
    port = re.search(rb"m=audio (\d+)", body)
    direction = re.search(rb"a=(sendrecv|sendonly|recvonly|inactive)", body)
    return int(port.group(1)) if port else 0, direction.group(1).decode() if direction else "sendrecv"
