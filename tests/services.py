"""Pytest plugin: a real PostgreSQL and a real Valkey for the whole session, gone at its end.

pytest-django reads the settings before any conftest, so this is a plugin that pyproject.toml loads first, and the
servers start as soon as it is asked to read the command line. When tests are spread over processes (`-n`), each of
these has its own servers; the one that spreads them has none, and makes what all of them need before they start.
Nothing of the person's own environment (database, switch, secrets) reaches the tests, unless TEST_DATABASE_URL and
TEST_REDIS_URL name other servers.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from ccsite.run.valkey import Valkey
from tests.migrated import made, migrated
from tests.rewritten import rewrite_beside

sys.dont_write_bytecode = False  # for the same reason as below; now, because what pytest rewrites is loaded next

OURS = (
    "SECRET_KEY",
    "FREESWITCH_",
    "SWITCHCTL_",
    "SWITCHDESK_",
    "ALLOWED_HOSTS",
    "DEBUG",
    "PORT",
    "ESL_PORT",
    "PYTHONDONTWRITEBYTECODE",  # hundreds of processes are started, and each would compile everything anew
)


class Services:
    """What runs during the session."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.guard = Guard()
        self.servers: list[Postgres | Valkey] = []

    def start(self) -> None:
        self.guard.__enter__()
        if "TEST_DATABASE_URL" not in os.environ:
            migrated(self.state)  # of its database each test database is a copy: tests/settings.py
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or self._run(Postgres)
        os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or self._run(Valkey)
        for server in self.servers:
            server.wait(180)

    def _run(self, kind: type[Postgres] | type[Valkey]) -> str:
        server = kind(self.state, self.state / f"{kind.__name__.lower()}.log", self.guard, durable=False)
        server.child.start()
        self.servers.append(server)
        return server.url

    def stop(self) -> None:
        deadline = time.monotonic() + 8  # a worker that needs ten is killed
        for server in self.servers:
            server.child.ask_to_stop()
        for server in self.servers:
            server.child.finish(deadline)
        self.guard.__exit__()


def _spreads(options: argparse.Namespace) -> bool:
    """Whether this process runs no test itself but has others do it."""
    wanted = (options.numprocesses or options.tx) and not options.usepdb
    return bool(wanted) and "PYTEST_XDIST_WORKER" not in os.environ


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    """Outermost, so that pytest-django finds the servers' addresses in the environment."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    state = Path(tempfile.mkdtemp(prefix="switchdesk-tests-"))
    state.chmod(0o711)
    early_config.add_cleanup(lambda: shutil.rmtree(state, ignore_errors=True))
    os.environ["SWITCHDESK_VAR"] = str(state)
    if _spreads(early_config.known_args_namespace):
        rewriting = rewrite_beside(early_config)
        if "TEST_DATABASE_URL" not in os.environ:
            made()
        os.waitpid(rewriting, 0)
    else:
        services = Services(state)
        early_config.add_cleanup(services.stop)
        services.start()
    return (yield)
