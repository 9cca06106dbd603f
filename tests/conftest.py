"""Fixtures that every package's tests may use."""

import os
from collections.abc import Callable, Iterator

import hypothesis
import pytest
import redis
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests import ports

EXPLORES = {"FUZZ_EXAMPLES", "PROOF_HISTORIES"}
"""Set by ``make prove``, whose examples are new ones at each run. In other runs they are the same each time: what an
example finds is found by who wrote it, not by whoever comes by later."""
hypothesis.settings.register_profile(
    "tests", deadline=None, database=None, derandomize=not EXPLORES & os.environ.keys(),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.load_profile("tests")


@pytest.fixture(autouse=True)
def own_language() -> None:
    """The installation's, Chinese, until a test says another: the client's requests leave theirs to whoever comes."""
    translation.deactivate()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Address of the session's Valkey."""
    return os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At its end nobody else holds the database, or it could not be dropped: neither a thread of ours that keeps its
    connection (crm.reading, those in which Django's synchronous code runs) nor a process that was just killed."""
    from tests import emptied

    emptied.install()
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """A client on an empty Redis. A finite time-out: a test that blocks for ever fails instead."""
    with redis.Redis.from_url(redis_url, socket_timeout=15) as client:
        client.flushall()
        yield client


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Call it for a port of the loopback that nobody uses."""
    return ports.free_port
