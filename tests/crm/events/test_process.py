"""The publisher and the web as the processes that `make run` starts, killed without warning: who follows the events is
told each of them once."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from switchdesk_client import Client, Patience

from crm.events.models import Event
from tests.crm.events.story import public, stream, whole
from tests.stories import hour_of_calls, numbered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]
STREAMS = 15
KILLS = 2


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

    def __init__(self, port: int, text: str, after: int | None = 0) -> None:
        super().__init__(daemon=True)
        patience = Patience(tries=1_000_000, first_s=0.02, longest_s=0.02)
        client = Client(f"http://127.0.0.1:{port}", text, patience=patience, sleep=self._pause)
        self._events, self._over = client.follow(after), threading.Event()
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


def test_killed_again_and_again_everybody_is_told_each_event_once(bus, programs, processes):
    program = programs("events.follow")
    followers = [Follower(processes.port, program.text) for _ in range(2)]
    web, publisher = processes.web(), processes.publisher()
    for follower in followers:
        follower.start()
    until(lambda: all(follower.opened for follower in followers))
    facts = numbered(fact for story in hour_of_calls(150) for fact in story.facts)
    step = len(facts) // KILLS
    for n in range(KILLS):
        known = Event.objects.count()
        stream(bus, facts[n * step : (n + 1) * step])
        until(lambda known=known: Event.objects.count() > known)  # it is in the middle of it
        publisher.send_signal(signal.SIGKILL)
        publisher.wait()
        if n == 1:
            web.send_signal(signal.SIGKILL)
            web.wait()
            web = processes.web()
        publisher = processes.publisher()
    stream(bus, facts[KILLS * step :])
    until(lambda: Event.objects.count() == len(public(facts)))
    whole(public(facts))
    everything = list(range(1, len(public(facts)) + 1))
    until(lambda: all(len(follower.seen) >= len(everything) for follower in followers))
    for follower in followers:
        assert follower.seen == everything and follower.resumed
        follower.end()
    publisher.send_signal(signal.SIGTERM)
    assert publisher.wait(60) == 0


def test_open_streams_hold_neither_threads_nor_connections(bus, programs, processes):
    program = programs("events.follow")
    web = processes.web()
    first = Follower(processes.port, program.text, None)
    first.start()
    until(lambda: first.opened)
    others = [Follower(processes.port, program.text, None) for _ in range(STREAMS)]
    for follower in others:
        follower.start()
    until(lambda: all(follower.opened for follower in others))
    until(lambda: _threads(web.pid) < STREAMS)  # those of the requests that opened them are gone
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] <= 3
    for follower in (first, *others):
        follower.end()


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
