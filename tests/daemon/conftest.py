import pytest

from .pair import Pair
from .stage import Stage, centre


@pytest.fixture
def stage(tmp_path, free_port):
    """A daemon at work, a switch whose phones wait for the page's word, and a Redis of its own."""
    made = Stage(tmp_path, free_port, "--phones", "*=page")
    try:
        made.start()
        yield made
    finally:
        made.end()


@pytest.fixture
def pair(tmp_path, free_port):
    """Two daemons on one simulated switch whose phones wait for the page's word; nobody is greeted."""
    made = Pair(tmp_path, free_port, "--phones", "*=page")
    try:
        made.start(centre(ring_s=120, wrap_up_s=600, greeting=""))
        yield made
    finally:
        made.end()
