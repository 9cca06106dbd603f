"""The web and the publisher as the processes that `make run` starts, on the tests' database; and who follows events."""

import contextlib
import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from switchdesk_client import Client, Patience

ROOT = Path(__file__).resolve().parents[3]


def until(condition, seconds: float = 120) -> None:
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        tick.wait(0.01)


class Processes:
    """On the tests' database; whatever still runs at the end is ended."""

    def __init__(self, port: int) -> None:
        at = connection.settings_dict
        url = f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        self._environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "ccsite.settings"}
        self._running: list[subprocess.Popen] = []
        self.port = port

    def _start(self, *words: str) -> subprocess.Popen:
        said = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._running.append(subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self._environment, **said))
        return self._running[-1]

    def publisher(self) -> subprocess.Popen:
        return self._start("manage.py", "publish_events")

    def web(self) -> subprocess.Popen:
        words = ["-m", "uvicorn", "ccsite.asgi:application", "--port", str(self.port), "--lifespan", "off"]
        made = self._start(*words, "--timeout-graceful-shutdown", "3")
        until(lambda: made.poll() is None and _answers(self.port))
        return made

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as web:
        web.request("GET", "/api/docs")
        return web.getresponse().status == 200
    return False


@pytest.fixture
def processes(free_port):
    made = Processes(free_port())
    yield made
    made.end()


class Follower(threading.Thread):
    """A program that follows the events with the client of docs/examples, which resumes a stream that breaks."""

    def __init__(self, port: int, text: str, after: int | None = 0, kinds: Sequence[str] = ()) -> None:
        super().__init__(daemon=True)
        patience = Patience(tries=1_000_000, first_s=0.02, longest_s=0.02)
        client = Client(f"http://127.0.0.1:{port}", text, patience=patience, sleep=self._pause)
        self._events, self._over = client.follow(after, kinds), threading.Event()
        self.seen: list[int] = []

    @property
    def opened(self) -> bool:
        """It has heard something, were it a heartbeat."""
        return self._events.heard > 0

    @property
    def resumed(self) -> bool:
        return self._events.opened > 1

    def run(self) -> None:
        with contextlib.suppress(EOFError):
            for event in self._events:
                self.seen.append(event.id)

    def end(self) -> None:
        """It does not come back when its stream breaks."""
        self._over.set()

    def _pause(self, seconds: float) -> None:
        if self._over.wait(seconds):
            raise EOFError
