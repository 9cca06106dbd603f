"""The recorded traces of a real FreeSWITCH 1.10.12, as test data.

`tests/traces/NN-name.jsonl.gz`: one row a frame, in the order of arrival. `conn` is `inbound` (the controller
connects), `outbound-N`/`standby-N` (the switch connects for a call) or `note`; `dir` is `<` from the switch, `>`
from the controller, `#` a remark that was not on the wire.
"""

import base64
import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from switchctl.esl.events import Event, decode_event, decode_plain
from switchctl.esl.frames import Frame, FrameReader

FOLDER = Path(__file__).parent / "traces"


class Row(NamedTuple):
    """One row: seconds since the start, connection, direction, and the bytes of the frame."""

    t: float
    conn: str
    dir: str
    raw: bytes

    @property
    def is_end(self) -> bool:
        """The connection was closed, by the switch (`<`) or the controller (`>`)."""
        return self.raw == b"<EOF>"


def names(prefix: str = "") -> list[str]:
    """The traces, such as `01-inbound-ivr-queue-bridge-caller-hangup`; with a prefix (`05`, `21a`) only those;
    `talks/10`: those of a folder."""
    paths = FOLDER.glob(f"{prefix}*.jsonl.gz")
    found = sorted(str(path.relative_to(FOLDER)).removesuffix(".jsonl.gz") for path in paths)
    assert found, f"no trace {prefix}"
    return found


@cache
def rows(prefix: str) -> tuple[Row, ...]:
    """All rows of one trace, named by its number (`01`, `13a`) or its full name."""
    (name,) = names(prefix if "-" in prefix else f"{prefix}-")
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(_row(json.loads(line)) for line in lines)


def _row(row: dict) -> Row:
    raw = base64.b64decode(row["b64"]) if "b64" in row else row["raw"].encode()
    return Row(row["t"], row["conn"], row["dir"], raw)


def from_switch(prefix: str, conn: str = "") -> list[Row]:
    """The frames that the switch sent, on one connection or on all."""
    return [row for row in rows(prefix) if row.dir == "<" and not row.is_end and (not conn or row.conn == conn)]


def stream(prefix: str, conn: str = "inbound") -> bytes:
    """What one connection of the switch sent, as one run of bytes."""
    return b"".join(row.raw for row in from_switch(prefix, conn))


def frame(raw: bytes) -> Frame:
    """The one frame of a row."""
    reader = FrameReader()
    (only,) = reader.feed(raw)
    reader.eof()
    return only


def event(raw: bytes) -> Event | None:
    """The event of a row: JSON, plain, or the answer to `connect`; None for replies and notices."""
    cut = frame(raw)
    if cut.content_type == "text/event-json":
        return decode_event(cut.body)
    if cut.content_type == "text/event-plain":
        return decode_plain(cut.body)
    return decode_plain(cut.head) if "Event-Name" in cut.headers else None


def events(prefix: str, conn: str = "inbound") -> Iterator[Event]:
    """The events of one connection, in order."""
    for row in from_switch(prefix, conn):
        if found := event(row.raw):
            yield found
