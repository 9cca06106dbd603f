"""The sound of a test call: each party sends its own mark (one µ-law byte, repeated) and knows which it hears."""

import socket
import struct
import time

FRAME = 160
KEYS = "0123456789*#ABCDF"
"""In the order of RFC 2833; the last is a flash of the hook."""


class Media:
    """An RTP socket on loopback. ``mark`` is what this party "says", so that who hears whom can be told."""

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port: int = self.socket.getsockname()[1]
        self.peer: int = 0
        self.speaking = False
        self._count = 0
        self._keys: dict[int, int] = {}  # stamp of an event of RFC 2833 → its code
        self._heard: list[tuple[float, int]] = []  # newest last: when, mark or -1 for music and speech

    def send_frame(self) -> None:
        """20 ms of our mark, as soon as the peer is known."""
        if self.peer and self.speaking:
            self._count += 1
            head = struct.pack("!BBHII", 0x80, 0, self._count & 0xFFFF, self._count * FRAME, 1000 + self.mark)
            self._send(head + bytes([self.mark]) * FRAME)

    def press(self, digit: str) -> None:
        """A key, as RFC 2833 packets: start, and the end three times."""
        code = KEYS.index(digit)
        stamp = self._count * FRAME
        for step, (end, length) in enumerate([(0, 160), (0, 480), (0, 800)] + 3 * [(0x80, 960)]):
            self._count += 1
            marker = 0x80 if step == 0 else 0
            head = struct.pack("!BBHII", 0x80, marker | 101, self._count & 0xFFFF, stamp, 1000 + self.mark)
            self._send(head + struct.pack("!BBH", code, end | 10, length))
        self._count += 8

    def _send(self, packet: bytes) -> None:
        try:
            self.socket.sendto(packet, ("127.0.0.1", self.peer))
        except OSError:
            pass  # the switch closed its port: the hangup is on its way

    def take(self) -> None:
        """Read what has come."""
        while True:
            try:
                packet = self.socket.recv(2048)
            except OSError:
                break
            payload = packet[12:]
            if packet[1] & 0x7F == 101 and len(payload) == 4:
                self._keys[struct.unpack("!I", packet[4:8])[0]] = payload[0]
            if len(payload) == FRAME and packet[1] & 0x7F == 0:
                self._heard.append((time.monotonic(), payload[0] if len(set(payload)) == 1 else -1))
        del self._heard[:-3000]

    def heard(self, seconds: float = 0.3) -> set[int]:
        """Marks heard lately; -1 stands for music or speech, 0x7F and 0xFF are silence and left out."""
        since = time.monotonic() - seconds
        return {mark for at, mark in list(self._heard) if at >= since} - {0x7F, 0xFF}

    def alone(self, *marks: int) -> bool:
        """These marks and nothing else for the last second, whatever short gaps a busy machine made."""
        return self.heard(1.0) == set(marks)

    def frames(self, mark: int, since: float) -> int:
        """How often a mark was heard since then (monotonic seconds), however long ago that is by now."""
        return sum(1 for at, heard in list(self._heard) if at >= since and heard == mark)

    def first(self, mark: int, since: float) -> float | None:
        """When a mark was first heard since then (monotonic seconds); None: not yet."""
        return next((at for at, heard in list(self._heard) if at >= since and heard == mark), None)

    def keys(self) -> str:
        """Keys that came as events, in their order."""
        return "".join(KEYS[self._keys[stamp]] for stamp in sorted(self._keys))

    def close(self) -> None:
        self.speaking = False
        self.socket.close()
