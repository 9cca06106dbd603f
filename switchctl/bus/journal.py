"""The journal: every fact on disk before anyone hears of it.

Facts of a batch are appended in one write, so a killed process loses nothing that it told; the disk is flushed
in a worker thread at most each 100 ms, so a lost host loses no more than that. Segments go when all of their facts
are committed as rows *and* held by the checkpoint.

A disk that takes nothing more does not end calls: facts then wait in memory, health says so, and they are written
as soon as there is room. They are sent on only when they are on disk, or a crash would give their numbers to
other facts.
"""

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import gevent
import msgspec
import structlog
from gevent.event import Event as Signal

from switchctl.bus import files, segments
from switchctl.contract import facts as f

SEGMENT_BYTES = 8 * 1024 * 1024
FLUSH_S = 0.1
GAP = 100_000
"""Numbers left free after the host was lost, more than can have been told and not flushed."""

log = structlog.get_logger(__name__)


class _Identity(msgspec.Struct):
    id: str
    boot: str
    """Boot of the host while the journal was open; empty once it was closed in order."""


class Journal:
    """``tell`` is called with each fact once it is numbered; ``least`` is a sequence known to be used."""

    def __init__(
        self, folder: Path, epoch: int, tell: Callable[[f.Fact], object], least: int = 0, segment: int = SEGMENT_BYTES
    ) -> None:
        self._folder = folder
        self.epoch = epoch
        """The term that is stamped on what is told."""
        self._tell = tell
        self._segment = segment
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.grown = Signal()
        """Set when there are new facts to read."""
        self.problem = ""
        """Why nothing can be written; empty while all is well."""
        self._held = b""  # what the disk did not take
        self._full: list[int] = []  # files of finished segments, to be flushed and closed
        self._dirty = Signal()
        boot = _boot()
        known = files.read(folder / "identity.json")
        identity = msgspec.json.decode(known, type=_Identity) if known else _Identity(uuid.uuid4().hex[:12], "")
        self.id = identity.id
        found = segments.segments(folder)
        tail = max((segments.mend(path) for _, path in found[-1:]), default=0)
        self.seq = max(tail, found[-1][0] - 1 if found else 0, least)
        self.lost = identity.boot not in ("", boot)
        """Whether the host was lost while it was open, and with it facts that were told and not flushed."""
        if self.lost:
            self.seq += GAP
        self.written = self.seq
        self.flushed = self.seq
        """The newest sequence that the loss of the host cannot take back."""
        files.replace(folder / "identity.json", msgspec.json.encode(_Identity(self.id, boot)))
        self._open(found[-1][1] if found else segments.name(folder, self.seq + 1))

    def _open(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._file).st_size

    def append(self, facts: list[f.Fact]) -> None:
        """Number the facts and write them. Never raises for the disk's sake; see ``problem``."""
        lines = [self._held] if self._held else []
        for fact in facts:
            self.seq += 1
            msgspec.structs.force_setattr(fact, "id", f"{self.id}:{self.seq}")
            msgspec.structs.force_setattr(fact, "seq", self.seq)
            msgspec.structs.force_setattr(fact, "epoch", self.epoch)
            lines.append(segments.line(self.seq, f.encode(fact)))
            self._tell(fact)
        self._write(b"".join(lines))

    def retry(self) -> None:
        """Try again to write what the disk did not take."""
        if self._held:
            self._write(self._held)

    def _write(self, data: bytes) -> None:
        try:
            if self._size >= self._segment:
                self._next_segment()
            done = 0
            while done < len(data):
                done += os.write(self._file, data[done:] if done else data)
        except OSError as error:
            self._held = data
            if not self.problem:
                log.error("the journal cannot be written; calls go on, facts wait in memory", problem=error.strerror)
            self.problem = f"the journal cannot be written: {error.strerror}. Make room on {self._folder}."
            try:
                os.ftruncate(self._file, self._size)
            except OSError:
                pass
            return
        if self.problem:
            log.warning("the journal can be written again", bytes=len(data))
        self.problem, self._held = "", b""
        self._size += len(data)
        self.written = self.seq
        self._dirty.set()
        self.grown.set()

    def _next_segment(self) -> None:
        full = self._file
        self._open(segments.name(self._folder, self.written + 1))
        self._full.append(full)

    def cursor(self, after: int) -> segments.Cursor:
        """A reader that goes on after this sequence."""
        cursor = segments.Cursor(self._folder)
        cursor.seek(after)
        return cursor

    def trim(self, upto: int) -> None:
        """Delete the segments that hold nothing above this sequence; never the one that is written."""
        known = segments.segments(self._folder)
        for (_, path), (following, _) in zip(known, known[1:], strict=False):
            if following - 1 <= upto:
                path.unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for _, path in segments.segments(self._folder) if path.exists())

    def run(self) -> None:
        """Flush and retry, for ever; a greenlet's body."""
        while True:
            self._dirty.wait(1.0)
            self.retry()
            if self._dirty.is_set():
                self._dirty.clear()
                self._flush()
                gevent.sleep(FLUSH_S)

    def _flush(self) -> None:
        written = self.written
        try:
            while self._full:
                gevent.get_hub().threadpool.apply(os.fsync, (self._full[0],))
                os.close(self._full.pop(0))
            gevent.get_hub().threadpool.apply(os.fsync, (self._file,))
            self.flushed = written
        except OSError as error:
            self.problem = f"the journal cannot be flushed to disk: {error.strerror}."
            log.error("the journal cannot be flushed to disk", problem=error.strerror)

    def close(self) -> None:
        """Flush and mark the journal as closed in order."""
        self.retry()
        for handle in (*self._full, self._file):
            os.fsync(handle)
            os.close(handle)
        if not self.problem:
            try:
                files.replace(self._folder / "identity.json", msgspec.json.encode(_Identity(self.id, "")))
            except OSError as error:
                log.warning("the journal is not marked as closed in order", problem=error.strerror)


def known_id(folder: Path) -> str:
    """The id of the journal in a folder; empty if there is none yet."""
    known = files.read(folder / "identity.json")
    return msgspec.json.decode(known, type=_Identity).id if known else ""


def _boot() -> str:
    """Names this run of the host; a system that cannot tell counts as one that never stops."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "-"
