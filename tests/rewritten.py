"""The tests' modules as pytest loads them, with their asserts rewritten: made by one process, before the workers start.

Each worker would make them for itself otherwise, all at the same time: a quarter of a minute of a core, each.
"""

import os
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

TESTS = Path(__file__).resolve().parent
KINDS = ("conftest.py", "test_*.py")
"""What pytest rewrites by itself."""


def rewrite_beside(config: pytest.Config) -> int:
    """Forks a process that makes what is missing or old, in the order in which the files are collected; its id. What
    it cannot make (a file that does not parse) is made, and complained of, by whoever loads it."""
    if made_by := os.fork():
        return made_by
    try:
        for path in sorted(path for kind in KINDS for path in TESTS.rglob(kind)):
            _rewrite(config, path)
    finally:
        os._exit(0)


def _rewrite(config: pytest.Config, path: Path) -> None:
    kept = rewrite.get_cache_dir(path) / (path.stem + rewrite.PYC_TAIL)
    if rewrite._read_pyc(path, kept) is not None:
        return
    kept.parent.mkdir(exist_ok=True)
    try:
        source, code = rewrite._rewrite_test(path, config)
    except SyntaxError:
        return
    rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source, kept)
