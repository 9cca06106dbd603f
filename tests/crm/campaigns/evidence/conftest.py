import pytest
from django.utils import translation


@pytest.fixture
def english():
    """Sentences are compared as they are in the source."""
    with translation.override("en"):
        yield
