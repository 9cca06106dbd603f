"""The recorder as the process that `make run` starts: killed without warning, it leaves nothing undone."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from crm.calls.models import CallRecord, Fact
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN, RECORD_GROUP
from tests.stories import hour_of_calls, numbered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]


def until(condition, seconds: float = 120) -> None:
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        tick.wait(0.01)


@pytest.fixture
def start():
    """Starts a recorder on the tests' database; whatever still runs at the end is ended."""
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    running: list[subprocess.Popen[bytes]] = []

    def recorder() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "manage.py"), "record_events"]
        running.append(subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}, stderr=subprocess.PIPE))
        return running[-1]

    yield recorder
    for process in running:
        process.kill()
        process.communicate()


def test_killed_in_the_middle_and_started_again(bus, start):
    facts = numbered(fact for story in hour_of_calls(600, agents=50) for fact in story.facts)
    for fact in facts:
        bus.xadd(MAIN.facts, {"f": f.encode(fact)})
    first = start()
    until(lambda: bus.exists(MAIN.committed) or (bus.xinfo_groups(MAIN.facts) and Fact.objects.exists()))
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = start()
    until(lambda: int(bus.hget(MAIN.committed, "j1") or 0) == len(facts))
    assert Fact.objects.count() == len(facts)
    assert CallRecord.objects.count() == CallRecord.objects.filter(final=True).count() == 600
    until(lambda: bus.xpending(MAIN.facts, RECORD_GROUP)["pending"] == 0)
    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == 0
