"""The processes: a real switch, everything that `make run` starts, and a second daemon that stands by."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from tests.freeswitch.conftest import _tone, quick_sounds
from tests.freeswitch.switch import Switch, free_port

ROOT = Path(__file__).resolve().parents[2]

WORDS = {
    "record_events": "record_events", "feed_live": "feed_live", "web": "uvicorn", "redis": "valkey",
    "database": "postgres",
}  # fmt: skip
"""Kind of process → a word of its command line."""
KINDS = ("daemon", "standby", *WORDS)
"""What is killed. ``daemon`` is whichever leads."""
AWAY = (OSError, ValueError, urllib.error.URLError)


def until(condition: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
    """Wait for it; what it gave. TimeoutError names ``what``."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)
    return found


class RigSwitch(Switch):
    """A switch whose own records go where the importer of the centre looks for them."""

    @property
    def cdr(self) -> Path:
        return self.folder.parent / "var" / "cdr"


class Daemon:
    """What a daemon says of itself at ``http`` (host:port)."""

    def __init__(self, http: str) -> None:
        self.http = http

    def health(self) -> dict[str, Any]:
        try:
            return json.loads(_get(f"http://{self.http}/healthz", refused=True))
        except AWAY:
            return {}

    @property
    def role(self) -> str:
        """``leader``, ``standby``, or nothing when it is dead."""
        return str(self.health().get("role", ""))

    def metric(self, name: str) -> float:
        try:
            lines = _get(f"http://{self.http}/metrics").splitlines()
        except AWAY:
            return -1.0
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + " ")), 0.0)


class Stack:
    """``start`` returns when calls are taken and the second daemon stands by. ``folder`` keeps every log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "var"
        self.web = f"127.0.0.1:{free_port()}"
        self.switch = RigSwitch(folder / "switch")
        self.daemons = [Daemon(f"127.0.0.1:{free_port()}") for _ in range(2)]
        self.run: subprocess.Popen[bytes] | None = None
        self.second: subprocess.Popen[bytes] | None = None
        self.redis: redis.Redis | None = None

    # --- life ------------------------------------------------------------------------------------------------

    def start(self, agents: int) -> None:
        self.switch.prepare()
        sounds = self.switch.folder / "sounds"
        quick_sounds(sounds)
        _tone(sounds / "ivr" / "short.wav", 440, 0.3)
        _tone(sounds / "ivr" / "long.wav", 440, 100.0)
        self.run = self._process("run", ["-m", "ccsite.run"], self._environment())
        self.switch.start()
        until(lambda: (self.state / "redis_url").exists(), "the servers", 120)
        self.redis = redis.Redis.from_url((self.state / "redis_url").read_text(), socket_timeout=2)
        until(lambda: self.daemons[0].role, "the daemon, which is started when the database is ready", 120)
        words = [str(ROOT / "bench/rig/staff.py"), str(agents)]
        staff = self._process("staff", words, {**self._environment(), **self.servers()})
        until(lambda: self.daemons[0].role == "leader", "the daemon to lead", 120)
        self._stand_by()
        until(lambda: staff.poll() is not None, "the staff", 240)
        if staff.returncode:
            raise RuntimeError((self.folder / "staff.log").read_text())
        until(lambda: self.daemons[1].role == "standby", "the second daemon to stand by", 30)
        until(lambda: self.web_serves(), "the web", 60)

    def end(self) -> None:
        parts = [process for process in (self.second, self.run, self.switch.process) if process]
        for process in parts:
            if process is self.run:
                process.terminate()
            else:
                process.kill()  # nobody calls any more; a daemon that leads would wait for the other to take over
        for process in parts:
            process.wait(20)

    def servers(self) -> dict[str, str]:
        """The addresses of the database and of Redis, as environment."""
        names = ("database_url", "redis_url")
        return {name.upper(): (self.state / name).read_text() for name in names}

    def _environment(self, **other: str) -> dict[str, str]:
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("FREESWITCH", "SWITCH"))}
        return {
            **ours,
            "FREESWITCH_NODES": f"node1=esl://:{self.switch.secret}@127.0.0.1:{self.switch.esl_port}",
            "SWITCHDESK_VAR": str(self.state),
            "SWITCHDESK_DEMO": "no",
            "PORT": self.web.rpartition(":")[2],
            "SWITCHCTL_LEASE": self.switch.lease,
            "SWITCHCTL_HTTP": self.daemons[0].http,
            **other,
        }

    def _stand_by(self) -> None:
        environment = self._environment(
            SWITCHDESK_VAR=str(self.folder / "standby"), SWITCHCTL_LEASE=self.switch.standby,
            SWITCHCTL_HTTP=self.daemons[1].http, REDIS_URL=self.servers()["REDIS_URL"],
        )  # fmt: skip
        self.second = self._process("standby", ["-m", "switchctl"], environment)

    def _process(self, name: str, words: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdout=log, stderr=log)

    # --- what is killed --------------------------------------------------------------------------------------

    def leader(self) -> int:
        """Which of the two leads (0 or 1)."""
        return until(lambda: [n for n, daemon in enumerate(self.daemons) if daemon.role == "leader"], "a leader")[0]

    def kill(self, kind: str) -> int:
        """kill -9 of one process; its pid."""
        if kind in WORDS:
            pid = self._child(WORDS[kind])
        else:
            which = self.leader() if kind == "daemon" else 1 - self.leader()
            pid = self.second.pid if which else self._child("switchctl")
        os.kill(pid, signal.SIGKILL)
        return pid

    def look_after(self) -> None:
        """The second daemon, too, is started again when it fell, as its unit would be."""
        if self.second and self.second.poll() is not None:
            self._stand_by()

    def _child(self, word: str) -> int:
        def found() -> int:
            for pid, line in _children(self.run.pid):
                if word in line and "prepare" not in line:
                    return pid
            return 0

        return until(found, f"a process {word}")

    # --- what can be seen ------------------------------------------------------------------------------------

    def web_serves(self) -> bool:
        try:
            return bool(_get(f"http://{self.web}/healthz"))
        except AWAY:
            return False


def _children(parent: int) -> list[tuple[int, str]]:
    """(pid, command line) of each child of a process."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append((int(folder.name), line))
        except OSError:
            continue
    return found


def _get(url: str, refused: bool = False) -> str:
    """The body; ``refused``: also of an answer that is an error."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        if not refused:
            raise
        return error.read().decode()
