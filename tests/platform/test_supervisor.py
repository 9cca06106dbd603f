"""The supervisor of `make run`, with small real processes in place of the call centre's."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ccsite.run.child import Child
from ccsite.run.guard import Guard, alive
from ccsite.run.supervisor import Supervisor
from ccsite.run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
WAITS = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WAITS
PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);" + WAITS


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def said():
    return []


@pytest.fixture
def make(tmp_path):
    """Builds children; the guard ends whatever a failing test leaves."""
    with Guard() as guard:
        yield lambda name, code: Child(name, [sys.executable, "-c", code], log=tmp_path / f"{name}.log", guard=guard)


def test_a_fallen_process_is_started_again_and_said_so(make, said):
    child = make("feeder", "print('no such table: call'); raise SystemExit(3)")
    with Supervisor(said.append) as supervisor:
        supervisor.start(child, 0)
        first = child.pid

        def restarted():
            supervisor.look_after()
            return child.pid not in (0, first)

        until(restarted)
    assert "feeder ended with status 3; starting it again in 0.5 s" in said[0]
    assert "no such table: call" in said[1]


def test_each_fall_in_a_row_waits_longer(make, said):
    child = make("feeder", "raise SystemExit(1)")
    with Supervisor(said.append) as supervisor:
        supervisor.start(child, 0)

        def fell_three_times():
            supervisor.look_after()
            return len(said) == 6

        until(fell_three_times)
    assert [line.partition("again in ")[2].split()[0] for line in said[::2]] == ["0.5", "1", "2"]


def test_a_killed_process_is_named_by_its_signal(make, said):
    child = make("web", WAITS)
    with Supervisor(said.append) as supervisor:
        supervisor.start(child, 0)
        os.kill(child.pid, signal.SIGKILL)

        def noticed():
            supervisor.look_after()
            return said

        until(noticed)
    assert "web was killed by SIGKILL" in said[0]


def test_the_end_comes_in_rounds_and_leaves_nothing(make, said, monkeypatch):
    monkeypatch.setattr("ccsite.run.supervisor.PATIENCE", (0.5, 0.5, 0.5))
    ordinary, stubborn, parent = make("web", WAITS), make("worker", STUBBORN), make("beat", PARENT)
    with Supervisor(said.append) as supervisor:
        for child, stops in ((ordinary, 2), (stubborn, 1), (parent, 0)):
            supervisor.start(child, stops)
        groups = [child.pid for child in supervisor.children]
        until(lambda: all(child.last_line() == "up" for child in supervisor.children))
    until(lambda: not any(alive(group) for group in groups))  # init reads the orphan's end in its own time


def test_preparation_that_fails_says_its_last_words(make, said):
    with Supervisor(said.append) as supervisor, pytest.raises(Trouble, match="prepare failed: no such column"):
        supervisor.run_once(make("prepare", "raise SystemExit('no such column')"))


STARTED = """
import sys
from pathlib import Path
from ccsite.run.child import Child
from ccsite.run.guard import Guard
from ccsite.run.supervisor import Stop, Supervisor
with Guard() as guard, Supervisor(print) as supervisor:
    try:
        for name in ("one", "two"):
            code = "import time; time.sleep(600)"
            log = Path(sys.argv[1], name)
            supervisor.start(Child(name, [sys.executable, "-c", code], log=log, guard=guard), 0)
        print(*[child.pid for child in supervisor.children], flush=True)
        supervisor.watch()
    except Stop:
        print("asked to stop", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_the_supervisor_ends_its_children_end_with_it(tmp_path, number):
    command = [sys.executable, "-c", STARTED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        groups = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert len(groups) == 2
        supervisor.send_signal(number)
        until(lambda: not any(alive(group) for group in groups))
        if number != signal.SIGKILL:
            assert supervisor.wait() == 0
            assert supervisor.stdout.read() == "asked to stop\n"
