import subprocess
import time

import gevent
import pytest
import redis

from ccsite.run.valkey import server
from switchctl.bus.journal import Journal


@pytest.fixture
def journal(tmp_path):
    """Opens a journal of this folder; the open ones are closed in the end."""
    opened = []

    def make(**options):
        options = {"epoch": 1, "tell": lambda fact: None, **options}
        made = Journal(tmp_path / "journal", **options)
        opened.append(made)
        return made

    return make


@pytest.fixture
def running():
    """Runs a greenlet's body until the test ends."""
    greenlets = []
    yield lambda body, *args: greenlets.append(gevent.spawn(body, *args))
    gevent.killall(greenlets)


class OwnRedis:
    """A Valkey of this test alone, which may be stopped and started again, empty."""

    def __init__(self, port: int, folder) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port, self._folder, self._process = port, folder, None

    def start(self) -> redis.Redis:
        self._process = subprocess.Popen(
            [server(), "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )
        client = redis.Redis.from_url(self.url, socket_timeout=60)
        deadline = time.monotonic() + 90
        while True:
            try:
                client.ping()
                return client
            except redis.RedisError:
                assert time.monotonic() < deadline, "Valkey does not start"
                time.sleep(0.02)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def own_redis(free_port, tmp_path):
    made = OwnRedis(free_port(), tmp_path)
    yield made
    made.stop()


def until(condition, seconds: float = 30.0):
    """Wait, letting greenlets run, until the condition is true; returns what it gave."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        gevent.sleep(0.01)
    return found


@pytest.fixture
def wait_until():
    return until
