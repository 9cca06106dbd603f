"""Daemons and simulated switches that begin at once: each is forked off a process that has imported both programs and
opened nothing. A test that starts them is about what they do; to import them is a second and a half of a core, for each
of a hundred and fifty tests. That they begin by themselves too, as `python -m …`, is seen where a whole centre is
started (tests/platform/test_run.py) and where one refuses to start (tests/daemon/test_life.py).

`python -m tests.nursery` gets messages on the socket whose number it is told: JSON (``words``: the command line behind
`python -m`, ``environment``), with two files: where the output goes, and a connection on which the number of the
process is said and, when it has ended, how. It ends with whoever holds the other end.
"""

import atexit
import contextlib
import functools
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 1 << 18
"""Bytes of a message: a command line and an environment."""


class Born:
    """What of ``subprocess.Popen`` a test asks for."""

    def __init__(self, told: socket.socket) -> None:
        self._told = told
        self.pid = self._number()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._hear(0.0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._hear(timeout)
        assert self.returncode is not None
        return self.returncode

    def _hear(self, seconds: float | None) -> None:
        if self.returncode is not None:
            return
        self._told.settimeout(seconds)
        try:
            self.returncode = self._number()
        except (TimeoutError, BlockingIOError):
            raise subprocess.TimeoutExpired(str(self.pid), seconds or 0.0) from None
        self._told.close()

    def _number(self) -> int:
        said = b""
        while not said.endswith(b"\n"):
            got = self._told.recv(1)
            assert got, "the nursery ended before its process"
            said += got
        return int(said)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


@functools.cache
def _nursery() -> socket.socket:
    """The socket to this process's nursery, which is started when it is first asked for."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        line = [sys.executable, "-m", __name__, str(theirs.fileno())]
        process = subprocess.Popen(line, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT)
    for end in (process.wait, process.terminate, ours.close):  # the last one first
        atexit.register(end)
    return ours


def born(words: list[str], *, environment: Mapping[str, str], output: IO[str]) -> Born:
    """`python -m <words>`, in the folder of the code; what it says goes to ``output``."""
    ours, theirs = socket.socketpair()
    message = json.dumps({"words": words, "environment": dict(environment)}).encode()
    with theirs:
        socket.send_fds(_nursery(), [message], [output.fileno(), theirs.fileno()])
    return Born(ours)


# --- the nursery itself ----------------------------------------------------------------------------------------------


def main(number: int) -> None:
    """No greenlet runs here, and none of gevent's ways of waiting is taken: a hub would be everybody's."""
    from gevent import monkey

    monkey.patch_all()

    import gc

    import switchctl.__main__
    import switchctl.sim.__main__  # noqa: F401

    gc.freeze()
    fork, wait = (monkey.get_original("os", name) for name in ("fork", "waitpid"))
    orders = monkey.get_original("socket", "socket")(fileno=number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        message, files, *_ = socket.recv_fds(orders, LARGEST, 2)
        if not message:
            return
        output, told = files
        if fork() == 0:  # it stays as the parent of the program, and tells how that ends
            if (pid := fork()) == 0:
                _be(output, **json.loads(message))
            with contextlib.suppress(OSError):
                os.write(told, b"%d\n" % pid)
                os.write(told, b"%d\n" % os.waitstatus_to_exitcode(wait(pid, 0)[1]))
            os._exit(0)
        os.close(output)
        os.close(told)
        with contextlib.suppress(ChildProcessError):
            while wait(-1, os.WNOHANG)[0]:
                pass


def _be(output: int, words: list[str], environment: dict[str, str]) -> NoReturn:
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, 64)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    del sys.modules[f"{words[0]}.__main__"]  # it is loaded under its real name
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
