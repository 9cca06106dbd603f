"""The last resort: ends what was started when the starter dies without a chance to do it.

A supervisor that is killed with -9 cannot stop its children. So it keeps one small process beside them, which
holds the reading end of a pipe and knows every child by its process group; when the pipe closes it ends them.
"""

import os
import signal
import subprocess
import sys
import time
from typing import Self

GRACE = 6.0
"""Seconds between asking and killing."""


class Guard:
    """Handle on the guarding process. Leaving the ``with`` block ends it together with what is still listed."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__], stdin=subprocess.PIPE, start_new_session=True, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def watch(self, group: int, stop_signal: int) -> None:
        self._say(f"+ {group} {stop_signal}")

    def forget(self, group: int) -> None:
        self._say(f"- {group}")

    def _say(self, line: str) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:  # somebody killed the guard; the children live on without it
            pass


def alive(group: int) -> bool:
    """Whether a process group has a member left (a zombie counts until its parent has read its end)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # a database server that runs as another user, seen from an ordinary one
        return True
    return True


def signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # only the closing pipe ends it
    groups: dict[int, int] = {}
    for line in sys.stdin:
        sign, group, *stop_signal = line.split()
        if sign == "+":
            groups[int(group)] = int(stop_signal[0])
        else:
            groups.pop(int(group), None)
    for group, stop_signal in reversed(groups.items()):
        signal_group(group, stop_signal)
    deadline = time.monotonic() + GRACE
    while any(alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
