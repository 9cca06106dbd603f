"""Pytest plugin: the collector of garbage leaves alone what stays until the end.

Thousands of tests are objects, and their modules and Django's are millions: to look through all of them again and again
while they are loaded, and then while they run, takes a tenth of the tests' time.
"""

import gc

import pytest

gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
