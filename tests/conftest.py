"""Fixtures that every package's tests may use."""

import os
from collections.abc import Callable, Iterator

import pytest
import redis

from tests import ports


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Address of the session's Valkey."""
    return os.environ["REDIS_URL"]


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
