"""A program and its token."""

from collections.abc import Callable
from functools import partial

import pytest

from .program import Program, program


@pytest.fixture
def programs(cast, redis_client) -> Callable[..., Program]:
    """Call it with permissions for a program that holds them."""
    return partial(program, cast.ada)
