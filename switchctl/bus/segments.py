"""The journal's files: lines of facts in segments that are named by their first sequence.

A line is ``<crc32> <seq> <fact>``; the checksum covers the rest of the line. A crash may tear the last line of
the last segment: it is cut off when the journal is opened. A line that is spoilt elsewhere is skipped.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


def line(seq: int, fact: bytes) -> bytes:
    """One line of a segment."""
    rest = b"%d %s" % (seq, fact)
    return b"%08x %s\n" % (zlib.crc32(rest), rest)


def parse(text: bytes) -> tuple[int, bytes] | None:
    """(sequence, fact) of a whole line without its line break; None if it is spoilt."""
    checksum, _, rest = text.partition(b" ")
    seq, _, fact = rest.partition(b" ")
    if not fact or checksum != b"%08x" % zlib.crc32(rest):
        return None
    return int(seq), fact


def segments(folder: Path) -> list[tuple[int, Path]]:
    """(first sequence, file) of each segment, oldest first."""
    return sorted((int(path.stem), path) for path in folder.glob("*.facts") if path.stem.isdigit())


def name(folder: Path, first: int) -> Path:
    """The file of the segment that begins with this sequence."""
    return folder / f"{first:020d}.facts"


def mend(path: Path) -> int:
    """Cut a torn tail off; returns the last whole sequence, 0 if there is none."""
    data = path.read_bytes()
    end, last = 0, 0
    while True:
        stop = data.find(b"\n", end)
        if stop < 0:
            break
        found = parse(data[end:stop])
        if found is None and data.find(b"\n", stop + 1) < 0:
            break  # the last line: torn in the middle of a page
        last = found[0] if found else last
        end = stop + 1
    if end < len(data):
        log.warning("the end of the journal was torn and is cut off", file=path.name, bytes=len(data) - end)
        os.truncate(path, end)
    return last


class Cursor:
    """Reads facts in order while the journal grows. It holds no file open between two reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._first = -1  # segment in which the cursor stands
        self._offset = 0
        self.seq = 0
        """The last sequence read."""

    def seek(self, seq: int) -> None:
        """Go on after this sequence."""
        self.seq = seq
        self._first = -1

    def read(self, most: int) -> list[tuple[int, bytes]]:
        """Up to ``most`` further (sequence, fact) pairs; none at the end."""
        found: list[tuple[int, bytes]] = []
        for first, path in self._ahead():
            if first != self._first:
                self._first, self._offset = first, 0
            found += self._from(path, most - len(found))
            if len(found) >= most:
                break
        if found:
            self.seq = found[-1][0]
        return found

    def _ahead(self) -> Iterator[tuple[int, Path]]:
        known = segments(self._folder)
        here = self._first
        if here < 0:  # after a seek: the last segment that may hold the next sequence
            here = max((first for first, _ in known if first <= self.seq + 1), default=0)
        return ((first, path) for first, path in known if first >= here)

    def _from(self, path: Path, most: int) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        try:
            with path.open("rb") as handle:
                handle.seek(self._offset)
                for text in handle:
                    if len(found) >= most or not text.endswith(b"\n"):
                        break
                    self._offset += len(text)
                    pair = parse(text[:-1])
                    if pair is None:
                        log.error("a spoilt line of the journal is skipped", file=path.name)
                    elif pair[0] > self.seq:
                        found.append(pair)
        except FileNotFoundError:
            pass  # trimmed meanwhile: all of it was committed
        return found
