"""Pytest plugin: how `-n` spreads the tests over worker processes.

What one worker runs in a row is a file of tests, or a single test where a file is long and its tests share nothing
that is expensive. First comes what computes, then what waits for processes and calls, the longest first, so that no
clock runs while the cores are busy with arithmetic; browsers come last: Playwright keeps an event loop in its
thread, beside which no other one may run.
"""

import os

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

WAITING = (
    "freeswitch/",
    "platform/test_run.py",
    "backup/",
    "daemon/",
    "closedloop/",
    "proofs/test_kill_rounds.py",
    "sim/",
    "platform/",
    "crm/alarms/test_watch_process.py",
    "crm/calls/test_process.py",
)
"""What waits rather than computes, in the order in which it begins."""
SPLIT = ("freeswitch/test_s", "freeswitch/test_failsafe", "daemon/", "closedloop/", "browser/")
"""Of these each test goes where there is room."""


def rank(path: str) -> int:
    """When the tests of this file begin, against others."""
    path = path.partition("tests/")[2]
    if path.startswith("browser/"):
        return len(WAITING) + 1
    return next((place for place, front in enumerate(WAITING, 1) if path.startswith(front)), 0)


class Spread(LoadScopeScheduling):
    """Units in the order of the collection, each to the worker that has room first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return nodeid if path.removeprefix("tests/").startswith(SPLIT) else path


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.path.as_posix()))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for a core, because most wait; one where all would meet in the same Redis."""
    return 1 if "TEST_REDIS_URL" in os.environ else min(16, 2 * (os.cpu_count() or 1))
