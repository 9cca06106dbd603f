"""A simulated switch for tests and tools: a process of its own on a free port, driven over its event socket.

with SimSwitch(lease="127.0.0.1:8094", phones="1001=page,*=auto:0.1") as sim:
    uuid = sim.call("15400000001", "4001")
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTS_WITHIN = 15.0
SECRET = "sim-secret"


class Console:
    """A plain blocking connection that sends `api …` and returns the answer."""

    def __init__(self, host: str, port: int, secret: str, patience: float = 10.0) -> None:
        self._sock = socket.create_connection((host, port), timeout=patience)
        self._file = self._sock.makefile("rb")
        self._head()
        reply = self._ask(f"auth {secret}")
        if not reply.get("Reply-Text", "").startswith("+OK"):
            raise PermissionError(reply.get("Reply-Text", "no reply"))

    def api(self, line: str) -> str:
        """The answer's text as it came."""
        head = self._ask(f"api {line}")
        return self._file.read(int(head.get("Content-Length", "0"))).decode("utf-8", "surrogateescape")

    def close(self) -> None:
        self._file.close()
        self._sock.close()

    def _ask(self, line: str) -> dict[str, str]:
        self._sock.sendall(line.encode("utf-8", "surrogateescape") + b"\n\n")
        return self._head()

    def _head(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            line = self._file.readline().decode()
            if not line:
                raise ConnectionError("the switch closed the connection")
            if line == "\n":
                return found
            name, _, value = line.rstrip("\n").partition(": ")
            found[name] = value


class SimSwitch:
    """Options are the flags of `python -m switchctl.sim` with `_` for `-`; a list gives a flag several times."""

    def __init__(self, **flags: str | float | list[str]) -> None:
        self.flags = {"farewell": 0.1, **flags}
        self.host = "127.0.0.1"
        self.port = 0
        self.secret = SECRET
        self.process: subprocess.Popen[bytes] | None = None
        self._console: Console | None = None

    def __enter__(self) -> SimSwitch:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start (or start again, on the same port)."""
        with tempfile.TemporaryDirectory() as folder:
            announce = Path(folder) / "esl"
            words = [sys.executable, "-m", "switchctl.sim", "--esl", f"{self.host}:{self.port}"]
            words += ["--announce", str(announce)]
            for name, value in self.flags.items():
                for one in value if isinstance(value, list) else [value]:
                    words += [f"--{name.replace('_', '-')}", str(one)]
            environment = {**os.environ, "ESL_SECRET": self.secret}
            root = str(Path(__file__).parents[2])
            self.process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, cwd=root)
            ends = time.monotonic() + STARTS_WITHIN
            while not announce.exists():
                if self.process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"the simulated switch did not start (exit {self.process.poll()})")
                time.sleep(0.02)
            self.port = int(announce.read_text().strip().rpartition(":")[2])

    def stop(self) -> int:
        """Orderly (SIGTERM); returns the exit status."""
        if self._console is not None:
            self._console.close()
            self._console = None
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(10)

    def crash(self) -> None:
        """kill -9: no word to anybody."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)
        self._console = None

    # -- what tests do

    @property
    def console(self) -> Console:
        if self._console is None:
            self._console = Console(self.host, self.port, self.secret)
        return self._console

    def api(self, line: str) -> str:
        return self.console.api(line)

    def sim(self, line: str) -> str:
        """One of the `sim` commands; raises ValueError with the answer of a failed one."""
        answer = self.api(f"sim {line}")
        if answer.startswith("-ERR"):
            raise ValueError(answer.strip())
        return answer

    def call(self, number: str, did: str, name: str = "") -> str:
        """Somebody dials; returns the uuid of the call."""
        return self.sim(f"call {number} {did} {name}").split()[1]

    def press(self, uuid: str, digits: str) -> None:
        self.sim(f"press {uuid} {digits}")

    def hangup(self, uuid: str) -> None:
        """The far end of that leg hangs up."""
        self.sim(f"hangup {uuid}")

    def answer(self, uuid: str) -> None:
        """The far end of that leg answers."""
        self.sim(f"answer {uuid}")
