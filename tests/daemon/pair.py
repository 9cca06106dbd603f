"""Two daemons on one switch: the stage's own and a second, each with its state, its ports and its log."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.nursery import Born, born

from .stage import Stage


class Daemon:
    """One of the two, as a process."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str], free_port) -> None:
        self.name = name
        self.http = free_port()
        self.folder = folder / name
        self.lease = environment["SWITCHCTL_LEASE"]
        self.environment = {
            **environment, "SWITCHDESK_VAR": str(self.folder), "SWITCHCTL_HTTP": f"127.0.0.1:{self.http}",
        }  # fmt: skip
        self.process: Born | None = None

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "log").open("a") as log:
            self.process = born(["switchctl"], environment=self.environment, output=log)

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def health(self) -> dict:
        """What /healthz says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/healthz", timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())
        except OSError:
            return {}

    @property
    def role(self) -> str:
        return self.health().get("role", "")

    def metric(self, name: str) -> float:
        """The value of a sample; 0 when there is none, or nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/metrics", timeout=30) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return 0.0
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + " ")), 0.0)


class Two:
    """What a stage can do that has two daemons, ``first`` and ``second``."""

    first: Daemon
    second: Daemon

    def hire(self, folder: Path, free_port, standby: str) -> None:
        """Make both; ``standby`` is the address at which the second takes calls."""
        self.free_port = free_port
        self.first = Daemon("first", folder, self.environment, free_port)
        self.second = Daemon("second", folder, {**self.environment, "SWITCHCTL_LEASE": standby}, free_port)

    def start_daemon(self, healthy: bool = True, role: str = "leader") -> None:
        """The first leads, then the second comes."""
        self.first.start()
        self.until(lambda: self.first.role == "leader")
        self.second.start()
        self.until(lambda: self.second.health().get("status") == "ok")
        self.until(lambda: self.second.metric("followed_facts_total") >= len(self.facts()))

    def followed(self) -> None:
        """Wait until the standby knows all that was told."""
        self.until(lambda: self.second.metric("followed_facts_total") >= len(self.facts()))

    def leaders(self) -> list[str]:
        return [daemon.name for daemon in (self.first, self.second) if daemon.role == "leader"]

    def taken_over(self, daemon: Daemon, seconds: float = 90) -> float:
        """Wait until a daemon leads; seconds that took."""
        began = time.monotonic()
        self.until(lambda: daemon.role == "leader", seconds)
        return time.monotonic() - began

    def end(self) -> None:
        for daemon in (self.first, self.second):
            if daemon.process and daemon.process.poll() is None:
                daemon.process.kill()
                daemon.process.wait()
        super().end()

    def log(self) -> str:
        return "\n".join(
            f"--- {daemon.name}\n{daemon.log()[-2500:]}" for daemon in (self.first, self.second) if daemon.process
        )


class Pair(Two, Stage):
    """On the simulated switch, which knows both of their addresses."""

    def __init__(self, folder: Path, free_port, *sim: str) -> None:
        standby = f"127.0.0.1:{free_port()}"
        super().__init__(folder, free_port, "--standby", standby, *sim)
        self.hire(folder, free_port, standby)
