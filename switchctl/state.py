"""The state folder: locked by one daemon at a time; holds the terms and what the bus keeps."""

import fcntl
import os
from pathlib import Path

from switchctl.bus import files


class StateError(RuntimeError):
    """The state folder cannot be used; the text says why."""


class State:
    """Paths below ``folder``, which is made if need be (mode 0700). StateError if another daemon has it."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StateError(f"The state folder {folder} cannot be used: {error.strerror}.") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StateError(
                f"Another daemon uses the state folder {folder}. Stop it, or choose another by SWITCHDESK_VAR."
            ) from None
        self.journal = folder / "journal"
        self.checkpoint = folder / "checkpoint.json"
        self.directory = folder / "directory.json"
        self.secrets = folder / "secrets.json"
        self.lists = folder / "lists.snapshot"
        self.place = folder / "commands.place"
        self._epoch = folder / "epoch"
        self._heard = folder / "epoch.heard"
        self._led = folder / "epoch.led"

    @property
    def epoch(self) -> int:
        """The newest term in which this daemon led."""
        return _number(self._epoch)

    @property
    def heard(self) -> int:
        """The newest term of all that it knew of, other daemons' included."""
        return max(_number(self._heard), self.epoch)

    def keep_epoch(self, epoch: int) -> None:
        """Remember a term of our own, durably."""
        files.replace(self._epoch, b"%d\n" % epoch)

    def whole_since(self, epoch: int, lost: bool) -> int:
        """This term begins: the first of those since which no other daemon led; remembered durably. ``lost``: what was
        told in those before may be lost."""
        led, _, since = (files.read(self._led) or b"").strip().partition(b" ")
        first = int(since) if since.isdigit() and led == b"%d" % (epoch - 1) and not lost else epoch
        files.replace(self._led, b"%d %d\n" % (epoch, first))
        return first

    def keep_heard(self, epoch: int) -> None:
        """Remember another's term, durably."""
        files.replace(self._heard, b"%d\n" % epoch)

    def release(self) -> None:
        """Let another daemon have it."""
        os.close(self._lock)


def _number(path: Path) -> int:
    raw = (files.read(path) or b"0").strip()
    return int(raw) if raw.isdigit() else 0
