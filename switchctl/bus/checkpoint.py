"""The checkpoint: the live view that all facts so far fold to, so that a start need not read them all."""

from collections.abc import Callable
from pathlib import Path

import gevent
import msgspec
import structlog
from gevent.lock import BoundedSemaphore

from switchctl.bus import files, segments
from switchctl.contract import facts as f
from switchctl.contract import live

EVERY_S = 1.0

WrittenTo = Callable[[], int]
"""Tells the newest sequence that the journal has on disk."""

log = structlog.get_logger(__name__)


class Checkpoint:
    """Holds the view; ``saved`` is the newest sequence of our own journal that is in the file.

    ``own`` is the id of that journal; without it the newest journal in the view is taken for ours.
    """

    def __init__(self, path: Path, own: str = "") -> None:
        self._path = path
        self.own = own
        self.problem = ""
        self.view = live.LiveView()
        raw = files.read(path)
        if raw is not None:
            try:
                self.view = live.decode(raw)
            except (msgspec.DecodeError, msgspec.ValidationError):
                log.error("the checkpoint is spoilt; the journal's facts alone are used", file=str(path))
        self.saved = self.seq
        self._kept = self._state()
        self._saving = BoundedSemaphore()

    @property
    def seq(self) -> int:
        """The newest fact of our own journal that the view holds."""
        return self.view.mark(self.own) if self.own else self.view.seq

    def _state(self) -> tuple[str, int, str, int]:
        return self.view.journal, self.view.seq, self.view.cursor, self.seq

    def tell(self, fact: f.Fact) -> None:
        """Take a fact in."""
        self.view.apply(fact)

    def catch_up(self, folder: Path) -> int:
        """Fold the journal's facts that are newer than the checkpoint; returns how many."""
        cursor = segments.Cursor(folder)
        cursor.seek(self.seq)
        count = 0
        while found := cursor.read(1000):
            for seq, raw in found:
                try:
                    self.view.apply(f.decode(raw))
                    count += 1
                except msgspec.DecodeError:
                    log.error("a fact of the journal is not understood", seq=seq)
        return count

    def run(self, written: WrittenTo) -> None:
        """Save each second when there is news, for ever; a greenlet's body."""
        while True:
            gevent.sleep(EVERY_S)
            self.save(written)

    def save(self, written: WrittenTo) -> None:
        """Write the view if it is news and the journal holds all of it. Who comes while another saves waits."""
        with self._saving:
            self._save(written)

    def _save(self, written: WrittenTo) -> None:
        seq, state = self.seq, self._state()
        # A view ahead of the journal would hide facts that a start must still send.
        if state == self._kept or seq > written():
            return
        raw = live.encode(self.view)
        try:
            gevent.get_hub().threadpool.apply(files.replace, (self._path, raw))
        except OSError as error:
            if not self.problem:
                log.error("the checkpoint cannot be written", problem=error.strerror)
            self.problem = f"the checkpoint cannot be written: {error.strerror}."
            return
        self.problem = ""
        self.saved, self._kept = seq, state
