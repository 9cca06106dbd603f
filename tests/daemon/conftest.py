import pytest

from .stage import Stage


@pytest.fixture
def stage(tmp_path, free_port):
    """A daemon at work, a switch whose phones wait for the page's word, and a Redis of its own."""
    made = Stage(tmp_path, free_port, "--phones", "*=page")
    try:
        made.start()
        yield made
    finally:
        made.end()
