"""The whole of `make run`, as a person starts and ends it."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from ccsite.run.guard import alive

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
"""Seconds for what takes about ten on an idle machine."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Running:
    """One `make run` in a state folder of its own; what it printed so far is `screen()`."""

    def __init__(self, state: Path, free_port) -> None:
        names = ("PORT", "ESL_PORT")
        mine = {name: str(free_port()) for name in names}
        mine |= {name: f"127.0.0.1:{free_port()}" for name in ("SWITCHCTL_LEASE", "SWITCHCTL_HTTP")}
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        del kept["DJANGO_SETTINGS_MODULE"]
        self.address = f"http://127.0.0.1:{mine['PORT']}"
        self._printed = state.parent / f"{mine['PORT']}.txt"
        with self._printed.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ccsite.run"],
                cwd=ROOT,
                env={**kept, **mine, "SWITCHDESK_VAR": str(state)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def screen(self) -> str:
        return self._printed.read_text()

    def until(self, condition):
        """What the condition gives as soon as it gives something."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if found := condition():
                return found
            assert self.process.poll() is None, self.screen()
            assert time.monotonic() < deadline, self.screen()
            time.sleep(0.1)

    def up(self) -> dict[str, int]:
        """Process ids by name, once the screen is there."""
        self.until(lambda: "Switchdesk runs at" in self.screen() and "beat.log" in self.screen())
        return {name: int(pid) for name, pid in re.findall(r"^  ([a-z_]+) +(\d+) .*\.log$", self.screen(), re.M)}

    def health(self) -> dict[str, str]:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=30) as answer:
                return json.load(answer)
        except OSError:
            return {}

    def stop(self, *pids: int) -> None:
        """Ctrl-C; it and all its processes are gone."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0
        deadline = time.monotonic() + PATIENCE
        while left := [pid for pid in pids if alive(pid)]:  # init reads an orphan's end in its own time
            assert time.monotonic() < deadline, left
            time.sleep(0.05)


@pytest.fixture
def state():
    with tempfile.TemporaryDirectory(prefix="switchdesk-run-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "var"


@pytest.fixture
def start(state, free_port):
    started: list[Running] = []

    def begin() -> Running:
        started.append(Running(state, free_port))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def test_it_starts_heals_ends_and_finds_its_data_again(start, state):
    first = start()
    pids = first.up()
    assert {"postgres", "valkey", "web", "switchctl", "record_events", "feed_live", "roll_up"} < set(pids)
    assert first.until(lambda: first.health() == {"database": "ok", "redis": "ok", "daemon": "ok"})
    logins = (state / "demo-logins").read_text()
    assert logins.split()[0] in first.screen()
    assert (state / "demo-logins").stat().st_mode & 0o777 == 0o600

    os.kill(pids["record_events"], signal.SIGKILL)
    first.until(lambda: "record_events was killed by SIGKILL; starting it again" in first.screen())
    beside = start()
    assert beside.process.wait(PATIENCE) == 1
    assert "runs here already" in beside.screen()
    first.stop(*pids.values())

    second = start()
    pids = second.up()
    assert second.until(lambda: second.health().get("database") == "ok")
    assert (state / "demo-logins").read_text() == logins
    second.stop(*pids.values())
