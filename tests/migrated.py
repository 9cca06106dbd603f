"""The files of a PostgreSQL that has our tables, made once and copied to whoever needs such a server.

All migrations take ten seconds of a core, and a run of the tests needs a dozen servers: one for each worker, and those
of tests that stop theirs. What was made is kept beside pytest's own cache until a line of the code changes, or the day
(partitions are made ahead of it).
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".pytest_cache" / "migrated"
HOME, PASSWORD = "postgres", "postgres_password"
"""Where ``Postgres`` has its files in a state folder."""


def migrated(state: Path) -> None:
    """After it ``Postgres(state, ...)`` is a server whose own database is migrated. ``state`` exists and is empty of
    one."""
    with _kept() as kept:
        shutil.copytree(kept / HOME, state / HOME)
        shutil.copy(kept / PASSWORD, state / PASSWORD)


def made() -> None:
    """Makes the files, if they are not there yet, for those who will ask."""
    with _kept():
        pass


@contextmanager
def _kept() -> Iterator[Path]:
    """The folder of the files. Several processes may ask at once: one of them makes it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / _digest()
        if not kept.exists():
            for old in KEPT.glob("*/"):
                shutil.rmtree(old)
            _make(kept)
        yield kept


def _digest() -> str:
    said = hashlib.sha256(f"{date.today()} {os.geteuid()} {sys.version}".encode())
    code = sorted(path for folder in ("crm", "ccsite") for path in (ROOT / folder).rglob("*.py"))
    for path in (ROOT / "requirements.txt", *code):
        said.update(path.read_bytes())
    return said.hexdigest()[:16]


def _make(kept: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="switchdesk-migrated-") as name, Guard() as guard:
        state = Path(name)
        state.chmod(0o711)
        server = Postgres(state, state / "log", guard, durable=False)
        server.child.start()
        try:
            server.wait(180)
            _migrate(server.url, state)
        finally:
            server.child.ask_to_stop()
            server.child.finish(time.monotonic() + 60)
        draft = kept.with_suffix(".draft")
        shutil.copytree(state / HOME, draft / HOME)
        shutil.copy(state / PASSWORD, draft / PASSWORD)
        draft.rename(kept)


def _migrate(url: str, state: Path) -> None:
    """Without a Redis: there is nobody yet to be told of a directory."""
    given = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    given |= {"DATABASE_URL": url, "SWITCHDESK_VAR": str(state), "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=given, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-4000:]
