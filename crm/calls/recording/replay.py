"""Facts from a file into rows, as the recorder would: what is a row already changes nothing, poison is put aside."""

import time
import zlib
from collections.abc import Iterable
from itertools import islice

from crm.calls.recording import letters
from crm.calls.recording.batches import Batch, ready
from crm.calls.recording.entries import Entry
from crm.calls.recording.holes import Holes
from crm.calls.recording.prepare import Told
from crm.calls.recording.recorder import Recorder

SIZE = 5000


class Replay(Recorder):
    """The recorder without a stream."""

    def __init__(self) -> None:
        self._clock = time.monotonic
        self._holes = Holes()

    def run_through(self, lines: Iterable[bytes]) -> int:
        """One encoded fact a line; returns how many there were. Raises django.db.OperationalError."""
        rest, count = iter(lines), 0
        while chunk := list(islice(rest, SIZE)):
            self._commit(_batch([line.strip() for line in chunk if line.strip()]))
            count += len(chunk)
        return count


def _batch(raw: list[bytes]) -> Batch:
    told: list[tuple[bytes, Told]] = []
    bad: list[tuple[Entry, str]] = []
    for line in raw:
        try:
            told.append((b"replay", letters.read(line)))
        except letters.Unreadable as error:
            bad.append(((b"replay %08x" % zlib.crc32(line), line), str(error)))
    return Batch([], told, bad, ready([one for _id, one in told]))
