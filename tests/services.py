"""Pytest plugin: a real PostgreSQL and a real Valkey for the whole session, gone at its end.

pytest-django reads the settings before any conftest, so this is a plugin that pyproject.toml loads first, and the
servers start as soon as it is asked to read the command line. Nothing of the person's own environment (database,
switch, secrets) reaches the tests, unless TEST_DATABASE_URL and TEST_REDIS_URL name other servers.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from ccsite.run.valkey import Valkey

OURS = (
    "SECRET_KEY",
    "FREESWITCH_",
    "SWITCHCTL_",
    "SWITCHDESK_",
    "ALLOWED_HOSTS",
    "DEBUG",
    "PORT",
    "ESL_PORT",
)


class Services:
    """What runs during the session."""

    def __init__(self) -> None:
        self.state = Path(tempfile.mkdtemp(prefix="switchdesk-tests-"))
        self.state.chmod(0o711)
        self.guard = Guard()
        self.servers: list[Postgres | Valkey] = []

    def start(self) -> None:
        for name in [name for name in os.environ if name.startswith(OURS)]:
            del os.environ[name]
        os.environ["SWITCHDESK_VAR"] = str(self.state)
        self.guard.__enter__()
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or self._run(Postgres)
        os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or self._run(Valkey)
        for server in self.servers:
            server.wait()

    def _run(self, kind: type[Postgres] | type[Valkey]) -> str:
        server = kind(self.state, self.state / f"{kind.__name__.lower()}.log", self.guard, durable=False)
        server.child.start()
        self.servers.append(server)
        return server.url

    def stop(self) -> None:
        deadline = time.monotonic() + 10
        for server in self.servers:
            server.child.ask_to_stop()
        for server in self.servers:
            server.child.finish(deadline)
        self.guard.__exit__()
        shutil.rmtree(self.state, ignore_errors=True)


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    """Outermost, so that pytest-django finds the servers' addresses in the environment."""
    services = Services()
    early_config.add_cleanup(services.stop)
    services.start()
    return (yield)
