"""The watch as the process that `make run` starts, with a PostgreSQL and a Redis that are really stopped."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from tests.bus.conftest import OwnRedis
from tests.crm.alarms.receivers import MailReceiver, WebReceiver, until
from tests.migrated import migrated

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Centre:
    """A database with our tables, a Redis, receivers, and the watch between them."""

    def __init__(self, folder: Path, guard: Guard, free_port) -> None:
        migrated(folder)
        self.postgres = Postgres(folder, folder / "postgres.log", guard, durable=False)
        self.redis = OwnRedis(free_port(), folder)
        self.web, self.mailbox = WebReceiver(), MailReceiver()
        self.log = folder / "watch.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            "SWITCHDESK_VAR": str(folder), "DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url,
            "ALARM_WEBHOOKS": self.web.url, "ALARM_WEBHOOK_SECRET": "s" * 20, "ALARM_CLEAR_AFTER_S": "1",
            "ALARM_MAIL": "night@example.org", "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(self.mailbox.port),
            "ALARM_DISK_PERCENT": "0,0", "ALARM_RAISE_AFTER_S": "3600",
        }  # fmt: skip

    def manage(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [sys.executable, str(ROOT / "manage.py"), *words]
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def start_database(self) -> None:
        self.postgres.child.start()
        self.postgres.wait()

    def stop_database(self) -> None:
        self.postgres.child.ask_to_stop()
        self.postgres.child.finish(time.monotonic() + 60)

    def told(self, event: str, code: str) -> list[dict]:
        bodies = [json.loads(body) for _path, _headers, body in self.web.got]
        return [one for one in bodies if (one["event"], one["alarm"]["code"]) == (event, code)]

    def rows(self) -> list[tuple]:
        """(code, severity, over, told) of each row."""
        with psycopg2.connect(self.postgres.url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT code, severity, cleared_at IS NOT NULL, told FROM alarms_alarm ORDER BY raised_at")
            return cursor.fetchall()

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.redis.stop()
        self.stop_database()
        self.web.close()
        self.mailbox.close()


@pytest.fixture
def centre(free_port):
    with tempfile.TemporaryDirectory(prefix="switchdesk-watch-") as name, Guard() as guard:
        Path(name).chmod(0o711)
        made = Centre(Path(name), guard, free_port)
        try:
            made.start_database()
            made.redis.start()
            yield made
        finally:
            made.end()


def test_what_is_away_is_told_at_once_and_written_when_it_can_be(centre):
    centre.process = centre.manage("watch_alarms")
    until(lambda: _looked(centre))

    centre.redis.stop()
    until(lambda: centre.told("opened", "redis_away"))
    until(lambda: ("redis_away", "critical", False, "critical") in centre.rows())
    centre.redis.start()
    until(lambda: centre.told("over", "redis_away"))
    until(lambda: ("redis_away", "critical", True, "over") in centre.rows())

    centre.stop_database()
    opened = until(lambda: centre.told("opened", "database_away"))[0]
    assert "database_away" in opened["alarm"]["code"] and "refused" in opened["words"]["en"]["text"]
    until(lambda: len(centre.mailbox.mails) >= 3)
    centre.redis.stop()
    until(lambda: len(centre.told("opened", "redis_away")) == 2)
    centre.redis.start()
    until(lambda: len(centre.told("over", "redis_away")) == 2)
    assert not centre.told("over", "database_away")

    centre.start_database()
    until(lambda: centre.told("over", "database_away"))
    # Both came and the one went while nothing could be written.
    until(lambda: [row for row in centre.rows() if row[2:] == (True, "over")] and len(centre.rows()) == 3)
    until(lambda: all(row[2] for row in centre.rows()))
    assert [row[0] for row in centre.rows()] == ["redis_away", "database_away", "redis_away"]
    assert "ERROR crm.alarms.watch: alarm opened: database_away" in centre.log.read_text()

    centre.process.send_signal(signal.SIGTERM)
    assert centre.process.wait(60) == 0


def _looked(centre: Centre) -> bool:
    """Redis has the watch's sign of life."""
    import redis

    with redis.Redis.from_url(centre.redis.url) as client:
        return bool(client.exists("ccs:{main}:watch"))
