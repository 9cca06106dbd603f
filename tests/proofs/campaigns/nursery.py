"""Programs that begin at once. Each is forked off a process that has imported everything and opened nothing, so that
rounds are spent on what programs do and not on two seconds of imports for each of them.

`python -m tests.proofs.campaigns.nursery` reads lines of JSON (``line``: its command line behind the interpreter,
``log``: where its output goes) and answers each with the process's number. Whoever started it becomes the parent of
those processes, and learns how they end.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from ccsite.run.child import Child
from ccsite.run.guard import Guard
from tests.proofs.campaigns.mutants import named

ADOPT = 36
"""``PR_SET_CHILD_SUBREAPER``: processes below us whose parent is gone become our children."""
WAIT_S = 0.01


class Nursery:
    """The process that they are forked off; ``broken``: with these mutants."""

    def __init__(self, log: Path, environment: Mapping[str, str], cwd: Path, guard: Guard, broken: str = "") -> None:
        ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
        with log.open("a") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, broken], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output,
                env=environment, cwd=cwd, start_new_session=True, text=True,
            )  # fmt: skip
        guard.watch(self._process.pid, signal.SIGTERM)
        self._guard = guard

    def born(self, line: list[str], log: Path) -> "Born":
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"line": line, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return Born(int(self._process.stdout.readline()))

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        self._guard.forget(self._process.pid)


class Born:
    """What of ``subprocess.Popen`` a ``Child`` asks for."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while (status := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(WAIT_S)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Nursling(Child):
    """A process out of the nursery; everything else is as with any other."""

    def __init__(self, name: str, line: list[str], *, log: Path, guard: Guard) -> None:
        super().__init__(name, line, log=log, guard=guard)
        self.nursery: Nursery | None = None

    def start(self) -> None:
        assert self.nursery
        self._process = self.nursery.born(self.argv, self.log)  # type: ignore[assignment]
        self.started_at = time.monotonic()
        self._guard.watch(self.pid, self.stop_signal)

    def finish(self, deadline: float) -> None:
        group = self.pid
        super().finish(deadline)
        with contextlib.suppress(ChildProcessError):  # those below it, who became ours
            while group and os.waitpid(-group, os.WNOHANG)[0]:
                pass


def load() -> None:
    """Everything that any of the programs imports."""
    import uvicorn.lifespan.off
    import uvicorn.main
    import uvicorn.protocols.http.auto
    import uvicorn.protocols.websockets.auto  # noqa: F401
    from django.urls import get_resolver

    import ccsite.asgi  # noqa: F401
    import crm.calls.management.commands.record_events  # noqa: F401
    from ccsite.celery import app

    app.loader.import_default_modules()
    app.finalize()
    assert get_resolver().url_patterns


def be(line: list[str]) -> None:
    """The program itself. ``line``: `-m celery …`, `-m uvicorn …` or `manage.py …`."""
    first, *rest = line
    if first == "manage.py":
        from django.core.management import execute_from_command_line

        execute_from_command_line([first, *rest])
    elif rest[0] == "celery":
        from celery.__main__ import main as celery

        sys.argv = rest
        sys.exit(celery())
    else:
        from uvicorn.main import main as uvicorn

        uvicorn(rest[1:])


def fork(line: list[str], log: str) -> int:
    """Its number. It stands below nobody who lives but whoever adopts."""
    reading, writing = os.pipe()
    between = os.fork()
    if between:
        os.close(writing)
        os.waitpid(between, 0)
        with os.fdopen(reading) as said:
            return int(said.read())
    pid = os.fork()
    if pid:
        os.write(writing, str(pid).encode())
        os._exit(0)
    os.setsid()
    os.close(reading)
    os.close(writing)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    be(line)
    sys.exit(0)


def main() -> None:
    load()
    for mutant in named(sys.argv[1]):
        mutant.crm()
    assert threading.active_count() == 1, "who forks has one thread"
    for told in sys.stdin:
        order = json.loads(told)
        print(fork(order["line"], order["log"]), flush=True)


if __name__ == "__main__":
    main()
