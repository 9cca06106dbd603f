"""The servers of `make run` and `make test`: they keep, they end, they leave nothing."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from ccsite.run.guard import Guard, alive
from ccsite.run.postgres import Postgres
from ccsite.run.trouble import Trouble
from ccsite.run.valkey import Valkey


@pytest.fixture
def state():
    """A state folder as `make run` makes it: the user nobody may pass through it (pytest's own he may not)."""
    with tempfile.TemporaryDirectory(prefix="switchdesk-state-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def stop(server):
    server.child.ask_to_stop()
    server.child.finish(time.monotonic() + 60)


def test_rows_are_there_after_a_restart(state):
    with Guard() as guard:
        for turn in range(2):
            server = Postgres(state, state / "postgres.log", guard, durable=True)
            server.child.start()
            server.wait()
            connection = psycopg2.connect(server.url)
            with connection, connection.cursor() as cursor:
                cursor.execute("CREATE TABLE IF NOT EXISTS kept (turn int)")
                cursor.execute("INSERT INTO kept VALUES (%s)", [turn])
                cursor.execute("SELECT count(*) FROM kept")
                assert cursor.fetchone() == (turn + 1,)
                cursor.execute("SHOW fsync")
                assert cursor.fetchone() == ("on",)
            connection.close()
            stop(server)


def test_keys_are_there_after_a_restart(state):
    with Guard() as guard:
        for turn in range(2):
            server = Valkey(state, state / "valkey.log", guard, durable=True)
            server.child.start()
            server.wait()
            with redis.Redis.from_url(server.url) as client:
                assert client.incr("turns") == turn + 1
            stop(server)


def test_without_its_password_nobody_is_let_in(state):
    with Guard() as guard:
        server = Valkey(state, state / "valkey.log", guard, durable=False)
        server.child.start()
        server.wait()
        with redis.Redis(port=server.port) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        assert (state / "valkey_password").stat().st_mode & 0o777 == 0o600
        assert (state / "valkey" / "valkey.conf").stat().st_mode & 0o777 == 0o600
        stop(server)


def test_an_interrupted_first_start_is_begun_anew(state):
    (state / "postgres" / "draft").mkdir(parents=True)
    (state / "postgres" / "draft" / "PG_VERSION").write_text("18")
    with Guard() as guard:
        server = Postgres(state, state / "postgres.log", guard, durable=False)
        server.child.start()
        server.wait()
        stop(server)


def test_a_server_that_cannot_start_says_why(state):
    with Guard() as guard:
        server = Postgres(state, state / "postgres.log", guard, durable=False)
        (state / "postgres" / "data" / "PG_VERSION").write_text("9\n")
        server.child.start()
        with pytest.raises(Trouble, match="PostgreSQL does not start: .*"):
            server.wait()
        stop(server)


STARTER = """
import sys, time
from pathlib import Path
from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
state = Path(sys.argv[1])
with Guard() as guard:
    server = Postgres(state, state / "postgres.log", guard, durable=False)
    server.child.start()
    server.wait()
    print(server.child.pid, flush=True)
    time.sleep(600)
"""


def test_a_starter_that_is_killed_leaves_no_server(state):
    root = Path(__file__).resolve().parents[2]
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(state)], cwd=root, stdout=subprocess.PIPE, text=True)
    group = int(starter.stdout.readline())
    assert alive(group)
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    deadline = time.monotonic() + 60
    while alive(group):
        assert time.monotonic() < deadline, "the server outlived its starter"
        time.sleep(0.05)
