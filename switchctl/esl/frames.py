"""Bytes to frames, with no socket in sight.

A frame is a block of header lines, an empty line, and as many bytes of body as `Content-Length` says. Lines
are split on LF alone and before anything is url-decoded, so that no value can add a line: U+2028, NEL and a
url-encoded newline are ordinary text. However the bytes are cut on their way, the frames are the same.
"""

import re
from urllib.parse import unquote

HEADER_LIMIT = 64 * 1024  #: bytes of one header block
BODY_LIMIT = 16 * 1024 * 1024  #: bytes of one body

_END = b"\n\n"
# What nearly every frame of a listening link begins with; the general road gives the same, at twice the cost.
_EVENT = re.compile(rb"Content-Length: ([0-9]{1,7})\nContent-Type: text/event-json\n\n")


class FrameError(ValueError):
    """The stream cannot be understood from here on; `frames` are those completed before the fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.frames: list[Frame] = []


class TruncatedFrame(FrameError):
    """The stream ended inside a frame."""


def split_headers(block: bytes) -> list[tuple[str, str]]:
    """The (name, value) pairs of a header block in their order, repeated ones too; values not url-decoded."""
    pairs = []
    # Decoded at once, for a channel has a hundred lines: what is no UTF-8 never takes the LF behind it along.
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if not colon:
            raise FrameError("a header line without a colon")
        pairs.append((name, value.lstrip(" ")))
    return pairs


class Frame:
    """One frame: `headers` (of a repeated name the last, see `values`), `body`, and the raw `head`."""

    __slots__ = ("body", "head", "headers")

    def __init__(self, headers: dict[str, str], body: bytes = b"", head: bytes = b"") -> None:
        self.headers = headers
        self.body = body
        self.head = head

    @property
    def content_type(self) -> str:
        """Such as `text/event-json`; empty if the header is missing."""
        return self.headers.get("Content-Type", "")

    @property
    def reply_text(self) -> str:
        """`Reply-Text`, such as `+OK accepted`; the answer to `connect` has it url-encoded (`%2BOK%0A`)."""
        text = self.headers.get("Reply-Text", "")
        return (unquote(text) if text.startswith("%") else text).strip()

    def values(self, name: str) -> list[str]:
        """Every value of a repeated header, in order."""
        return [value for key, value in split_headers(self.head) if key == name] if self.head else []

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.head, self.headers, self.body) == (
            other.head,
            other.headers,
            other.body,
        )

    def __repr__(self) -> str:
        # Never the headers: they hold numbers and names, and a repr ends up in logs.
        return f"<Frame {self.content_type or '?'} body={len(self.body)}>"


class FrameReader:
    """Collects bytes and gives out whole frames. After a FrameError it stays broken."""

    def __init__(self, header_limit: int = HEADER_LIMIT, body_limit: int = BODY_LIMIT) -> None:
        self._header_limit = header_limit
        self._body_limit = body_limit
        self._rest: list[bytes] = []  # the beginning of a frame that is not complete
        self._size = 0  # its bytes
        self._need = 0  # bytes of it below which no look is worth while
        self._fault: FrameError | None = None

    @property
    def pending(self) -> int:
        """Bytes held back for a frame that is not complete."""
        return self._size

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes. FrameError on a false or over-long one."""
        if self._fault:
            raise self._fault
        self._rest.append(data)
        self._size += len(data)
        if self._size < self._need:
            return []
        if len(self._rest) > 1:
            data = b"".join(self._rest)
        frames: list[Frame] = []
        try:
            used = self._cut(data, frames)
        except FrameError as fault:
            self._fault = fault
            self._keep(b"")
            fault.frames = frames
            raise
        self._keep(data[used:])
        return frames

    def _keep(self, rest: bytes) -> None:
        self._rest = [rest] if rest else []
        self._size = len(rest)

    def eof(self) -> None:
        """The peer closed: TruncatedFrame if that was inside a frame."""
        if self._size:
            raise TruncatedFrame(f"the stream ended inside a frame, {self._size} bytes in")

    def _cut(self, data: bytes, frames: list[Frame]) -> int:
        """Append the whole frames of `data`, return the number of bytes they took."""
        start, size = 0, len(data)
        self._need = 0
        while True:
            while data[start : start + 1] == b"\n":  # empty lines between frames mean nothing
                start += 1
            if start == size:
                return start
            if event := _EVENT.match(data, start):
                end = event.end() - len(_END)
                pairs = [("Content-Length", event[1].decode()), ("Content-Type", "text/event-json")]
            else:
                end = data.find(_END, start, start + self._header_limit + len(_END))
                if end < 0:
                    if size - start >= self._header_limit + len(_END):
                        raise FrameError(f"a header block over {self._header_limit} bytes")
                    return start
                pairs = split_headers(data[start:end])
            body = end + len(_END)
            stop = body + self._length(pairs)
            if stop > size:
                self._need = stop - start
                return start
            frames.append(Frame(dict(pairs), data[body:stop], data[start:end]))
            start = stop

    def _length(self, pairs: list[tuple[str, str]]) -> int:
        given = [value for name, value in pairs if name.lower() == "content-length"]
        if not given:
            return 0
        if len(given) > 1:
            raise FrameError("Content-Length twice in one frame")
        text = given[0]
        if not (text.isascii() and text.isdigit()):
            raise FrameError("a Content-Length that is no number")
        if len(text) > 15 or int(text) > self._body_limit:
            raise FrameError(f"a body over {self._body_limit} bytes")
        return int(text)
