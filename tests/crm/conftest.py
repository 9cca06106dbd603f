"""What the CRM's tests share: the cast, and an empty Redis behind the CRM's own client."""

import pytest

from tests.cast import Cast, cast_of


@pytest.fixture
def cast(db) -> Cast:
    """Alice and Bob, their supervisor Sofia, Boris who supervises elsewhere, Ada the administrator, and a caller."""
    return cast_of()


@pytest.fixture
def bus(redis_client):
    """The session's Redis, emptied."""
    return redis_client
