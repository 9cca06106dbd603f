"""PostgreSQL is stopped and comes back under a recorder at work: what piled up meanwhile becomes rows, once."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from bench.records import Stand, calls, compared, until
from ccsite.run.guard import Guard

pytestmark = pytest.mark.slow
CALLS = 400


@pytest.fixture
def stand():
    """A PostgreSQL and a Valkey of this test alone; the user whom PostgreSQL runs as can reach the folder."""
    state = Path(tempfile.mkdtemp(prefix="switchdesk-tests-"))
    state.chmod(0o711)
    with Guard() as guard:
        made = Stand(state, guard)
        yield made
        if made.recorder:
            made.recorder.kill()
            made.recorder.wait()
        for server in (made.postgres, made.valkey):
            server.child.ask_to_stop()
            server.child.finish(time.monotonic() + 60)
    shutil.rmtree(state, ignore_errors=True)


def test_nothing_is_lost_or_doubled(stand):
    facts, raw = calls(CALLS)
    third = len(raw) // 3
    stand.start_recorder()
    stand.feed(raw[:third])
    until(lambda: stand.committed() == third, 120)

    stand.postgres.child.ask_to_stop()
    stand.postgres.child.finish(time.monotonic() + 60)
    stand.feed(raw[third : 2 * third])
    until(lambda: "the database is away, facts wait" in stand.log.read_text(errors="replace"), 120)
    stand.feed(raw[2 * third :])
    assert stand.committed() == third
    assert stand.recorder.poll() is None, "it waits"

    stand.postgres.child.start()
    stand.postgres.wait()
    until(lambda: stand.committed() == len(raw), 120)
    assert compared(stand, facts) == {"lost": 0, "doubled": 0}
