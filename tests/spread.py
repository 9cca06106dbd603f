"""Pytest plugin: in what order tests run, and how `-n` spreads them over worker processes.

What computes comes first, then what waits for processes and calls, so that no clock runs while the cores are busy with
arithmetic; of both the longest comes first, so that the workers end together. Browsers come last: Playwright keeps an
event loop in its thread, beside which no other one may run.

A worker takes a file of tests at a time; single tests where a file is long and its tests share nothing expensive.
"""

import os
from pathlib import Path

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

ORDER = (
    "crm/access/doors/",
    "proofs/test_faults.py",
    "policy/",
    "crm/reports/test_random_histories.py",
    "crm/reports/test_independent_sql.py",
    "",  # everything that is not named here
    "crm/live/test_websocket.py",
    "crm/calls/test_database_away.py",
    "backup/",
    "freeswitch/test_nodes.py",
    "freeswitch/test_switch_restart.py",
    "freeswitch/test_hostile_callers.py",
    "freeswitch/test_configuration.py",
    "crm/alarms/test_watch_process.py",
    "daemon/test_redis_away.py",
    "platform/test_run.py",
    "proofs/campaigns/test_rounds.py",
    "proofs/test_kill_rounds.py",
    "crm/calls/test_process.py",
    "crm/events/test_process.py",
    "crm/rest/test_killed.py",
    "freeswitch/",
    "sim/",
    "platform/",
    "daemon/",
    "closedloop/",
    "browser/test_accessible.py",
    "browser/test_payloads.py",
    "browser/test_hours.py",
    "browser/",
)
"""Beginnings of paths; for a file the longest one counts."""
SINGLY = (
    "proofs/test_faults.py",
    "crm/reports/test_random_histories.py",
    "freeswitch/test_switch_restart.py",
    "freeswitch/test_s",
    "crm/alarms/test_watch_process.py",
    "daemon/",
    "closedloop/",
    "browser/",
)
"""Of these a worker takes one test at a time."""


def rank(path: str) -> int:
    """The place of a file in ``ORDER``; the path is relative to this folder."""
    front = max((front for front in ORDER if path.startswith(front)), key=len)
    return ORDER.index(front)


class Spread(LoadScopeScheduling):
    """Hands the units out in the order of the collection, each to the worker that has room first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return nodeid if path.removeprefix("tests/").startswith(SINGLY) else path


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tests = config.rootpath / "tests"
    items.sort(key=lambda item: rank(item.path.relative_to(tests).as_posix()))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`-m alone` wants half a dozen of three hundred files: the others are not even loaded."""
    if config.option.markexpr != "alone" or collection_path.is_dir():
        return None
    return True if b"pytest.mark.alone" not in collection_path.read_bytes() else None


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: two for a core, because most tests wait; one if all would meet in the same Redis."""
    return 1 if "TEST_REDIS_URL" in os.environ else min(16, 2 * (os.cpu_count() or 1))
