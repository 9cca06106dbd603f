"""The processes: database, Redis, daemon, recorder, feeder, worker and beat as production runs them; one simulated
switch, which nobody kills: what it called is the truth that all the others are measured by."""

import contextlib
import json
import os
import random
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from ccsite.run.child import Child
from ccsite.run.guard import Guard, signal_group
from ccsite.run.postgres import Postgres
from ccsite.run.valkey import Valkey
from tests import ports
from tests.daemon.switch import SECRET, SimulatedSwitch

ROOT = Path(__file__).resolve().parents[3]
CELERYS = {"worker", "beat"}
KINDS = ("worker", "beat", "redis", "daemon", "database", "backend", "recorder", "feeder")
"""What is killed. ``backend``: one of the database's own processes, after which it begins anew by itself."""
FINISH_S = 20
CELERY = ("-m", "celery", "-A", "ccsite.celery")


class Centre:
    """``start`` returns when the daemon leads. Logs lie in ``folder``."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self.folder = folder
        self.dialled = folder / "dialled"
        self.dialled.touch()
        self.postgres = Postgres(folder, folder / "postgres.log", guard, durable=True)
        self.valkey = Valkey(folder, folder / "valkey.log", guard, durable=True)
        lease, self._http = ports.free_port(), ports.free_port()
        # Who is called hangs up by herself only where callers come by themselves: here hardly ever one does.
        self.switch = SimulatedSwitch(
            folder, ports.free_port(), lease, "--phones", "*=auto:0.1-0.3", "--extensions", "2001-2099", "--talk", "1",
            "--rate", "0.001", "--dialled", str(self.dialled), "--cdr", str(folder / "cdr"),
        )  # fmt: skip
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("FREESWITCH", "SWITCH"))},
            "DJANGO_SETTINGS_MODULE": "ccsite.settings",
            "SECRET_KEY": "of these rounds alone, and of no use to anybody else",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "FREESWITCH_NODES": f"node1=esl://:{SECRET}@127.0.0.1:{self.switch.port}",
            "SWITCHDESK_VAR": str(folder),
            "SWITCHCTL_LEASE": f"127.0.0.1:{lease}",
            "SWITCHCTL_HTTP": f"127.0.0.1:{self._http}",
            "DIAL_GATEWAY": "carrier", "DIAL_AREA": "10", "DIAL_CALLER_NUMBER": "+861020000000", "DIAL_PREFIXES": "+",
            "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        worker = (*CELERY, "worker", "--queues", "celery,long", "--concurrency", "1", "--without-gossip")
        worker = (*worker, "--without-mingle")
        words = {
            "daemon": ("-m", "switchctl"),
            "recorder": ("manage.py", "record_events"),
            "feeder": ("manage.py", "feed_live"),
            "worker": (*worker, "--loglevel", "WARNING"),
            "beat": (*CELERY, "beat", "--pidfile=", "--loglevel", "WARNING"),
        }
        self.programs = {
            name: Child(
                name, [sys.executable, *line], log=folder / f"{name}.log", guard=guard, cwd=ROOT,
                environment=self.environment,
            )
            for name, line in words.items()
        }  # fmt: skip

    # --- life ----------------------------------------------------------------------------------------------------

    def start_servers(self) -> None:
        for server in (self.postgres, self.valkey):
            server.child.start()
            server.wait()

    def start(self) -> None:
        self.switch.start()
        for program in self.programs.values():
            program.start()
        until(self.leads, "the daemon to lead", 90)

    def end(self) -> None:
        children = [*self.programs.values(), self.valkey.child, self.postgres.child]
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.finish(time.monotonic() + FINISH_S)
        self.switch.stop()

    # --- death ---------------------------------------------------------------------------------------------------

    def kill(self, kind: str, chance: random.Random) -> Callable[[], None]:
        """kill -9; what starts it again."""
        if kind == "backend":
            return self._one_backend(chance)
        child = {"database": self.postgres.child, "redis": self.valkey.child, **self.programs}[kind]
        # The database's own processes are sessions of their own; it does not begin anew while one of them is left.
        below = _children(child.pid) if kind == "database" else []
        with contextlib.suppress(ProcessLookupError):
            signal_group(child.pid, signal.SIGKILL)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        child.finish(time.monotonic() + FINISH_S)
        until(lambda: not any(_lives(pid) for pid in below), "the database's processes to be gone", FINISH_S)
        return lambda: self._again(kind, child)

    def _again(self, kind: str, child: Child) -> None:
        child.start()
        if kind == "database":
            self.postgres.wait()
        elif kind == "redis":
            self.valkey.wait()

    def _one_backend(self, chance: random.Random) -> Callable[[], None]:
        children = sorted(_children(self.postgres.child.pid))
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)
        return self.postgres.wait

    # --- what can be seen ----------------------------------------------------------------------------------------

    def leads(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._http}/healthz", timeout=5) as answer:
                return json.load(answer)["role"] == "leader"
        except (OSError, urllib.error.HTTPError, ValueError):
            return False

    def fallen(self) -> list[str]:
        """Programs that ended though nobody killed them, with their last words. Celery's own are started again, as
        their supervisor would: they give up when Redis dies in the middle of their start."""
        ended = {name: child for name, child in self.programs.items() if child.ended() is not None}
        for name in CELERYS & ended.keys():
            ended[name].finish(time.monotonic() + FINISH_S)
            ended[name].start()
        return [f"{name}: {child.last_line()}" for name, child in ended.items() if name not in CELERYS]


def until(condition: Callable[[], object], what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """A zombie does not: it holds nothing any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _children(parent: int) -> list[int]:
    """Of the postmaster: it may stand below the process that we started (``unshare``)."""
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal():
                above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                found.setdefault(above, []).append(int(folder.name))
        except OSError:
            continue
    below = found.get(parent, [])
    return found.get(below[0], []) if len(below) == 1 else below
