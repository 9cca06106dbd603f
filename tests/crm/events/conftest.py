"""A program and its token; calls in the log."""

from collections.abc import Callable
from functools import partial

import pytest

from crm.events.models import Pending
from tests.cast import Cast
from tests.crm.rest.program import Program, program


@pytest.fixture
def cast(cast) -> Cast:
    """The log begins behind the making of it."""
    Pending.objects.all().delete()
    return cast


@pytest.fixture
def programs(cast, redis_client) -> Callable[..., Program]:
    """Call it with permissions for a program that holds them."""
    return partial(program, cast.ada)
