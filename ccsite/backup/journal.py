"""The daemon's journal: the facts that may not be rows yet.

The daemon deletes a segment when its facts are rows. So the segments are linked aside *before* the rows are read: what
is a row by then is in the dump, and what is not is in a segment that can no longer go away. What is told while the
backup runs is in them, too, or in newer ones, which are linked just after the snapshot is taken.
"""

import json
import os
import shutil
from pathlib import Path

from ccsite.backup import files

SEGMENTS = "*.facts"


class Held:
    """Links to a daemon's segments; ``release`` takes them away. A place without a daemon holds none."""

    def __init__(self, folder: Path) -> None:
        self._journal = folder / "journal"
        self._aside = folder / f".backup-{os.getpid()}"
        for left in folder.glob(".backup-*"):  # of a backup that was killed: it would hold the disk's room for ever
            if not Path("/proc", left.name.rpartition("-")[2]).exists():
                shutil.rmtree(left, ignore_errors=True)
        self.hold()

    def hold(self) -> None:
        """Links what is there now and was not before."""
        if not self._journal.is_dir():
            return
        self._aside.mkdir(exist_ok=True, mode=0o700)
        for path in self._journal.glob(SEGMENTS):
            try:
                os.link(path, self._aside / path.name)
            except FileExistsError:
                pass  # it is held, and grows in both places
            except FileNotFoundError:
                pass  # all of it has just become rows

    def copy(self, folder: Path) -> dict[str, str | int]:
        """Copies the segments to ``folder/<id>``; returns id, first and last sequence, nothing without a journal."""
        identity = self._journal / "identity.json"
        if not identity.exists():
            return {}
        name = str(json.loads(identity.read_bytes())["id"])
        target = folder / name
        segments = sorted(self._aside.glob(SEGMENTS))
        for path in segments:
            files.copy(path, target / path.name, lines=True)
        files.copy(identity, target / identity.name)
        return {"id": name, **_range(target)}

    def release(self) -> None:
        """Lets the daemon's segments go their way."""
        shutil.rmtree(self._aside, ignore_errors=True)


def _range(folder: Path) -> dict[str, int]:
    """A line begins with its checksum and its sequence."""
    first = last = 0
    for path in sorted(folder.glob(SEGMENTS)):
        lines = path.read_bytes().splitlines()
        if lines:
            first, last = first or int(lines[0].split(b" ", 2)[1]), int(lines[-1].split(b" ", 2)[1])
    return {"first": first, "last": last}
