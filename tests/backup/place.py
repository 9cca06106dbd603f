"""A centre to back up: daemon, simulated switch and Redis of a ``Stage``, with databases of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import redis

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN, RECORD_GROUP
from tests.daemon.stage import Stage
from tests.migrated import migrated

ROOT = Path(__file__).resolve().parents[2]


def until(condition, seconds: float = 90.0):
    """What the condition gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
    return found


class Database:
    """A PostgreSQL of its own in ``folder``; ``name`` may be one of several databases in it."""

    def __init__(self, server: Postgres, name: str = "") -> None:
        self.url = server.url.rpartition("/")[0] + f"/{name}" if name else server.url

    def ask(self, statement: str) -> list[tuple]:
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def facts(self) -> set[str]:
        return {row[0] for row in self.ask("SELECT id FROM calls_fact")}

    def rows(self) -> dict[str, set[tuple]]:
        """What the facts of calls led to: the parts of all rows that do not depend on when they were written."""
        return {
            "records": set(self.ask("SELECT call_id, arrived_at, ended_at, outcome, final FROM calls_callrecord")),
            "visits": set(self.ask("SELECT visit, exit, wait_ms FROM calls_queuevisit")),
            "states": set(self.ask("SELECT id, state, started_at, ended_at FROM calls_agentstateinterval")),
        }


class Centre:
    """``run`` starts what is missing; each place has its own state folder."""

    def __init__(self, folder: Path, guard: Guard, free_port: Callable[[], int]) -> None:
        self.folder, self.guard, self.free_port = folder, guard, free_port
        self.stage = Stage(
            folder, free_port, "--phones", "*=auto:0.1-0.3", "--patience", "2", "--talk", "0.5", "--rate", "0",
            "--dids", "4001", "--agent-first", "0.2", "--seed", "7",
        )  # fmt: skip
        migrated(folder)
        self.server = Postgres(folder, folder / "postgres.log", guard, durable=False)
        self.old = Database(self.server)
        self.recorder: subprocess.Popen | None = None

    def start(self) -> None:
        self.server.child.start()
        self.server.wait()
        self.stage.start()
        (self.folder / "media").mkdir()
        for name in ("first.wav", "second.wav"):
            (self.folder / "media" / name).write_bytes(b"RIFF" * 100)

    def end(self) -> None:
        if self.recorder:
            self.stop_recorder()
        self.stage.end()
        self.server.child.ask_to_stop()
        self.server.child.finish(time.monotonic() + 60)

    def new_database(self, name: str, template: str = "template1") -> Database:
        connection = psycopg2.connect(Database(self.server, "postgres").url)
        connection.autocommit = True  # no database is made in a transaction
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection.close()
        return Database(self.server, name)

    def copied_database(self, name: str) -> Database:
        """One that holds what the old one holds, to which nobody may be connected."""
        return self.new_database(name, template=self.old.url.rpartition("/")[2])

    def environment(self, database: Database, state: Path | None = None, redis_url: str = "") -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {
            **kept, "DATABASE_URL": database.url, "SWITCHDESK_VAR": str(state or self.folder),
            "REDIS_URL": redis_url or self.stage.valkey.url, "FREESWITCH_SIP_IP": "192.0.2.10",
            "FREESWITCH_SECRET": "not-to-be-told",
        }  # fmt: skip

    def python(self, *words: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)

    def manage(self, database: Database, *words: str) -> None:
        done = self.python("manage.py", *words, environment=self.environment(database))
        assert done.returncode == 0, done.stderr[-2000:]

    def record_into(self, database: Database) -> None:
        """Start a recorder; it is at work, and can be asked to stop, when it has looked into the stream."""
        began = time.monotonic()
        with (self.folder / "recorder.log").open("a") as log:
            self.recorder = subprocess.Popen(
                [sys.executable, "manage.py", "record_events"], cwd=ROOT, env=self.environment(database), stderr=log
            )
        until(lambda: self._recorder_idle_s() < time.monotonic() - began)

    def _recorder_idle_s(self) -> float:
        """Seconds since a recorder last asked for facts."""
        try:
            with redis_of(self.stage.valkey.url) as client:
                consumers = client.xinfo_consumers(MAIN.facts, RECORD_GROUP)
        except redis.ResponseError:  # no group yet
            return float("inf")
        return min((consumer["idle"] / 1000 for consumer in consumers), default=float("inf"))

    def stop_recorder(self) -> None:
        self.recorder.terminate()
        assert self.recorder.wait(60) == 0
        self.recorder = None

    def calls_flow(self, more: int) -> None:
        """Callers come until so many more calls have ended."""
        wanted = len(self.stage.facts(f.CallEnded)) + more
        self.stage.switch.sim("rate 240")
        self.stage.until(lambda: len(self.stage.facts(f.CallEnded)) >= wanted)

    def calm(self) -> set[str]:
        """No more callers; the ids of all facts once the last one has been told."""
        self.stage.switch.sim("rate 0")
        self.stage.until(lambda: not self.stage.switch.channels())
        self.stage.until(lambda: self.stage.metric('agents{state="ready"}') == 2.0)
        written = self.stage.metric("facts_total")
        self.stage.until(lambda: len(self.stage.facts()) >= written)
        return {fact.id for fact in self.stage.facts()}

    # --- what is tried -------------------------------------------------------------------------------------------

    def back_up(self, target: Path, *more: str) -> Path:
        words = ("-m", "ccsite.backup", "take", str(target), *more)
        done = self.python(*words, environment=self.environment(self.old))
        assert done.returncode == 0, done.stderr
        return max(target.glob("switchdesk-*"))

    def restore(
        self, source: Path, into: Database, state: Path, *more: str, redis_url: str = ""
    ) -> subprocess.CompletedProcess:
        state.mkdir(exist_ok=True)
        words = ("-m", "ccsite.backup", "restore", str(source), *more)
        return self.python(*words, environment=self.environment(into, state, redis_url))


def redis_of(url: str) -> redis.Redis:
    """A client."""
    return redis.Redis.from_url(url, socket_timeout=60)
