"""One process that we started: its log, its end, its last words."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ccsite.run.guard import Guard, alive, signal_group

LOG_LIMIT = 10_000_000
"""A log longer than this (bytes) is moved aside when its process starts."""


class Child:
    """A process in a session of its own, so that a Ctrl-C on the terminal reaches only the supervisor.

    Its output is appended to ``log``. ``user`` is the numeric user to run as, or None for ours.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        log: Path,
        guard: Guard,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        stop_signal: int = signal.SIGTERM,
        user: int | None = None,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.log = log
        self.stop_signal = stop_signal
        self.started_at = 0.0
        self._guard = guard
        self._cwd = cwd
        self._environment = None if environment is None else dict(environment)
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "wb") as output:
            self._process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._cwd,
                env=self._environment,
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
            )
        self.started_at = time.monotonic()
        self._guard.watch(self.pid, self.stop_signal)

    def ended(self) -> int | None:
        """The exit status (negative: the signal that killed it), or None while it runs."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """The polite signal, to the process alone: it knows best how to end its own children."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(self.stop_signal)

    def finish(self, deadline: float) -> None:
        """Wait for the end until ``deadline`` (monotonic), then kill the whole group; nothing of it is left."""
        if not self._process:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            signal_group(self.pid, signal.SIGKILL)
            self._process.wait()
        if alive(self.pid):  # it ended and left children
            signal_group(self.pid, signal.SIGKILL)
        self._guard.forget(self.pid)
        self._process = None

    def last_line(self) -> str:
        """The end of the log that is not empty, cut to the width of a screen."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - 4096))
                lines = log.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
