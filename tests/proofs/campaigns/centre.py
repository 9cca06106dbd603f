"""The processes: database, Redis, daemon, recorder, feeder, both workers, beat and web as production runs them; one
switch, and what it called is the truth that all the others are measured by. The simulated one is not killed, a real one
is."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2

from ccsite.run.child import Child
from ccsite.run.guard import Guard, signal_group
from ccsite.run.postgres import Postgres
from ccsite.run.valkey import Valkey
from tests import ports
from tests.daemon.switch import SECRET, SimulatedSwitch
from tests.migrated import migrated
from tests.proofs.campaigns.books import Ended, Ends
from tests.proofs.campaigns.nursery import Nursery, Nursling
from tests.proofs.campaigns.real import RealSwitch

ROOT = Path(__file__).resolve().parents[3]
CELERYS = {"worker", "long", "beat"}
KINDS = (
    "worker", "long", "task", "beat", "redis", "emptied", "daemon", "database", "backend", "recorder", "feeder", "web",
)  # fmt: skip
"""What is killed. ``long``: the worker of imports; ``task``: the process of a worker that does the work, which the
worker replaces; ``emptied``: Redis, whose files are gone when it comes back; ``backend``: one of the database's own
processes, after which it begins anew by itself."""
DID = "4001"
"""Dialled by those who call in."""
FINISH_S = 20
CELERY = ("-m", "celery", "-A", "ccsite.celery")


class Centre:
    """``start`` returns when the daemon leads. Logs lie in ``folder``, which is empty before."""

    def __init__(self, folder: Path, guard: Guard, switch: str = "simulated", broken: str = "") -> None:
        self.folder = folder
        self.dialled = folder / "dialled"
        self.dialled.touch()
        migrated(folder)
        self.postgres = Postgres(folder, folder / "postgres.log", guard, durable=True)
        self.valkey = Valkey(folder, folder / "valkey.log", guard, durable=True)
        lease, self._http, self.web = ports.free_port(), ports.free_port(), ports.free_port()
        self.real = RealSwitch(folder, lease, self.dialled) if switch == "real" else None
        self.switch = self.real or simulated(folder, lease, self.dialled)
        self.cdr = self.real.cdr if self.real else folder / "cdr"
        self._ends = Ends(self.cdr)
        self.kinds = (*KINDS, "switch") if self.real else KINDS
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("FREESWITCH", "SWITCH"))},
            "DJANGO_SETTINGS_MODULE": "ccsite.settings",
            "SECRET_KEY": "of these rounds alone, and of no use to anybody else",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "FREESWITCH_NODES": f"node1=esl://:{SECRET}@127.0.0.1:{self.switch.port}",
            "SWITCHDESK_VAR": str(folder),
            "CDR_DIR": str(self.cdr),
            "SWITCHCTL_LEASE": f"127.0.0.1:{lease}",
            "SWITCHCTL_HTTP": f"127.0.0.1:{self._http}",
            "DIAL_AREA": "10", "DIAL_CALLER_NUMBER": "+861020000000", "DIAL_PREFIXES": "+",
            "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        worker = (*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle")
        web = ("-m", "uvicorn", "ccsite.asgi:application", "--host", "127.0.0.1", "--port", str(self.web))
        web = (*web, "--lifespan", "off", "--no-access-log", "--log-level", "warning")
        words = {
            "recorder": ["manage.py", "record_events"],
            "feeder": ["manage.py", "feed_live"],
            "worker": [*worker, "--queues", "celery", "--loglevel", "WARNING"],
            "long": [*worker, "--queues", "long", "--loglevel", "WARNING"],
            "beat": [*CELERY, "beat", "--pidfile=", "--loglevel", "WARNING"],
            "web": list(web),
        }
        self.guard, self.broken = guard, broken
        daemon = ["tests.proofs.campaigns.mutants", broken] if broken else ["switchctl"]
        self.daemon = Child(
            "daemon", [sys.executable, "-m", *daemon], log=folder / "daemon.log", guard=guard, cwd=ROOT,
            environment=self.environment,
        )  # fmt: skip
        self.nurslings = [Nursling(name, line, log=folder / f"{name}.log", guard=guard) for name, line in words.items()]
        self.programs: dict[str, Child] = {child.name: child for child in [self.daemon, *self.nurslings]}

    # --- life ----------------------------------------------------------------------------------------------------

    def start_servers(self) -> None:
        nursery = Nursery(self.folder / "nursery.log", self.environment, ROOT, self.guard, self.broken)
        for child in self.nurslings:
            child.nursery = nursery
        self.nursery = nursery
        for server in (self.postgres, self.valkey):
            server.child.start()
            server.wait()
        # Processes are killed and the machine is not: what was written stays, on the disk or not.
        with closing(psycopg2.connect(self.postgres.url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")

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
        self.nursery.end()
        self.switch.stop()

    # --- death ---------------------------------------------------------------------------------------------------

    def kill(self, kind: str, chance: random.Random) -> Callable[[], None]:
        """kill -9; what starts it again. Who is dead already, as one of several, stays so."""
        if kind == "backend":
            return self._one_of(_backends(self.postgres.child.pid), chance, self.postgres.wait)
        if kind == "switch":
            assert self.real is not None
            self.real.kill()
            return self.real.again
        if kind == "task":
            worker = self.programs[chance.choice(("worker", "long"))]
            return self._one_of(_children(worker.pid), chance, lambda: None)
        redis = self.valkey.child
        child = {"database": self.postgres.child, "redis": redis, "emptied": redis, **self.programs}[kind]
        alive = bool(child.pid)
        if alive:
            self._dies(kind, child)
        if kind == "emptied":
            shutil.rmtree(self.folder / "valkey" / "appendonlydir", ignore_errors=True)
        return lambda: self._again(kind, child) if alive else None

    def _dies(self, kind: str, child: Child) -> None:
        # The database's own processes are sessions of their own; it does not begin anew while one of them is left.
        below = _backends(child.pid) if kind == "database" else []
        with contextlib.suppress(ProcessLookupError):
            signal_group(child.pid, signal.SIGKILL)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        child.finish(time.monotonic() + FINISH_S)
        until(lambda: not any(_lives(pid) for pid in below), "the database's processes to be gone", FINISH_S)

    def _again(self, kind: str, child: Child) -> None:
        child.start()
        if kind == "database":
            self.postgres.wait()
        elif kind in ("redis", "emptied"):
            self.valkey.wait()

    def _one_of(self, pids: list[int], chance: random.Random, then: Callable[[], None]) -> Callable[[], None]:
        if pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(sorted(pids)), signal.SIGKILL)
        return then

    # --- what can be seen ----------------------------------------------------------------------------------------

    def ends(self) -> dict[str, Ended]:
        """Customer's leg → its end: as the carrier saw it, or else as the switch wrote it."""
        if self.real:
            return {leg: Ended(at, at) for leg, at in self.real.ends().items()}
        return self._ends.read()

    def leads(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._http}/healthz", timeout=5) as answer:
                return json.load(answer)["role"] == "leader"
        except (OSError, urllib.error.HTTPError, ValueError):
            return False

    def lists_version(self) -> float:
        """Of the lists of numbers that the daemon knows; without any it dials nobody outside."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._http}/metrics", timeout=5) as answer:
            told = re.search(r"^lists_version (\S+)$", answer.read().decode(), re.MULTILINE)
        return float(told[1]) if told is not None else 0.0

    def fallen(self) -> list[str]:
        """Programs that ended though nobody killed them, with their last words. Celery's own are started again, as
        their supervisor would: they give up when Redis dies in the middle of their start."""
        ended = {name: child for name, child in self.programs.items() if child.ended() is not None}
        for name in CELERYS & ended.keys():
            ended[name].finish(time.monotonic() + FINISH_S)
            ended[name].start()
        return [f"{name}: {child.last_line()}" for name, child in ended.items() if name not in CELERYS]


def simulated(folder: Path, lease: int, dialled: Path) -> SimulatedSwitch:
    """Who is called hangs up by herself only where callers come by themselves: here hardly ever one does."""
    return SimulatedSwitch(
        folder, ports.free_port(), lease, "--phones", "*=auto:0.1-0.3", "--extensions", "2001-2099", "--talk", "1",
        "--rate", "0.001", "--dids", DID, "--dialled", str(dialled), "--cdr", str(folder / "cdr"),
    )  # fmt: skip


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


def _backends(postgres: int) -> list[int]:
    """The postmaster's, if it lives: it may stand below the process that we started (``unshare``)."""
    below = _children(postgres)
    return _children(below[0]) if len(below) == 1 else below


def _children(parent: int) -> list[int]:
    """None of 0, of which ``Child`` speaks when it is dead: those are the machine's."""
    if not parent:
        return []
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal():
                above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                found += [int(folder.name)] if above == parent else []
        except OSError:
            continue
    return found
